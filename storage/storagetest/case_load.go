package storagetest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func countersCases() []Case {
	return []Case{
		{"Counters/Given", "Counters says the greatest id that each sequence gave or that was put, whether or not it is " +
			"there any more, and the revision of the state", testCountersGiven},
	}
}

func loadCases() []Case {
	return []Case{
		{"Load/Whole", "transactions that load leave the revision at 0 and the account unlisted until one loads a revision; " +
			"then it is as it was elsewhere, and the next revision is one more", testLoadWhole},
		{"Load/Changes", "AppendChange after Load records a change at its own id, which has to be later than every one's before",
			testLoadChanges},
		{"Load/Counters", "Load makes the account's counters those that it is given: their ids are never given again, and " +
			"changes that they say are not kept are ErrCompacted, if the limit is valid", testLoadCounters},
		{"Load/Refused", "Load is ErrInvalid for an account whose revision is not 0, after a write, and for counters that say " +
			"what cannot be", testLoadRefused},
	}
}

func testCountersGiven(t testing.TB, open Open) {
	h := start(t, open)
	want := storage.Counters{}
	for i, s := range sequences() {
		h.update(acme, func(x tx) {
			x.next(s)
			id := x.next(s)
			want.Given[s] = 2
			x.same(id, int64(2), "NextID")
			x.same(x.counters(), want, "Counters after NextID in the transaction")
		})
		h.both(acme, func(x tx) { x.same(x.counters(), want, fmt.Sprintf("Counters after NextID of sequence %d", i)) })
		_, err := h.attempt(acme, func(x tx) error { x.next(s); return errStop })
		h.is(err, errStop, "Update")
	}
	h.put(acme, person(40, "forty"), person(30, "thirty"))
	h.update(acme, func(x tx) {
		x.putReference(ref(user.ReferenceQueue, 50, "queue"))
		x.ok(x.w.DeleteReference(x.ctx, user.ReferenceQueue, 50), "DeleteReference")
	})
	want.Revision, want.Given[storage.UserIDs], want.Given[storage.ReferenceIDs(user.ReferenceQueue)] = 2, 40, 50
	h.view(acme, func(x tx) {
		got := x.counters()
		for s, id := range got.Given {
			if id == want.Given[s]+1 { // what the rollback gave need not be free again
				want.Given[s] = id
			}
		}
		x.same(got, want, "Counters")
	})
}

// history returns five changes of an account, in revisions 3, 5 and 9. They are like the history of
// another storage that has compacted the earlier changes.
func history() []storage.Change {
	var list []storage.Change
	for _, id := range []storage.ChangeID{
		{Revision: 3, Index: 7}, {Revision: 3, Index: 8}, {Revision: 5}, {Revision: 9}, {Revision: 9, Index: 1},
	} {
		c := change(user.ID(id.Revision), fmt.Sprint(id))
		c.ID = id
		list = append(list, c)
	}
	return list
}

// load loads counters and changes in one transaction.
func (h *harness) load(a user.AccountID, c storage.Counters, changes ...storage.Change) (user.Revision, error) {
	return h.attempt(a, func(x tx) error {
		if err := x.w.Load(x.ctx, c); err != nil {
			return err
		}
		x.same(x.w.Next(), c.Revision, "Next after Load")
		for _, change := range changes {
			if err := x.w.AppendChange(x.ctx, change); err != nil {
				return err
			}
		}
		return nil
	})
}

func testLoadWhole(t testing.TB, open Open) {
	h := start(t, open)
	list := func() []user.AccountID {
		list, err := h.s.Accounts(h.ctx, storage.NotDeleted, "", 0)
		h.ok(err, "Accounts")
		return list
	}
	ann, settings := person(4, "ann"), user.Account{ID: acme, Currency: "USD"}
	ledger := newLedger()
	fund := ledger.fund(12)
	pay, more := ledger.pay(5, 4), ledger.pay(2, 4)
	paid := storage.Change{At: moment(7), Type: "paid", UserID: 4}
	paid.ID.Revision = 7
	steps := []func(x tx){
		func(x tx) { x.putReference(ref(user.ReferenceSkill, 6, "skill")) },
		func(x tx) {
			x.putUser(ann)
			x.ok(x.w.PutSecret(x.ctx, 4, user.SecretOf("h", moment(1))), "PutSecret")
		},
		func(x tx) { x.post(fund) },
		func(x tx) { x.post(pay) },
		func(x tx) { x.post(more); x.record(paid) }, // which look like a transfer that is made now
	}
	for i, step := range steps {
		rev := h.update(acme, func(x tx) {
			x.ok(x.w.Load(x.ctx, storage.Counters{}), "Load")
			step(x)
			x.same(x.w.Next(), user.Revision(0), "Next of a transaction that loads")
		})
		h.same(rev, user.Revision(0), fmt.Sprintf("the revision after step %d", i))
		h.same(list(), []user.AccountID{}, "Accounts")
	}
	h.both(acme, func(x tx) {
		x.same(x.r.Revision(), user.Revision(0), "Revision")
		x.same(x.user(4), ann, "a user who was loaded")
		x.same(x.balances(4, balance.Account), []balance.Units{7, 5}, "Balances")
	})
	rev := h.update(acme, func(x tx) {
		x.ok(x.w.Load(x.ctx, storage.Counters{Revision: 41}), "Load")
		x.ok(x.w.PutAccount(x.ctx, settings), "PutAccount")
		x.same(x.w.Next(), user.Revision(41), "Next of the last transaction")
	})
	h.same(rev, user.Revision(41), "the revision after the last transaction")
	h.same(list(), []user.AccountID{acme}, "Accounts")
	if w, ok := h.waiter(); ok {
		h.same(h.returns(waiting(h.ctx, w, acme, 40), "Wait"), waited{rev: 41}, "Wait")
	}
	rev = h.update(acme, func(x tx) {
		x.same(x.r.Revision(), user.Revision(41), "Revision")
		x.same(x.w.Next(), user.Revision(42), "Next")
		x.record(change(4, "after"))
	})
	h.same(rev, user.Revision(42), "the revision after one more")
	h.view(acme, func(x tx) {
		x.same(changeIDs(x.changes(storage.ChangeID{}, 0)), []storage.ChangeID{{Revision: 7}, {Revision: 42}}, "the ids of the changes")
		x.same(x.user(4), ann, "the user")
	})
}

func testLoadChanges(t testing.TB, open Open) {
	h := start(t, open)
	all := history()
	for _, part := range [][]storage.Change{all[:1], all[1:3], nil, all[3:]} {
		rev, err := h.load(acme, storage.Counters{}, part...)
		h.ok(err, "Update that loads changes")
		h.same(rev, user.Revision(0), "the revision")
	}
	for _, id := range []storage.ChangeID{
		{}, {Index: 1}, {Revision: 1}, {Revision: 9}, {Revision: 9, Index: 1}, {Revision: 10, Index: -1},
	} {
		c := change(1, "late")
		c.ID = id
		_, err := h.load(acme, storage.Counters{}, c)
		h.is(err, storage.ErrInvalid, fmt.Sprintf("loading change %v", id))
	}
	beyond := change(1, "beyond")
	beyond.ID.Revision = 13
	_, err := h.load(acme, storage.Counters{Revision: 12}, beyond)
	h.is(err, storage.ErrInvalid, "loading a change later than the revision")
	last := change(1, "last")
	last.ID = storage.ChangeID{Revision: 12, Index: math.MaxInt32 - 1}
	_, err = h.load(acme, storage.Counters{Revision: 12}, last)
	h.ok(err, "Update that loads the last change")
	h.both(acme, func(x tx) {
		x.same(x.changes(storage.ChangeID{}, 0), append(slices.Clone(all), last), "Changes")
		x.same(x.changes(storage.ChangeID{Revision: 3, Index: 8}, 2), all[2:4], "Changes, a page")
	})
}

func testLoadCounters(t testing.TB, open Open) {
	h := start(t, open)
	all := history()
	_, err := h.load(acme, storage.Counters{}, all...)
	h.ok(err, "Update that loads changes")
	c := storage.Counters{Revision: 20, Compacted: all[1].ID}
	for _, s := range sequences() {
		c.Given[s] = 100 + int64(s)
	}
	h.update(acme, func(x tx) {
		x.putsBeyond(c)
	})
	want := c
	want.Given[storage.UserIDs] = 500 // that was put, though elsewhere less was given
	h.view(acme, func(x tx) {
		x.same(x.counters(), want, "Counters")
		for _, after := range []storage.ChangeID{{}, {Revision: 3}, all[0].ID} {
			_, err := x.r.Changes(x.ctx, storage.ChangeQuery{After: after})
			x.is(err, storage.ErrCompacted, fmt.Sprintf("Changes after %v", after))
			_, err = x.r.Changes(x.ctx, storage.ChangeQuery{After: after, Limit: -1})
			x.is(err, storage.ErrInvalid, fmt.Sprintf("Changes after %v with limit -1", after))
		}
		x.same(x.changes(all[1].ID, 0), all[2:], "Changes after the last one that is not kept")
	})
	for _, s := range sequences() {
		h.update(acme, func(x tx) { x.same(x.next(s), want.Given[s]+1, fmt.Sprintf("NextID of sequence %d", s)) })
	}
}

// putsBeyond calls Load with the counters c, and then puts a user with the id 500. The greatest
// user id in c must be less than 500. putsBeyond ends the test after an error.
func (x tx) putsBeyond(c storage.Counters) {
	x.Helper()
	x.ok(x.w.Load(x.ctx, c), "Load")
	x.putUser(person(500, "beyond"))
}

func testLoadRefused(t testing.TB, open Open) {
	h := start(t, open)
	given := storage.Counters{}
	given.Given[storage.UserIDs] = 1
	for what, c := range map[string]storage.Counters{
		"ids without a revision":                 given,
		"changes not kept without a revision":    {Compacted: storage.ChangeID{Revision: 1}},
		"changes not kept of a later revision":   {Revision: 1, Compacted: storage.ChangeID{Revision: 2}},
		"changes not kept, at a negative place":  {Revision: 3, Compacted: storage.ChangeID{Revision: 2, Index: -1}},
		"changes not kept of no revision":        {Revision: 3, Compacted: storage.ChangeID{Index: 1}},
		"changes not kept, beyond all revisions": {Revision: 3, Compacted: storage.ChangeID{Revision: 4, Index: 1}},
	} {
		_, err := h.load(acme, c)
		h.is(err, storage.ErrInvalid, "Load of "+what)
	}
	_, err := h.load(acme, storage.Counters{}, history()...)
	h.ok(err, "Update that loads changes")
	_, err = h.load(acme, storage.Counters{Revision: 8})
	h.is(err, storage.ErrInvalid, "Load of a revision that is less than a change's")
	_, err = h.attempt(acme, func(x tx) error {
		x.putUser(person(1, "one"))
		return x.w.Load(x.ctx, storage.Counters{Revision: 30})
	})
	h.is(err, storage.ErrInvalid, "Load after a write")
	_, err = h.load(acme, storage.Counters{Revision: 30})
	h.ok(err, "Update that loads a revision")
	for _, c := range []storage.Counters{{}, {Revision: 30}, {Revision: 50}} {
		_, err := h.load(acme, c)
		h.is(err, storage.ErrInvalid, "Load over an account that is there")
	}
	h.view(acme, func(x tx) {
		x.same(x.r.Revision(), user.Revision(30), "Revision")
		x.same(x.count(storage.Query{}), 0, "CountUsers")
		x.same(x.changes(storage.ChangeID{}, 0), history(), "Changes")
	})
}
