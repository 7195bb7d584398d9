package storagetest

import (
	"fmt"
	"math"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var sequenceRules = []rule{
	{"Sequence/Once", "NextID returns a positive number that was never returned for the sequence, whether or not anything " +
		"was put under it; only a rollback may free it", testSequenceOnce},
	{"Sequence/Greater", "NextID returns a number greater than every id that was put in the sequence, deleted ones too, in " +
		"whatever order they went", testSequenceGreater},
	{"Sequence/Apart", "each account has a sequence for users, one for transfers and one for each kind of reference data",
		testSequenceApart},
	{"Sequence/Unknown", "NextID returns ErrInvalid, and no number, for a sequence that there is not", func(h *harness) {
		h.put(acme, person(1, "one"))
		for _, s := range []storage.Sequence{storage.ReferenceIDs(0), storage.Sequence(storage.NumSequences), 100, math.MaxUint8} {
			h.noID(storage.ErrInvalid, s)
		}
	}},
	{"Sequence/Exhausted", "NextID returns ErrLimit, and no number, when the greatest id is taken", testSequenceExhausted},
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

// nextAbove calls NextID for the sequence s and returns the new id. It ends the test if NextID
// returns an error, or an id that is not greater than the given one.
func (x tx) nextAbove(s storage.Sequence, than int64) int64 {
	x.Helper()
	id := x.next(s)
	if id <= than {
		x.Fatalf("sequence %s: NextID returns %d, want more than %d", s, id, than)
	}
	return id
}

// noID ends the test unless NextID of the sequence s fails with target.
func (h *harness) noID(target error, s storage.Sequence) {
	h.Helper()
	h.refused(target, fmt.Sprintf("NextID of sequence %d", s), func(x tx) error {
		_, err := x.w.NextID(x.ctx, s)
		return err
	})
}

func testSequenceOnce(h *harness) {
	for _, s := range sequences() {
		var last, before int64
		advance := func(x tx) {
			last = before // fn may run again after a rollback
			for range 3 {
				last = x.nextAbove(s, last)
			}
		}
		for range 3 {
			h.update(acme, func(x tx) {
				advance(x)
				x.record(storage.Change{At: moment(1), Type: storage.ReferenceUpdated})
			})
			before = last
			h.rollback(advance)
			h.update(acme, advance) // and nothing else: it counts nevertheless
			before = last
		}
	}
}

func testSequenceGreater(h *harness) {
	l := newLedger()
	l.last = 776
	fund := l.fund(1)
	h.update(acme, func(x tx) { x.post(fund) })
	h.update(acme, func(x tx) { x.nextAbove(storage.TransferIDs, 777) })
	greater := func(s storage.Sequence, put func(x tx, id int64), remove func(x tx, id int64)) {
		h.update(acme, func(x tx) { put(x, 50); x.nextAbove(s, 50) })
		h.update(acme, func(x tx) { put(x, 20); put(x, 1<<40); put(x, 30) })
		h.update(acme, func(x tx) { remove(x, 1<<40); remove(x, 20) })
		h.rollback(func(x tx) { x.nextAbove(s, 1<<40) }) // what is returned is free again
		h.update(acme, func(x tx) { x.nextAbove(s, 1<<40) })
	}
	greater(storage.UserIDs, func(x tx, id int64) { x.putUser(user.User{ID: user.ID(id)}) }, func(x tx, id int64) {
		x.putUser(user.User{ID: user.ID(id), Lifecycle: user.Lifecycle{Deleted: moment(1)}})
	})
	for _, k := range referenceKinds() {
		greater(storage.ReferenceIDs(k), func(x tx, id int64) { x.putReference(ref(k, id, fmt.Sprint("name ", id))) },
			func(x tx, id int64) { x.deleteReference(k, id) })
	}
}

func testSequenceApart(h *harness) {
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

func testSequenceExhausted(h *harness) {
	l := newLedger()
	l.last = math.MaxInt64 - 1
	fund := l.fund(1)
	h.update(acme, func(x tx) {
		x.putUser(person(math.MaxInt64, "last"))
		x.putReference(ref(user.ReferenceSkill, math.MaxInt64, "last"))
		x.post(fund)
	})
	for _, s := range []storage.Sequence{storage.UserIDs, storage.ReferenceIDs(user.ReferenceSkill), storage.TransferIDs} {
		h.noID(storage.ErrLimit, s)
	}
	h.view(acme, func(x tx) {
		x.same(x.user(math.MaxInt64), person(math.MaxInt64, "last"), "the user with the greatest id")
		x.same(x.transfer(math.MaxInt64).ID, balance.TransferID(math.MaxInt64), "the transfer with the greatest id")
	})
}
