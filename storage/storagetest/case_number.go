package storagetest

import (
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var numberRules = []rule{
	{"Number/Extremes", "numbers come back as they were put, up to the greatest that an int64 holds", testExtremes},
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
		c := storage.Change{
			Actor: u.ID, UserID: u.ID, ReferenceKind: user.ReferenceSkill, ReferenceID: id, TransferID: balance.TransferID(id),
		}
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
