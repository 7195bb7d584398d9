package differential

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// texts are what engines and front doors like to take for one another, to cut, to fold or to
// refuse.
var texts = rapid.SampledFrom([]string{
	"kim", "Kim", "ab", "abc", "", "a b", " kim ", "stra\u00dfe", "STRASSE", "\u00e9", "e\u0301", "\U0001F600x", "\ufb01x", "\u212aim",
	"\uff2b\uff29\uff2d", "\u0130", "\u0131", "\u202eabc", "%", "_", "'\"\\", "a\x00b", "a\xff", "a\tb", "a\u0085b", "null", "NaN",
	strings.Repeat("x", 255), strings.Repeat("\u00e9", 300), "a\u200bb", "\ud7ff\ue000", "\U0010FFFF",
})

// odd are numbers at the ends of what they can be.
var odd = rapid.SampledFrom([]int64{1, 2, 3, 4, 1, 2, 3, 1, 2, 0, -1, 1 << 31, 1<<53 + 1, 1 << 62, math.MaxInt64, math.MinInt64})

// A call says little but what it calls.
type (
	c = context.Context
	h = roster.Handle
)

func text(t *rapid.T, label string) string { return texts.Draw(t, label) }

// seldom is true once in n.
func seldom(t *rapid.T, label string, n int) bool {
	return rapid.IntRange(0, n-1).Draw(t, label) == n-1
}

// person draws a user with unusual texts in every attribute.
func person(t *rapid.T) user.User {
	u := user.User{
		Identity: user.Identity{Login: text(t, "login"), CustomData: text(t, "data")},
		Names:    user.Names{Display: text(t, "display")},
		Access:   user.Access{Granted: user.RolesOf(user.Agent)},
	}
	if seldom(t, "names", 3) {
		u.Identity.PID, u.Names.Full, u.Identity.EmployeeID = text(t, "pid"), text(t, "full"), text(t, "employee")
	}
	if seldom(t, "contact", 3) {
		u.Contact = user.Contact{Email: text(t, "email") + "@example.com", Phone: "+12125550000", Language: "en_GB"}
		if seldom(t, "odd contact", 4) {
			u.Contact.Phone, u.Contact.Language = text(t, "phone"), text(t, "language")
		}
	}
	if seldom(t, "chosen id", 6) {
		u.ID = user.ID(odd.Draw(t, "id"))
	}
	return u
}

func fund(units balance.Units, text, key string) call {
	return call{fmt.Sprintf("Fund %s %q %q", units, text, key), func(c c, h h) (any, error) {
		amount, err := balance.FromUnits(units, "USD")
		if err != nil {
			return nil, err
		}
		return h.Fund(c, roster.FundParams{Amount: amount, AccountDescription: text, Key: key})
	}}
}

// draw draws one call.
func (f *fronts) draw(t *rapid.T) call {
	id, word := user.ID(odd.Draw(t, "user")), text(t, "text")
	switch rapid.IntRange(0, 21).Draw(t, "call") {
	default:
		u := person(t)
		return call{fmt.Sprintf("Create %+q", []string{u.Identity.Login, u.Names.Display, u.Identity.CustomData}),
			func(c c, h h) (any, error) {
				return h.Create(c, roster.CreateParams{User: u, Password: roster.PasswordOf("a long phrase")})
			}}
	case 4, 5:
		u, reason := person(t), text(t, "reason")
		p := user.Patch{
			Login: user.Set(u.Identity.Login), FullName: user.Set(u.Names.Full), DisplayName: user.Set(u.Names.Display),
			CustomData: user.Set(word), Views: user.Set(user.IDSetOf(user.ViewID(odd.Draw(t, "view")))),
		}
		return call{fmt.Sprintf("Patch %d %+q because %q", id, []string{u.Identity.Login, u.Names.Display, word}, reason),
			func(c c, h h) (any, error) {
				return h.Patch(c, id, p, roster.WithReason(reason))
			}}
	case 6:
		return call{fmt.Sprint("Delete ", id), func(c c, h h) (any, error) { return h.Delete(c, id) }}
	case 7:
		return call{fmt.Sprint("Restore ", id), func(c c, h h) (any, error) { return h.Restore(c, id) }}
	case 8:
		return call{fmt.Sprint("Erase ", id), func(c c, h h) (any, error) { return h.Erase(c, id) }}
	case 9:
		a := user.Account{Currency: "USD", Name: word}
		a.NameReuse.Hold = time.Duration(rapid.IntRange(0, 1).Draw(t, "hold")) * 20 * time.Second
		return call{fmt.Sprintf("UpdateAccount %q %v", word, a.NameReuse), func(c c, h h) (any, error) { return h.UpdateAccount(c, a) }}
	case 10, 11:
		kind := user.KeyKind(rapid.IntRange(1, user.NumKeyKinds-1).Draw(t, "kind"))
		return call{fmt.Sprintf("Find %s %q", kind, word), func(c c, h h) (any, error) { return h.Find(c, kind, word) }}
	case 12, 13, 14:
		return f.drawList(t, word)
	case 15:
		kind, number := user.ReferenceKind(rapid.IntRange(0, 3).Draw(t, "kind")), odd.Draw(t, "number")
		ref := user.Reference{Kind: kind, ID: number, Name: word, Description: text(t, "description")}
		return call{fmt.Sprintf("PutReference %+v", ref), func(c c, h h) (any, error) { return h.PutReference(c, ref) }}
	case 16:
		kind, number := user.ReferenceKind(rapid.IntRange(0, 3).Draw(t, "kind")), odd.Draw(t, "number")
		return call{fmt.Sprintf("References %s %q %d", kind, word, number), func(c c, h h) (any, error) {
			named, err := h.ReferenceByName(c, kind, word)
			list, err2 := h.References(c, kind, number, int(number%1100))
			return []any{named, err == nil, list}, err2
		}}
	case 17:
		return fund(balance.Units(odd.Draw(t, "units")), word, text(t, "key"))
	case 18, 19:
		pay := roster.TransferParams{
			Users: []user.ID{1, user.ID(rapid.IntRange(1, 3).Draw(t, "payee"))}, Lenient: seldom(t, "lenient", 2),
			AccountDescription: word + "${user_name}", UserDescription: text(t, "other"), Key: text(t, "key"),
		}
		if seldom(t, "odd payee", 4) {
			pay.Users = append(pay.Users, id)
		}
		cents := rapid.Int64Range(-300, 300).Draw(t, "cents")
		return call{fmt.Sprintf("Transfer %d cents %+v", cents, pay), func(c c, h h) (any, error) {
			pay := pay
			pay.Amount, _ = balance.FromUnits(balance.Units(cents)*100, "USD")
			return h.Transfer(c, pay)
		}}
	case 20:
		before := storage.EntryID{Transfer: balance.TransferID(odd.Draw(t, "before")), Index: int(odd.Draw(t, "index"))}
		limit := int(odd.Draw(t, "limit"))
		name := fmt.Sprint("Statement of ", id, " before ", before, " limit ", limit)
		return call{name, func(c c, h h) (any, error) { return h.Statement(c, balance.Holder(id), before, limit) }}
	case 21:
		after := storage.ChangeID{Revision: user.Revision(odd.Draw(t, "after")), Index: int(odd.Draw(t, "index"))}
		limit := int(odd.Draw(t, "limit"))
		return call{fmt.Sprint("Changes after ", after, " limit ", limit), func(c c, h h) (any, error) {
			return h.Changes(c, storage.ChangeQuery{After: after, Limit: limit})
		}}
	}
}

// drawList draws a list, from its beginning or on from where some list was left off before others
// wrote.
func (f *fronts) drawList(t *rapid.T, word string) call {
	l := roster.ListParams{Total: true}
	l.Limit, l.Order = rapid.IntRange(0, 3).Draw(t, "limit"), storage.Order(rapid.IntRange(0, 3).Draw(t, "order"))
	l.Descending, l.Deleted = seldom(t, "descending", 2), storage.Deleted(rapid.IntRange(0, 2).Draw(t, "deleted"))
	switch rapid.IntRange(0, 4).Draw(t, "filter") {
	case 1:
		l.Text = word
	case 2:
		l.LoginPart = word
	case 3:
		l.DisplayPart = word
	case 4:
		l.Skill, l.Offset = user.SkillID(odd.Draw(t, "skill")), int(odd.Draw(t, "offset"))
	}
	if len(f.cursors) > 0 && seldom(t, "go on", 2) {
		l.Cursor = f.cursors[rapid.IntRange(0, len(f.cursors)-1).Draw(t, "cursor")]
	}
	return call{fmt.Sprintf("List %+v cursor %q", l.Query, l.Cursor), func(c c, h h) (any, error) {
		page, err := h.List(c, l)
		if page.Next != "" && len(f.cursors) < 20 {
			f.cursors = append(f.cursors, page.Next)
		}
		return page, err
	}}
}

// everything reads all of an account.
var everything = call{"everything", func(c c, h h) (any, error) {
	changes, err := h.Changes(c, storage.ChangeQuery{})
	if err != nil {
		return nil, err
	}
	statement, err := h.Statement(c, balance.Account, storage.EntryID{}, 0)
	if err != nil {
		return nil, err
	}
	page, err := h.List(c, roster.ListParams{Query: storage.Query{Deleted: storage.WithDeleted, Limit: storage.MaxPage}, Balances: true})
	return []any{changes, statement, page}, err
}}
