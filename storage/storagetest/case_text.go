package storagetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func textCases() []Case {
	return []Case{
		{"Text/Bytes", "a storage keeps texts byte by byte, whatever valid UTF-8 without NUL is in them: quotes, combining marks, 64 kB",
			testTextBytes},
		{"Number/Extremes", "numbers come back as they were put, up to the greatest that an int64 holds", testExtremes},
	}
}

func testTextBytes(t testing.TB, open Open) {
	h := start(t, open)
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
		fund := l.fund(10)
		transfer := l.pay(1, 1)
		transfer.Key, transfer.Reason, transfer.AccountDescription, transfer.UserDescription, transfer.Rate = text, text, text, text, text
		transfer.Postings[0].Name = text
		c := storage.Change{At: moment(1), Reason: text, Detail: text, Type: storage.ChangeType(text), UserID: 1, Created: &u, Diff: user.Diff(user.User{}, u)}
		h.update(a, func(x tx) {
			x.putUser(u)
			x.ok(x.w.PutAccount(x.ctx, settings), "PutAccount")
			x.putReference(r)
			x.putSecret(1, secret)
			x.post(fund)
			x.post(transfer)
			x.record(c)
		})
		c.ID.Revision = 1
		h.both(a, func(x tx) {
			what := func(s string) string { return fmt.Sprintf("%s with the text %.30q", s, text) }
			x.same(x.user(1), u, what("User"))
			got, err := x.r.Account(x.ctx)
			x.ok(err, "Account")
			x.same(got, settings, what("Account"))
			x.ref(user.ReferenceDevice, 1, r)
			x.referenceByName(user.ReferenceDevice, text, r)
			x.secret(1, secret, what("Secret"))
			x.same(x.transfer(transfer.ID), transfer, what("Transfer"))
			x.same(x.changes(storage.ChangeID{}, 0), []storage.Change{c}, what("Changes"))
			x.same(x.users(storage.Query{}), []user.User{u}, what("Users"))
			x.same(len(x.statement(1, storage.EntryID{}, 0)), 1, what("Statement"))
		})
	}
}

func testExtremes(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	fund := l.fund(balance.MaxUnits)
	h.update(acme, func(x tx) { x.post(fund) })
	for i, id := range extremes {
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
		l.posted[len(l.posted)-1] = pay
		c := storage.Change{Actor: user.ID(id), UserID: user.ID(id), ReferenceKind: user.ReferenceSkill, ReferenceID: id, TransferID: balance.TransferID(id)}
		h.update(acme, func(x tx) {
			x.putUser(u)
			x.putReference(ref(user.ReferenceSkill, id, fmt.Sprint("skill", id)))
			x.post(pay)
			x.record(c)
		})
		c.ID = storage.ChangeID{Revision: user.Revision(i + 2)}
		h.both(acme, func(x tx) {
			x.same(x.user(u.ID), u, "User")
			x.same(x.byKey(keyOf(u, user.KeyLogin)), u, "UserByKey")
			x.same(x.users(storage.Query{Skill: user.SkillID(id), MemberOf: user.GroupID(id)}), []user.User{u}, "Users")
			x.ref(user.ReferenceSkill, id, ref(user.ReferenceSkill, id, fmt.Sprint("skill", id)))
			x.same(x.transfer(pay.ID), pay, "Transfer")
			x.same(x.statement(balance.Holder(id), storage.EntryID{}, 0), l.statement(balance.Holder(id)), "Statement")
			changes := x.changes(storage.ChangeID{}, 0)
			x.same(changes[len(changes)-1], c, "Changes")
		})
	}
	h.view(acme, func(x tx) { x.same(x.ids(storage.Query{}), ascending(extremes), "the users") })
}

func ascending(ids []int64) []user.ID {
	list := make([]user.ID, len(ids))
	for i, id := range ids {
		list[i] = user.ID(id)
	}
	return list
}
