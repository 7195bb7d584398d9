package storagetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func sequenceCases() []Case {
	return []Case{
		{"Sequence/Once", "NextID returns a positive number that was never returned for the sequence, whether or not anything " +
			"was put under it; only a rollback may free it", testSequenceOnce},
		{"Sequence/Greater", "NextID returns a number greater than every id that was put in the sequence, deleted ones too",
			testSequenceGreater},
		{"Sequence/Deleted", "NextID returns a number greater than every id that was deleted, in whatever order they went",
			testSequenceDeleted},
		{"Sequence/Apart", "each account has a sequence for users, one for transfers and one for each kind of reference data",
			testSequenceApart},
		{"Sequence/Unknown", "NextID returns ErrInvalid, and no number, for a sequence that there is not", testSequenceUnknown},
		{"Sequence/Exhausted", "NextID returns ErrLimit, and no number, when the greatest id is taken", testSequenceExhausted},
	}
}

// sequences returns all sequences of ids: that of users, that of transfers, and one for each kind
// of reference data.
func sequences() []storage.Sequence {
	list := []storage.Sequence{storage.UserIDs, storage.TransferIDs}
	for _, k := range referenceKinds() {
		list = append(list, storage.ReferenceIDs(k))
	}
	return list
}

func testSequenceOnce(t testing.TB, open Open) {
	h := start(t, open)
	for _, s := range sequences() {
		var last int64
		advance := func(x tx) {
			for range 3 {
				id := x.next(s)
				if id <= last {
					x.Fatalf("sequence %d: NextID returns %d after %d", s, id, last)
				}
				last = id
			}
		}
		before := int64(0)
		for range 3 {
			h.update(acme, func(x tx) {
				last = before // fn may run again after a rollback
				advance(x)
				x.record(storage.Change{At: moment(1), Type: storage.ReferenceUpdated})
			})
			before = last
			_, err := h.attempt(acme, func(x tx) error { last = before; advance(x); return errStop })
			h.is(err, errStop, "Update")
			h.update(acme, func(x tx) { last = before; advance(x) }) // and nothing else: it counts nevertheless
			before = last
		}
	}
}

func testSequenceGreater(t testing.TB, open Open) {
	h := start(t, open)
	greater := func(s storage.Sequence, than int64) {
		h.Helper()
		h.update(acme, func(x tx) {
			if id := x.next(s); id <= than {
				x.Fatalf("sequence %d: NextID returns %d although %d was put", s, id, than)
			}
		})
	}
	h.put(acme, person(50, "fifty"), person(20, "twenty"))
	greater(storage.UserIDs, 50)
	deleted := person(1<<40, "deleted")
	deleted.Lifecycle.Deleted = moment(1)
	h.update(acme, func(x tx) {
		x.putUser(deleted)
		if id := x.next(storage.UserIDs); id <= 1<<40 {
			x.Fatalf("NextID returns %d although %d was put in the transaction", id, deleted.ID)
		}
	})
	greater(storage.UserIDs, 1<<40)
	for _, k := range referenceKinds() {
		id := 1000 * int64(k)
		h.update(acme, func(x tx) { x.putReference(ref(k, id, "name")) })
		greater(storage.ReferenceIDs(k), id)
		h.update(acme, func(x tx) {
			x.putReference(ref(k, 2*id, "other"))
			x.ok(x.w.DeleteReference(x.ctx, k, 2*id), "DeleteReference")
		})
		greater(storage.ReferenceIDs(k), 2*id)
	}
	l := newLedger()
	l.last = 776
	fund := l.fund(1)
	h.update(acme, func(x tx) { x.post(fund) })
	greater(storage.TransferIDs, 777)
}

func testSequenceDeleted(t testing.TB, open Open) {
	h := start(t, open)
	for _, k := range referenceKinds() {
		put := func(ids ...int64) {
			h.Helper()
			h.update(acme, func(x tx) {
				for _, id := range ids {
					x.putReference(ref(k, id, fmt.Sprint("name ", id)))
				}
			})
		}
		remove := func(ids ...int64) {
			h.Helper()
			h.update(acme, func(x tx) {
				for _, id := range ids {
					x.ok(x.w.DeleteReference(x.ctx, k, id), "DeleteReference")
				}
			})
		}
		greater := func(than int64) {
			h.Helper()
			_, err := h.attempt(acme, func(x tx) error { // what is returned is free again
				if id := x.next(storage.ReferenceIDs(k)); id <= than {
					x.Fatalf("NextID returns %d although %s %d was there", id, k, than)
				}
				return errStop
			})
			h.is(err, errStop, "Update")
		}
		put(1, 2, 3, 4, 5)
		remove(5)
		remove(2)
		greater(5)
		put(10, 11, 12)
		remove(12, 10)
		greater(12)
		remove(1, 3, 4, 11)
		greater(12)
	}
}

func testSequenceApart(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) {
		x.putUser(person(1_000_000, "user"))
		x.putReference(ref(user.ReferenceSkill, 2_000_000, "skill"))
	})
	for _, a := range []user.AccountID{acme, "other"} {
		h.update(a, func(x tx) {
			for _, s := range sequences() {
				id := x.next(s)
				if far := id >= 1_000_000; far != (a == acme && (s == storage.UserIDs || s == storage.ReferenceIDs(user.ReferenceSkill))) {
					x.Fatalf("NextID of sequence %d in account %s returns %d", s, a, id)
				}
			}
		})
	}
}

func testSequenceUnknown(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, person(1, "one"))
	for _, s := range []storage.Sequence{storage.ReferenceIDs(0), storage.Sequence(storage.NumSequences), 100, math.MaxUint8} {
		_, err := h.attempt(acme, func(x tx) error { _, err := x.w.NextID(x.ctx, s); return err })
		h.is(err, storage.ErrInvalid, fmt.Sprintf("NextID of sequence %d", s))
	}
}

func testSequenceExhausted(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	l.last = math.MaxInt64 - 1
	fund := l.fund(1)
	h.update(acme, func(x tx) {
		x.putUser(person(math.MaxInt64, "last"))
		x.putReference(ref(user.ReferenceSkill, math.MaxInt64, "last"))
		x.post(fund)
	})
	for _, s := range []storage.Sequence{storage.UserIDs, storage.ReferenceIDs(user.ReferenceSkill), storage.TransferIDs} {
		_, err := h.attempt(acme, func(x tx) error { _, err := x.w.NextID(x.ctx, s); return err })
		h.is(err, storage.ErrLimit, fmt.Sprintf("NextID of sequence %d", s))
	}
	h.view(acme, func(x tx) {
		x.same(x.user(math.MaxInt64), person(math.MaxInt64, "last"), "the user with the greatest id")
		x.same(x.transfer(math.MaxInt64).ID, balance.TransferID(math.MaxInt64), "the transfer with the greatest id")
	})
}
