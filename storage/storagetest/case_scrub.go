package storagetest

import (
	"slices"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func scrubCases() []Case {
	return []Case{
		{"Scrub/Changes", "Scrub takes Created, Diff and Detail from every change of the user, for good; all else of them, and " +
			"other users' changes, stay", testScrubChanges},
		{"Scrub/Postings", "Scrub takes the Name from every posting of the user, for good; balances, amounts and other " +
			"postings stay", testScrubPostings},
		{"Scrub/Own", "Scrub includes what the transaction itself wrote before, and nothing that it writes after", testScrubOwn},
		{"Scrub/Rollback", "a Scrub that is rolled back scrubs nothing", testScrubRollback},
	}
}

func testScrubChanges(t testing.TB, open Open) {
	h := start(t, open)
	var want []storage.Change
	for i := range 12 {
		c := change(user.ID(i%3), "detail")
		if i%4 == 0 {
			c = creation(person(c.UserID, "created"))
		}
		c.Reason, c.ReferenceKind, c.ReferenceID, c.TransferID = "why", user.ReferenceView, 5, 6
		h.update(acme, func(x tx) { x.record(c) })
		c.ID = storage.ChangeID{Revision: user.Revision(i + 1)}
		if c.UserID == 2 {
			c = c.Scrubbed()
		}
		want = append(want, c)
	}
	h.update(acme, func(x tx) {
		x.ok(x.w.Scrub(x.ctx, 2), "Scrub")
		x.same(x.changes(storage.ChangeID{}, 0), want, "Changes in the transaction of Scrub")
	})
	h.both(acme, func(x tx) { x.same(x.changes(storage.ChangeID{}, 0), want, "Changes after Scrub") })
	h.update(acme, func(x tx) {
		x.ok(x.w.Scrub(x.ctx, 2), "a second Scrub")
		x.ok(x.w.Scrub(x.ctx, 99), "Scrub of nobody")
	})
	h.view(acme, func(x tx) { x.same(x.changes(storage.ChangeID{}, 0), want, "Changes after a second Scrub") })
}

// withoutName returns a copy of the transfers in which each posting of the user has an empty name.
func withoutName(list []balance.Transfer, id user.ID) []balance.Transfer {
	list = slices.Clone(list)
	for i := range list {
		list[i].Postings = slices.Clone(list[i].Postings)
		for j, p := range list[i].Postings {
			if who, ok := p.User(); ok && who == id {
				list[i].Postings[j].Name = ""
			}
		}
	}
	return list
}

func testScrubPostings(t testing.TB, open Open) {
	h := start(t, open)
	l := busyLedger()
	h.post(l)
	before := *l
	l.posted = withoutName(l.posted, 2)
	check := func(x tx) {
		x.Helper()
		list, err := x.r.Transfers(x.ctx, storage.TransferQuery{})
		x.ok(err, "Transfers")
		x.same(list, l.posted, "Transfers after Scrub")
		for holder := balance.Account; holder <= 4; holder++ {
			x.same(x.statement(holder, storage.EntryID{}, 0), l.statement(holder), "Statement of "+holder.String()+" after Scrub")
			x.same(x.balances(holder), []balance.Units{l.balances[holder]}, "Balances after Scrub")
		}
	}
	h.view(acme, func(x tx) {
		x.same(x.statement(balance.Account, storage.EntryID{}, 0), before.statement(balance.Account), "Statement before Scrub")
	})
	h.update(acme, func(x tx) {
		x.ok(x.w.Scrub(x.ctx, 2), "Scrub")
		check(x)
	})
	h.both(acme, check)
}

func testScrubOwn(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	fund, pay, later := l.fund(100), l.pay(5, 1, 2), l.pay(6, 1, 2)
	first, second, other := change(1, "before Scrub"), change(1, "after Scrub"), change(2, "another's")
	h.update(acme, func(x tx) {
		x.post(fund)
		x.post(pay)
		x.record(first)
		x.record(other)
		x.ok(x.w.Scrub(x.ctx, 1), "Scrub")
		x.post(later)
		x.record(second)
	})
	first.ID = storage.ChangeID{Revision: 1, Index: 0}
	other.ID = storage.ChangeID{Revision: 1, Index: 1}
	second.ID = storage.ChangeID{Revision: 1, Index: 2}
	h.both(acme, func(x tx) {
		x.same(x.changes(storage.ChangeID{}, 0), []storage.Change{first.Scrubbed(), other, second}, "Changes")
		x.same(x.transfer(pay.ID), withoutName([]balance.Transfer{pay}, 1)[0], "the transfer before Scrub")
		x.same(x.transfer(later.ID), later, "the transfer after Scrub")
	})
}

func testScrubRollback(t testing.TB, open Open) {
	h := start(t, open)
	w := everything(1)
	h.update(acme, w.write)
	_, err := h.attempt(acme, func(x tx) error {
		x.ok(x.w.Scrub(x.ctx, 1), "Scrub")
		x.ok(x.w.Scrub(x.ctx, 2), "Scrub")
		return errStop
	})
	h.is(err, errStop, "Update")
	h.both(acme, w.check)
}
