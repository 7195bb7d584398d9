package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// List is a query for a page of users.
type List struct {
	Deleted     string // "": not; "with": too; "only"
	Enabled     string // "", "yes", "no"
	Role        string
	Status      string
	Application string
	Skill       string
	MemberOf    string
	ManagerOf   string
	Text        string
	Custom      string // "site=Oslo"
	HasCustom   string
	LacksCustom string
	Order       string // "", "login", "display"
	Descending  bool
	Limit       int
	As          int // who reads it
}

func (l List) String() string {
	var parts []string
	for _, f := range []struct{ name, value string }{
		{"deleted", l.Deleted}, {"enabled", l.Enabled}, {"role", l.Role}, {"status", l.Status}, {"application", l.Application},
		{"skill", l.Skill}, {"memberOf", l.MemberOf}, {"managerOf", l.ManagerOf}, {"text", l.Text}, {"order", l.Order},
		{"custom", l.Custom}, {"has", l.HasCustom}, {"lacks", l.LacksCustom},
	} {
		if f.value != "" {
			parts = append(parts, f.name+"="+f.value)
		}
	}
	if l.Descending {
		parts = append(parts, "descending")
	}
	return strings.Join(append(parts, fmt.Sprint("limit=", l.Limit)), " ") + How{As: l.As}.String()
}

// place is the position at which a list continues.
type place struct {
	list List
	key  string
	id   int
}

// Page is one page of a list.
type Page struct {
	Users    []Record
	Funds    []Funds
	More     bool
	Total    int
	Revision int
	Config   int // revision
}

// Funds are the balance of a user and the amount that the user can spend.
type Funds struct {
	Own, Available int64
	Parent         bool
}

func (l List) wants(u Record) bool {
	member := strings.HasPrefix(u["memberOf"], l.MemberOf+" since ")
	managed := slices.ContainsFunc(strings.Split(u["managerOf"], ", "), func(a string) bool {
		return strings.HasPrefix(a, l.ManagerOf+" since ")
	})
	found := false
	for _, name := range []string{"login", "displayName", "firstName", "fullName", "email", "phone"} {
		found = found || strings.Contains(strings.ToLower(u[name]), strings.ToLower(l.Text))
	}
	status := u["status"]
	if status == "" {
		status = "OFFLINE"
	}
	switch {
	case l.Deleted == "" && !u.live(), l.Deleted == "only" && u.live():
	case l.Enabled == "yes" && u["enabled"] != "", l.Enabled == "no" && u["enabled"] == "":
	case l.Role != "" && !u.has("roles", l.Role), l.Status != "" && l.Status != status:
	case l.Application != "" && !u.has("applications", l.Application), l.Skill != "" && !u.has("skills", l.Skill):
	case l.MemberOf != "" && !member, l.ManagerOf != "" && !managed, l.Text != "" && !found:
	case !l.wantsCustom(u):
	default:
		return true
	}
	return false
}

func (l List) wantsCustom(u Record) bool {
	values := valuesOf(u["custom"])
	for name, value := range valuesOf(l.Custom) {
		if values[name] != value {
			return false
		}
	}
	return (l.HasCustom == "" || values[l.HasCustom] != "") && (l.LacksCustom == "" || values[l.LacksCustom] == "")
}

func (l List) key(u Record) string {
	switch l.Order {
	case "login":
		return strings.ToLower(u["login"])
	case "display":
		return strings.ToLower(u["displayName"])
	}
	return ""
}

func (l List) compare(a, b place) int {
	c := cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id))
	if l.Descending {
		return -c
	}
	return c
}

// get returns the user with the id if the actor may read the user. as is the id of the actor, 0 for
// the system actor. Deleted users are returned only if deleted is set. get returns the fault denied
// if the actor is missing, deleted or disabled. It returns the fault notFound for a missing user
// and for a user that the actor may not read.
func (m *Model) get(as, id int, deleted bool) (Record, error) {
	u := m.users[id]
	switch {
	case as != 0 && m.acting(as) == nil:
		return nil, denied
	case u == nil || !deleted && !u.live() || !m.reads(as, u):
		return nil, notFound
	}
	return u, nil
}

// list returns one page of the users that match l and that the actor l.As may read. The page begins
// behind the place given by the parameter after, or is the first page if after is nil. l.Limit must
// be positive. Page.Total counts the users of all pages. Only the system actor gets balances.
//
// If more users follow, list sets Page.More and stores the last place of the page in m.page. On the
// last page it sets m.page to nil.
//
// list returns the fault denied, and leaves m.page as it is, if the actor is missing, deleted or
// disabled.
func (m *Model) list(l List, after *place) (Page, error) {
	if l.As != 0 && m.acting(l.As) == nil {
		return Page{}, denied
	}
	page := Page{Revision: m.revision, Config: m.configRevision()}
	var found []place
	for id, u := range m.users {
		if !l.wants(u) || !m.reads(l.As, u) {
			continue
		}
		page.Total++
		if p := (place{l, l.key(u), id}); after == nil || l.compare(*after, p) < 0 {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, l.compare)
	m.page = nil
	for i, p := range found {
		if i == l.Limit {
			page.More, m.page = true, &found[i-1]
			break
		}
		page.Users = append(page.Users, m.users[p.id])
		if l.As == 0 {
			page.Funds = append(page.Funds, m.fundsOf(p.id))
		}
	}
	return page, nil
}

func (m *Model) fundsOf(id int) Funds {
	f := Funds{Own: m.funds[id], Available: m.funds[id], Parent: m.users[id]["parentAccounting"] != ""}
	if f.Parent {
		f.Available = m.funds[0]
	}
	return f
}

// find returns the only live user whose attribute kind has the value text. It ignores case for
// "login" and "email", and it ignores extra spaces for "fullName". It returns the fault notFound if
// no user matches, and ambiguous if several users match.
func (m *Model) find(kind, text string) (Record, error) {
	var found []Record
	for _, u := range m.users {
		same := u[kind] == text
		switch kind {
		case "login", "email":
			same = strings.EqualFold(u[kind], text)
		case "fullName":
			same = strings.Join(strings.Fields(u[kind]), " ") == strings.Join(strings.Fields(text), " ")
		}
		if same && u.live() {
			found = append(found, u)
		}
	}
	switch len(found) {
	case 0:
		return nil, notFound
	case 1:
		return found[0], nil
	}
	return nil, ambiguous
}

// joined joins texts with semicolons.
func joined(list []string) string { return strings.Join(list, "; ") }

// statement returns the entries of a holder's statement, newest first. The holder 0 is the account,
// and another holder is a user id. There is one entry for each posting in which the holder pays or
// receives. A holder without postings has no entries.
//
// In the account's entry for a posting to or from a user, "${user_name}" and "${user_id}" in the
// description are replaced by the name and the id of the user. Other entries have the description
// as it is stored.
func (m *Model) statement(holder int) (list []Entry) {
	for _, x := range m.transfers {
		for i, p := range x.Postings {
			e := Entry{Transfer: x.ID, Index: i, Kind: x.Kind, At: x.At, Reverses: x.Reverses, Currency: x.Currency, Holder: holder}
			switch holder {
			case p.From:
				e.Counterpart, e.Delta, e.After = p.To, -p.Amount, p.FromAfter
			case p.To:
				e.Counterpart, e.Delta, e.After = p.From, p.Amount, p.ToAfter
			default:
				continue
			}
			e.Description = x.UserDescription
			if holder == 0 {
				e.Description = x.AccountDescription
				if e.Counterpart > 0 { // the macros say who the other side is
					e.Description = strings.NewReplacer("${user_name}", p.Name, "${user_id}", itoa(e.Counterpart)).Replace(x.AccountDescription)
				}
			}
			list = append(list, e)
		}
	}
	slices.Reverse(list)
	return list
}
