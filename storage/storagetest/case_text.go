package storagetest

import (
	"fmt"
	"strings"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var textRules = []rule{
	{"Text/Bytes", "a storage keeps texts byte by byte, whatever valid UTF-8 without NUL is in them: quotes, combining marks, 64 kB",
		testTextBytes},
	{"Number/Extremes", "numbers come back as they were put, up to the greatest that an int64 holds", testExtremes},
}

func testTextBytes(h *harness) {
	for i, text := range append([]string{strings.Repeat("\x01", 1000), strings.Repeat("😀", 16<<10)}, hostile...) {
		a := user.AccountID(fmt.Sprint("account", i))
		u := user.User{ID: 1}
		u.Identity = user.Identity{Login: text, PID: text, EmployeeID: text, Description: text, CustomData: text}
		u.Names = user.Names{First: text, Last: text, Full: text, Display: text}
		u.Contact.Email, u.Contact.Phone, u.Contact.Mobile, u.Contact.Language = text, text, text, text
		u.Capacity.Reservations = user.ListOf(user.Reservation{Channel: text})
		u.Preferences.Campaigns = user.ListOf(user.Campaign{Name: text})
		u.Preferences.Statistics = user.ListOf(user.Statistic{Name: text, Option: text, Secondary: text})
		settings := user.Account{ID: a, Name: text, Currency: "USD"}
		r := user.Reference{Kind: user.ReferenceDevice, ID: 1, Name: text, Description: text,
			Properties: user.ListOf(user.Property{Name: text, Value: text})}
		secret := user.SecretOf(text, moment(1), text, "x")
		l := newLedger()
		l.fund(10)
		pay := l.pay(1, 1)
		pay.Key, pay.Reason, pay.AccountDescription, pay.UserDescription, pay.Rate = text, text, text, text, text
		pay.Postings[0].Name = text
		l.instead(pay)
		c := storage.Change{At: moment(1), Reason: text, Detail: text, Type: storage.ChangeType(text), UserID: 1, Created: &u, Diff: user.Diff(user.User{}, u)}
		h.update(a, func(x tx) {
			x.putUser(u)
			x.ok(x.w.PutAccount(x.ctx, settings), "PutAccount")
			x.putReference(r)
			x.putSecret(1, secret)
			x.post(l.posted...)
			x.record(c)
		})
		c.ID.Revision = 1
		h.both(a, func(x tx) {
			what := func(s string) string { return fmt.Sprintf("%s with the text %.30q", s, text) }
			x.same(x.user(1), u, what("User"))
			x.gives(settings, what("Account"))(x.r.Account(x.ctx))
			x.has(r)
			x.secret(1, secret, what("Secret"))
			x.same(x.transfer(pay.ID), pay, what("Transfer"))
			x.same(x.changes(), []storage.Change{c}, what("Changes"))
			x.same(x.users(storage.Query{}), []user.User{u}, what("Users"))
			x.checkStatements(l, 1)
		})
	}
}

func testExtremes(h *harness) {
	l := newLedger()
	fund := l.fund(balance.MaxUnits)
	h.update(acme, func(x tx) { x.post(fund) })
	var ids []user.ID
	for i, id := range extremes {
		ids = append(ids, user.ID(id))
		u := person(user.ID(id), fmt.Sprint("user", id))
		u.Version = user.Revision(id)
		u.Presence.CallID, u.Capacity.MemberOf.Group = id, user.GroupID(id)
		u.Capacity.Skills = user.IDSetOf(user.SkillID(id), 5)
		u.Access.Applications = user.IDSetOf(user.ApplicationID(id))
		u.Capacity.MaxAsyncChats = user.Some(0)
		l.last = balance.TransferID(100 + i)
		pay := l.pay(1, balance.Holder(id))
		pay.Actor, pay.Requested = user.ID(id), money(balance.MaxUnits)
		pay.Postings[0].Name = ""
		l.instead(pay)
		r := ref(user.ReferenceSkill, id, fmt.Sprint("skill", id))
		c := storage.Change{Actor: u.ID, UserID: u.ID, ReferenceKind: user.ReferenceSkill, ReferenceID: id, TransferID: balance.TransferID(id)}
		h.update(acme, func(x tx) {
			x.putUser(u)
			x.putReference(r)
			x.post(pay)
			x.record(c)
		})
		c.ID = storage.ChangeID{Revision: user.Revision(i + 2)}
		h.both(acme, func(x tx) {
			x.same(x.user(u.ID), u, "User")
			x.same(x.byKey(keyOf(u, user.KeyLogin)), u, "UserByKey")
			x.same(x.users(storage.Query{Skill: user.SkillID(id), MemberOf: user.GroupID(id)}), []user.User{u}, "Users")
			x.has(r)
			x.same(x.transfer(pay.ID), pay, "Transfer")
			x.checkStatements(l, balance.Holder(id))
			x.same(x.changes()[i], c, "Changes")
		})
	}
	h.view(acme, func(x tx) { x.same(x.ids(storage.Query{}), ids, "the users") })
}
