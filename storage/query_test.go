package storage

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster/user"
)

var noon = time.Date(2025, 6, 22, 12, 0, 0, 0, time.UTC)

// found returns a user that each filter of TestMatchByEachFilter finds.
func found() user.User {
	return user.User{
		ID:       7,
		Identity: user.Identity{Login: "Jan.deBoer", PID: "pid-1", Kind: user.Bot, APIUser: true},
		Names:    user.Names{First: "Jan", Last: "de Boer", Full: "Jan de Boer", Display: "Größe"},
		Contact:  user.Contact{Email: "Jan@example.com", Phone: "+31201234567", Mobile: "0542-123456"},
		Capacity: user.Capacity{
			Skills: user.IDSetOf[user.SkillID](1), Queues: user.IDSetOf[user.QueueID](2),
			MemberOf: user.Assignment{Group: 3, Since: noon},
		},
		Management: user.Management{ManagerOf: user.ListOf(user.Assignment{Group: 4, Since: noon})},
		Presence:   user.Presence{Status: user.DND},
		Access: user.Access{
			Roles: user.RolesOf(user.Agent, user.AgentManager), Groups: user.IDSetOf[user.GroupID](5),
			Profiles: user.IDSetOf[user.ProfileID](6), LinesOfBusiness: user.IDSetOf[user.LineOfBusinessID](7),
			PermissionGroups: user.IDSetOf[user.PermissionGroupID](8), Applications: user.IDSetOf[user.ApplicationID](9),
		},
		Billing: user.Billing{ParentAccounting: true},
		Custom:  user.Custom{}.With("site", user.TextValue("Berlin")).With("n", user.NumberValue(3)),
	}
}

func custom(name, text string) user.Custom { return user.Custom{}.With(name, user.TextValue(text)) }

func TestMatchByEachFilter(t *testing.T) {
	apps := func(ids ...user.ApplicationID) []user.ApplicationID { return ids }
	tests := []struct {
		name      string
		yes, no   Query
		alsoPlain bool // the yes query finds a plain user as well
	}{
		{"ids", Query{IDs: []user.ID{1, 7}}, Query{IDs: []user.ID{8}}, false},
		{"kinds", Query{Kinds: []user.Kind{user.System, user.Bot}}, Query{Kinds: []user.Kind{user.Human}}, false},
		{"API user", Query{APIUser: Yes}, Query{APIUser: No}, false},
		{"roles: at least one", Query{Roles: user.RolesOf(user.Agent, user.LPA)}, Query{Roles: user.RolesOf(user.LPA)}, false},
		{
			"documented, Voximplant: acd_status", Query{Statuses: []user.Status{user.Ready, user.DND}},
			Query{Statuses: []user.Status{user.Offline}}, false,
		},
		{
			"key: exactly", Query{Key: user.Key{Kind: user.KeyLogin, Value: "jan.deboer"}},
			Query{Key: user.Key{Kind: user.KeyLogin, Value: "Jan.deBoer"}}, false,
		},
		{
			"key of another kind", Query{Key: user.Key{Kind: user.KeyPID, Value: "pid-1"}},
			Query{Key: user.Key{Kind: user.KeyEmployeeID, Value: "pid-1"}}, false,
		},
		{"applications: any", Query{Applications: apps(8, 9)}, Query{Applications: apps(8)}, false},
		{"documented, Voximplant: skill_id", Query{Skill: 1}, Query{Skill: 2}, false},
		{"documented, Voximplant: excluded_skill_id", Query{ExcludedSkill: 2}, Query{ExcludedSkill: 1}, true},
		{"documented, Voximplant: acd_queue_id", Query{Queue: 2}, Query{Queue: 1}, false},
		{"documented, Voximplant: excluded_acd_queue_id", Query{ExcludedQueue: 1}, Query{ExcludedQueue: 2}, true},
		{"documented, LivePerson: memberOf", Query{MemberOf: 3}, Query{MemberOf: 4}, false},
		{"documented, LivePerson: managerOf", Query{ManagerOf: 4}, Query{ManagerOf: 3}, false},
		{"documented, Omnidesk: groups", Query{Group: 5}, Query{Group: 3}, false},
		{"profile", Query{Profile: 6}, Query{Profile: 5}, false},
		{"line of business", Query{LineOfBusiness: 7}, Query{LineOfBusiness: 6}, false},
		{"permission group", Query{PermissionGroup: 8}, Query{PermissionGroup: 7}, false},
		{"parent accounting", Query{ParentAccounting: Yes}, Query{ParentAccounting: No}, false},
		{"custom attribute", Query{Custom: custom("site", "Berlin")}, Query{Custom: custom("site", "berlin")}, false},
		{
			"all of several custom attributes", Query{Custom: custom("site", "Berlin").With("n", user.NumberValue(3))},
			Query{Custom: custom("site", "Berlin").With("n", user.NumberValue(4))}, false,
		},
		{"custom attributes by their texts", Query{Custom: custom("n", "3")}, Query{Custom: custom("n", "3.0")}, false},
		{"a custom attribute of any value", Query{HasCustom: "n"}, Query{HasCustom: "sit"}, false},
		{"no custom attribute", Query{LacksCustom: "sit"}, Query{LacksCustom: "n"}, true},
		{"part of the login, in any case", Query{LoginPart: "N.DEB"}, Query{LoginPart: "de boer"}, false},
		{"part of the display name, folded", Query{DisplayPart: "RÖSSE"}, Query{DisplayPart: "boer"}, false},
		{"text in the login", Query{Text: "n.deboer"}, Query{Text: "piet"}, false},
		{"text in the first name", Query{Text: "jan"}, Query{Text: "jann"}, false},
		{"text in the last name", Query{Text: "DE B"}, Query{Text: "de  b"}, false},
		{"text in the full name", Query{Text: "jan de"}, Query{Text: "boer jan"}, false},
		{"text in the display name", Query{Text: "größe"}, Query{Text: "grosse"}, false},
		{"documented, Omnidesk: phone number", Query{Text: "2012345"}, Query{Text: "20-12345"}, false},
		{"text in the mobile number", Query{Text: "542-1"}, Query{Text: "542 1"}, false},
		{"documented, Omnidesk: email address", Query{Text: "JAN@EX"}, Query{Text: "jan@ex.com"}, false},
	}
	u, plain := found(), user.User{ID: 1, Identity: user.Identity{Login: "a"}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if !tt.yes.Match(u) {
				t.Error("does not find the user")
			}
			if tt.no.Match(u) {
				t.Error("finds another user")
			}
			if tt.name == "ids" {
				return
			}
			if tt.yes.Match(plain) != tt.alsoPlain {
				t.Errorf("finds a plain user: %v", !tt.alsoPlain)
			}
			// Every filter given must hold: one that fails is enough.
			both := tt.yes
			both.IDs = []user.ID{99}
			if both.Match(u) {
				t.Error("one filter out of two is enough for it")
			}
		})
	}
}

func TestMatchByLife(t *testing.T) {
	live, deleted, erased := found(), found(), found()
	deleted.Lifecycle.Deleted = noon
	erased, err := user.Erase(erased, noon)
	if err != nil {
		t.Fatal(err)
	}
	for q, want := range map[Deleted][3]bool{
		NotDeleted: {true, false, false}, WithDeleted: {true, true, true}, OnlyDeleted: {false, true, true},
	} {
		query := Query{Deleted: q}
		if got := [3]bool{query.Match(live), query.Match(deleted), query.Match(erased)}; got != want {
			t.Errorf("%d: live, deleted, erased: %v, want %v", q, got, want)
		}
	}
	// A deleted user claims no key unless the names are held.
	query := Query{Deleted: WithDeleted, Key: user.Key{Kind: user.KeyLogin, Value: "jan.deboer"}}
	held := deleted
	held.Lifecycle.HoldUntil = noon.Add(time.Hour)
	if query.Match(deleted) || !query.Match(held) {
		t.Error("the claims of a deleted user")
	}
}

func TestMatchByTri(t *testing.T) {
	// documented, Omnidesk activeOnly, Voximplant user_active
	on, off := found(), found()
	off.Access.Disabled = true
	for tri, want := range map[BoolFilter][2]bool{Any: {true, true}, Yes: {true, false}, No: {false, true}} {
		q := Query{Enabled: tri}
		if got := [2]bool{q.Match(on), q.Match(off)}; got != want {
			t.Errorf("%d: enabled, disabled: %v, want %v", tri, got, want)
		}
	}
	if Only(true) != Yes || Only(false) != No {
		t.Error("Is")
	}
}

func TestMatchOfFiltersThatNoUserPasses(t *testing.T) {
	for name, q := range map[string]Query{
		"no id":              {IDs: []user.ID{}},
		"no kind":            {Kinds: []user.Kind{}},
		"no status":          {Statuses: []user.Status{}},
		"no application":     {Applications: []user.ApplicationID{}},
		"an empty key":       {Key: user.Key{Kind: user.KeyEmployeeID}},
		"a key of no kind":   {Key: user.Key{Kind: 200, Value: "jan.deboer"}},
		"a negative skill":   {Skill: -1},
		"text that is bytes": {Text: "\xff"},
	} {
		if q.Match(found()) {
			t.Errorf("%s: finds somebody", name)
		}
	}
}

func TestOrderIsTotal(t *testing.T) {
	name := func(id user.ID, login, display string) user.User {
		return user.User{ID: id, Identity: user.Identity{Login: login}, Names: user.Names{Display: display}}
	}
	users := []user.User{
		name(5, "b", "Zoë"), name(3, "B", "zoë"), name(4, "a", ""), name(1, "é", "Ångström"), name(2, "no login", "a"),
	}
	tests := []struct {
		name string
		q    Query
		want []user.ID
	}{
		{"documented, Voximplant: user_id", Query{}, []user.ID{1, 2, 3, 4, 5}},
		{"user_id, descending", Query{Descending: true}, []user.ID{5, 4, 3, 2, 1}},
		{"documented, Voximplant: user_name; one login twice goes by id", Query{Order: OrderByLogin}, []user.ID{4, 3, 5, 2, 1}},
		{"user_name, descending", Query{Order: OrderByLogin, Descending: true}, []user.ID{1, 2, 5, 3, 4}},
		{"documented, Voximplant: user_display_name, by bytes", Query{Order: OrderByDisplayName}, []user.ID{4, 2, 3, 5, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := tt.q
			sorted := slices.SortedFunc(slices.Values(users), func(a, b user.User) int {
				return q.Compare(q.PositionOf(a), q.PositionOf(b))
			})
			var got []user.ID
			for _, u := range sorted {
				got = append(got, u.ID)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
			// A page that goes on after a position holds exactly what sorts behind it.
			for i, u := range sorted {
				after := q.PositionOf(u)
				page := q
				page.After = &after
				for j, v := range sorted {
					c := q.Compare(q.PositionOf(u), q.PositionOf(v))
					if (c < 0) != (i < j) || (c == 0) != (i == j) || c != -q.Compare(q.PositionOf(v), q.PositionOf(u)) {
						t.Errorf("%v and %v compare as %d", u.ID, v.ID, c)
					}
					if page.Beyond(q.PositionOf(v)) != (j > i) {
						t.Errorf("%v beyond %v: %v", v.ID, u.ID, j <= i)
					}
				}
				if !q.Beyond(after) {
					t.Error("without After, somebody is not on the page")
				}
			}
		})
	}
}

func TestQueryCheck(t *testing.T) {
	for name, q := range map[string]Query{
		"zero": {}, "the greatest page": {Limit: MaxPage, Offset: 1 << 40, Order: OrderByDisplayName, Deleted: OnlyDeleted, Enabled: No},
	} {
		if err := q.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, q := range map[string]Query{
		"limit": {Limit: -1}, "limit too large": {Limit: MaxPage + 1}, "offset": {Offset: -1}, "order": {Order: endOrders},
		"deleted": {Deleted: OnlyDeleted + 1}, "enabled": {Enabled: No + 1}, "API user": {APIUser: No + 1},
		"parent accounting": {ParentAccounting: No + 1},
	} {
		if err := q.Check(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := (&Query{}).Max(); got != MaxPage {
		t.Errorf("no limit means %d", got)
	}
	if got := (&Query{Limit: 20}).Max(); got != 20 {
		t.Errorf("a limit of 20 means %d", got)
	}
}

func TestPageLimit(t *testing.T) {
	for limit, want := range map[int]int{0: MaxPage, 1: 1, MaxPage: MaxPage} {
		if got, err := PageLimit(limit); got != want || err != nil {
			t.Errorf("limit %d: %d, %v", limit, got, err)
		}
	}
	for _, limit := range []int{-1, MaxPage + 1, math.MinInt, math.MaxInt} {
		if _, err := PageLimit(limit); !errors.Is(err, ErrInvalid) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

func TestCheckAccounts(t *testing.T) {
	if got, err := CheckAccounts(OnlyDeleted, 3); got != 3 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
	if _, err := CheckAccounts(OnlyDeleted+1, 3); !errors.Is(err, ErrInvalid) {
		t.Errorf("another Deleted: %v", err)
	}
	if _, err := CheckAccounts(NotDeleted, -1); !errors.Is(err, ErrInvalid) {
		t.Errorf("another limit: %v", err)
	}
}
