package storagetest

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var viewRules = []rule{
	{"View/Empty", "an account that was never written to is empty and at revision 0", testViewEmpty},
	{"View/Unchanging", "View gives one unchanging state of the account: no commit that happens meanwhile shows",
		testViewUnchanging},
	{"View/Error", "the error of a View's fn is returned so that errors.Is finds it", func(h *harness) {
		err := h.s.View(h.ctx, acme, func(context.Context, storage.Reader) error { return fmt.Errorf("wrapped: %w", errStop) })
		h.is(err, errStop, "View")
	}},
	{"View/AfterEnd", "the Reader is used by fn alone, while it runs; after it every method returns ErrClosed", func(h *harness) {
		h.put(acme, people(1, 2)...)
		var kept storage.Reader
		h.view(acme, func(x tx) { kept = x.r })
		for _, c := range reads() {
			h.fails(storage.ErrClosed, c.name+" of a View that ended")(c.run(tx{h, h.ctx, kept, nil}))
		}
	}},
}

func testViewEmpty(h *harness) {
	h.both("never-written", func(x tx) {
		x.same(x.r.Revision(), user.Revision(0), "Revision")
		x.empty("an account that was never written to")
		x.same(x.counters(), storage.Counters{}, "Counters")
		x.same(x.balances(), []balance.Units{}, "Balances of a missing user")
	})
}

func testViewUnchanging(h *harness) {
	first, second := everything(1), everything(2)
	h.update(acme, first.write)
	committed := make(chan error, 1)
	h.view(acme, func(x tx) {
		x.same(x.user(1), first.users[0], "the user before")
		done := make(chan struct{})
		go func() { // with a context of its own, so that this is no transaction inside one
			defer close(done)
			_, err := h.attempt(acme, func(x tx) error { return second.tryWrite(x.ctx, x.w) })
			committed <- err
		}()
		waitBriefly(done) // a storage may let the writer wait for readers
		first.check(x)
		x.same(x.r.Revision(), user.Revision(1), "Revision after another's commit")
	})
	h.ok(<-committed, "Update beside a View")
	h.view(acme, second.check)
}

var copyRules = []rule{
	{"Copy/In", "a value that a caller changes after passing it to a Writer does not change in the storage", testCopyIn},
	{"Copy/Out", "values that a Reader returns are the caller's: changing them changes nothing in the storage", testCopyOut},
}

// overwrite changes the values that the changes point to: Created and the elements of Diff.
func overwrite(changes ...storage.Change) {
	for _, c := range changes {
		if c.Created != nil {
			*c.Created = user.User{ID: 77}
		}
		clear(c.Diff)
	}
}

func testCopyIn(h *harness) {
	fund := newLedger().fund(100)
	fund.Skipped = []balance.Skip{{User: 5, Reason: balance.AccountShort}}
	want := storage.Change{
		ID: storage.ChangeID{Revision: 1}, Created: new(person(1, "created")), Diff: user.Diff(person(1, "before"), person(1, "after")),
	}
	check := func(x tx) {
		x.Helper()
		x.same(x.transfer(fund.ID), fund, "Transfer")
		x.same(x.changes(), []storage.Change{want}, "Changes")
		x.same(x.letters("consumer"), []storage.DeadLetter{letter(want, 1)}, "DeadLetters")
	}
	h.update(acme, func(x tx) {
		transfer, recorded, failed := fund, want.Clone(), want.Clone()
		transfer.Postings = append([]balance.Posting{}, fund.Postings...)
		transfer.Skipped = append([]balance.Skip{}, fund.Skipped...)
		x.post(transfer)
		clear(transfer.Postings)
		clear(transfer.Skipped)
		x.putDelivery(delivery("consumer", 1))
		x.record(recorded)
		x.putLetter("consumer", letter(failed, 1))
		overwrite(recorded, failed)
		check(x)
	})
	h.view(acme, check)
	ids, kinds := []user.ID{1, 2}, []user.Kind{user.Human}
	h.put(acme, people(1, 3)...)
	h.view(acme, func(x tx) {
		q := storage.Query{IDs: ids, Kinds: kinds, After: &storage.Position{}}
		x.same(x.ids(q), []user.ID{1, 2}, "Users")
		x.same(ids, []user.ID{1, 2}, "the caller's ids")
		ids[0], q.After.ID = 3, 2
		x.same(x.ids(q), []user.ID{3}, "Users of the changed query")
	})
}

// overwriteResults calls reading methods of x and overwrites the values that they return, as any
// caller may: the slices, and the values that a storage.Change points to. It does not check the
// values. It ends the test if a call returns an error.
func (x tx) overwriteResults() {
	clear(x.users(storage.Query{}))
	clear(got[[]user.Reference](x.harness, "References")(x.r.References(x.ctx, user.ReferenceSkill, 0, 0)))
	clear(x.balances(balance.Account, 1, 2))
	clear(x.statement(balance.Account))
	byKey := got[balance.Transfer](x.harness, "TransferByKey")(x.r.TransferByKey(x.ctx, "key 1"))
	for _, t := range append(x.transfers(storage.TransferQuery{}), x.transfer(1), x.transfer(2), x.transfer(3), byKey) {
		clear(t.Postings)
	}
	changes := x.changes()
	overwrite(changes...)
	clear(changes)
	for _, l := range x.letters("consumer") {
		overwrite(l.Change)
	}
}

func testCopyOut(h *harness) {
	one, two := everything(1), everything(2)
	h.update(acme, one.write)
	h.both(acme, func(x tx) { x.overwriteResults(); one.check(x) })
	h.both(acme, one.check)
	// What the same transaction wrote is the storage's as well.
	h.update(acme, func(x tx) { two.write(x); x.overwriteResults(); two.check(x) })
	h.both(acme, two.check)
}
