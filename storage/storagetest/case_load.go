package storagetest

import (
	"fmt"
	"math"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var loadRules = []rule{
	{"Counters/Given", "Counters says the greatest id that each sequence gave or that was put, whether or not it is " +
		"there any more, and the revision of the state", testCountersGiven},
	{"Load/Whole", "transactions that load leave the revision at 0 and the account unlisted until one loads a revision; " +
		"then it is as it was elsewhere, and the next revision is one more", testLoadWhole},
	{"Load/Changes", "AppendChange after Load records a change at its own id, which has to be later than every one's before",
		testLoadChanges},
	{"Load/Counters", "Load makes the account's counters those that it is given: their ids are never given again, and " +
		"changes that they say are not kept are ErrCompacted, if the limit is valid", testLoadCounters},
	{"Load/Refused", "Load is ErrInvalid for an account whose revision is not 0, after a write, and for counters that say " +
		"what cannot be", testLoadRefused},
}

func testCountersGiven(h *harness) {
	want := storage.Counters{}
	for i, s := range sequences() {
		h.update(acme, func(x tx) {
			x.next(s)
			x.same(x.next(s), int64(2), "NextID")
			want.Given[s] = 2
			x.same(x.counters(), want, "Counters after NextID in the transaction")
		})
		h.both(acme, func(x tx) { x.same(x.counters(), want, fmt.Sprintf("Counters after NextID of sequence %d", i)) })
		h.rollback(func(x tx) { x.next(s) })
	}
	h.put(acme, person(40, "forty"), person(30, "thirty"))
	h.update(acme, func(x tx) {
		x.putReference(ref(user.ReferenceQueue, 50, "queue"))
		x.deleteReference(user.ReferenceQueue, 50)
	})
	want.Revision, want.Given[storage.UserIDs], want.Given[storage.ReferenceIDs(user.ReferenceQueue)] = 2, 40, 50
	counters := h.count(acme)
	for s, id := range counters.Given {
		if id == want.Given[s]+1 { // what the rollback gave need not be free again
			want.Given[s] = id
		}
	}
	h.same(counters, want, "Counters")
}

// history returns five changes, in revisions 3, 5 and 9. They are like the history of an account in
// another storage that has compacted the earlier changes.
func history() []storage.Change {
	var list []storage.Change
	for _, id := range []storage.ChangeID{
		{Revision: 3, Index: 7}, {Revision: 3, Index: 8}, {Revision: 5}, {Revision: 9}, {Revision: 9, Index: 1},
	} {
		list = append(list, changeAt(id))
	}
	return list
}

func changeAt(id storage.ChangeID) storage.Change {
	c := change(user.ID(id.Revision), fmt.Sprint(id))
	c.ID = id
	return c
}

// load calls Load of the writer with the counters c. It ends the test if Load returns an error, or
// if Next of the writer is not the revision of c afterwards.
func (x tx) load(c storage.Counters) {
	x.Helper()
	x.ok(x.w.Load(x.ctx, c), "Load")
	x.same(x.w.Next(), c.Revision, "Next after Load")
}

// loading returns a function for an Update. The function loads the counters and appends the
// changes, and returns the first error.
func loading(c storage.Counters, changes ...storage.Change) func(x tx) error {
	return func(x tx) error {
		if err := x.w.Load(x.ctx, c); err != nil {
			return err
		}
		for _, change := range changes {
			if err := x.w.AppendChange(x.ctx, change); err != nil {
				return err
			}
		}
		return nil
	}
}

func testLoadWhole(h *harness) {
	ann := person(4, "ann")
	ledger := newLedger()
	fund, pay, more := ledger.fund(12), ledger.pay(5, 4), ledger.pay(2, 4)
	paid := storage.Change{At: moment(7), Type: "paid", UserID: 4}
	paid.ID.Revision = 7
	for i, step := range []func(x tx){
		func(x tx) { x.putReference(ref(user.ReferenceSkill, 6, "skill")) },
		func(x tx) { x.putUser(ann); x.putSecret(4, user.SecretOf("h", moment(1))) },
		func(x tx) { x.post(fund) },
		func(x tx) { x.post(pay) },
		func(x tx) { x.post(more); x.record(paid) }, // which look like a transfer that is made now
		func(x tx) { x.putDelivery(delivery("consumer", 3)); x.putLetter("consumer", letterAt(3, 1)) },
	} {
		rev := h.update(acme, func(x tx) {
			x.load(storage.Counters{})
			step(x)
			x.same(x.w.Next(), user.Revision(0), "Next of a transaction that loads")
		})
		h.same(rev, user.Revision(0), fmt.Sprintf("the revision after step %d", i))
		h.same(h.accounts(storage.NotDeleted, "", 0), []user.AccountID{}, "Accounts")
	}
	h.both(acme, func(x tx) {
		x.same(x.r.Revision(), user.Revision(0), "Revision")
		x.same(x.user(4), ann, "a user who was loaded")
		x.same(x.balances(4, balance.Account), []balance.Units{7, 5}, "Balances")
		x.hasDelivery(delivery("consumer", 3))
		x.hasLetters("consumer", letterAt(3, 1))
	})
	rev := h.update(acme, func(x tx) {
		x.load(storage.Counters{Revision: 41})
		x.ok(x.w.PutAccount(x.ctx, user.Account{ID: acme, Currency: "USD"}), "PutAccount")
		x.same(x.w.Next(), user.Revision(41), "Next of the last transaction")
	})
	h.same(rev, user.Revision(41), "the revision after the last transaction")
	h.same(h.accounts(storage.NotDeleted, "", 0), []user.AccountID{acme}, "Accounts")
	if _, ok := h.s.(storage.Waiter); ok {
		h.returns(h.waiting(acme, 40), 41, "a revision that was loaded")
	}
	rev = h.update(acme, func(x tx) {
		x.same([]user.Revision{x.r.Revision(), x.w.Next()}, []user.Revision{41, 42}, "Revision and Next")
		x.record(change(4, "after"))
	})
	h.same(rev, user.Revision(42), "the revision after one more")
	h.view(acme, func(x tx) {
		x.same(changeIDs(x.changes()), []storage.ChangeID{{Revision: 7}, {Revision: 42}}, "the ids of the changes")
		x.same(x.user(4), ann, "the user")
	})
}

func testLoadChanges(h *harness) {
	all := history()
	for _, part := range [][]storage.Change{all[:1], all[1:3], nil, all[3:]} {
		h.gives(user.Revision(0), "Update that loads changes")(h.attempt(acme, loading(storage.Counters{}, part...)))
	}
	for _, id := range []storage.ChangeID{
		{}, {Index: 1}, {Revision: 1}, {Revision: 9}, {Revision: 9, Index: 1}, {Revision: 10, Index: -1},
	} {
		h.refused(storage.ErrInvalid, fmt.Sprintf("loading change %v", id), loading(storage.Counters{}, changeAt(id)))
	}
	h.refused(storage.ErrInvalid, "loading a change later than the revision",
		loading(storage.Counters{Revision: 12}, changeAt(storage.ChangeID{Revision: 13})))
	last := changeAt(storage.ChangeID{Revision: 12, Index: math.MaxInt32 - 1})
	h.gives(user.Revision(12), "Update that loads the last change")(h.attempt(acme, loading(storage.Counters{Revision: 12}, last)))
	h.both(acme, func(x tx) {
		x.same(x.changes(), append(slices.Clone(all), last), "Changes")
		q := storage.ChangeQuery{After: storage.ChangeID{Revision: 3, Index: 8}, Limit: 2}
		x.same(x.changesOf(q), all[2:4], "Changes, a page")
	})
}

func testLoadCounters(h *harness) {
	all := history()
	h.gives(user.Revision(0), "Update that loads changes")(h.attempt(acme, loading(storage.Counters{}, all...)))
	want := storage.Counters{Revision: 20, Compacted: all[1].ID}
	for _, s := range sequences() {
		want.Given[s] = 100 + int64(s)
	}
	h.update(acme, func(x tx) { x.load(want); x.putUser(person(500, "beyond")) })
	want.Given[storage.UserIDs] = 500 // that was put, though elsewhere less was given
	h.view(acme, func(x tx) {
		x.same(x.counters(), want, "Counters")
		for _, after := range []storage.ChangeID{{}, {Revision: 3}, all[0].ID} {
			what := fmt.Sprintf("Changes after %v", after)
			x.fails(storage.ErrCompacted, what)(x.r.Changes(x.ctx, storage.ChangeQuery{After: after}))
			x.fails(storage.ErrInvalid, what+" with limit -1")(x.r.Changes(x.ctx, storage.ChangeQuery{After: after, Limit: -1}))
		}
		x.same(x.changesOf(storage.ChangeQuery{After: all[1].ID}), all[2:], "Changes after the last one that is not kept")
	})
	for _, s := range sequences() {
		h.update(acme, func(x tx) { x.same(x.next(s), want.Given[s]+1, fmt.Sprintf("NextID of sequence %d", s)) })
	}
}

func testLoadRefused(h *harness) {
	given := storage.Counters{}
	given.Given[storage.UserIDs] = 1
	for _, c := range []storage.Counters{given, {Revision: 1, Compacted: storage.ChangeID{Revision: 2}}} {
		h.refused(storage.ErrInvalid, "Load of counters that CheckLoad refuses", loading(c))
	}
	h.gives(user.Revision(0), "Update that loads changes")(h.attempt(acme, loading(storage.Counters{}, history()...)))
	h.refused(storage.ErrInvalid, "Load of a revision that is less than a change's", loading(storage.Counters{Revision: 8}))
	for _, write := range []func(x tx){
		func(x tx) { x.putUser(person(1, "one")) }, func(x tx) { x.putDelivery(delivery("consumer", 1)) },
	} {
		h.refused(storage.ErrInvalid, "Load after a write", func(x tx) error {
			write(x)
			return x.w.Load(x.ctx, storage.Counters{Revision: 30})
		})
	}
	h.gives(user.Revision(30), "Update that loads a revision")(h.attempt(acme, loading(storage.Counters{Revision: 30})))
	for _, c := range []storage.Counters{{}, {Revision: 30}, {Revision: 50}} {
		h.refused(storage.ErrInvalid, "Load over an account that is there", loading(c))
	}
	h.view(acme, func(x tx) {
		x.same(x.r.Revision(), user.Revision(30), "Revision")
		x.same(x.count(storage.Query{}), 0, "CountUsers")
		x.same(x.changes(), history(), "Changes")
	})
}
