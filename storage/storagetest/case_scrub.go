package storagetest

import (
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var scrubRules = []rule{
	{"Scrub/Changes", "Scrub takes Created, Diff and Detail from every change of the user, for good; all else of them, and " +
		"other users' changes, stay", testScrubChanges},
	{"Scrub/Postings", "Scrub takes the Name from every posting of the user, for good; balances, amounts and other " +
		"postings stay", testScrubPostings},
	{"Scrub/Own", "Scrub includes what the transaction itself wrote before, and nothing that it writes after", testScrubOwn},
}

func testScrubChanges(h *harness) {
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
	for _, id := range []user.ID{2, 2, 99} { // again, and for no user
		h.update(acme, func(x tx) {
			x.ok(x.w.Scrub(x.ctx, id), "Scrub")
			x.same(x.changes(), want, "Changes in the transaction of Scrub")
		})
		h.both(acme, func(x tx) { x.same(x.changes(), want, "Changes after Scrub") })
	}
}

func testScrubPostings(h *harness) {
	l := busyLedger()
	h.post(l)
	h.view(acme, func(x tx) { x.checkStatements(l, balance.Account) })
	for i, t := range l.posted {
		l.posted[i] = t.WithoutName(2)
	}
	check := func(x tx) {
		x.Helper()
		x.same(x.transfers(storage.TransferQuery{}), l.posted, "Transfers after Scrub")
		for holder := balance.Account; holder <= 4; holder++ {
			x.checkStatements(l, holder)
			x.same(x.balances(holder), []balance.Units{l.balances[holder]}, "Balances after Scrub")
		}
	}
	h.update(acme, func(x tx) {
		x.ok(x.w.Scrub(x.ctx, 2), "Scrub")
		check(x)
	})
	h.both(acme, check)
}

func testScrubOwn(h *harness) {
	l := newLedger()
	fund, pay, later := l.fund(100), l.pay(5, 1, 2), l.pay(6, 1, 2)
	changes := []storage.Change{change(1, "before Scrub"), change(2, "another's"), change(1, "after Scrub")}
	h.update(acme, func(x tx) {
		x.post(fund, pay)
		x.record(changes[:2]...)
		x.ok(x.w.Scrub(x.ctx, 1), "Scrub")
		x.post(later)
		x.record(changes[2])
	})
	for i := range changes {
		changes[i].ID = storage.ChangeID{Revision: 1, Index: i}
	}
	changes[0] = changes[0].Scrubbed()
	h.both(acme, func(x tx) {
		x.same(x.changes(), changes, "Changes")
		want := []balance.Transfer{fund, pay.WithoutName(1), later}
		x.same(x.transfers(storage.TransferQuery{}), want, "the transfers before Scrub and after it")
	})
}
