package storagetest

import (
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var letterRules = []rule{
	{"DeadLetter/RoundTrip", "a dead letter comes back with its change as it was recorded; another one of the change replaces it",
		testLetterRoundTrip},
	{"DeadLetter/Listing", "DeadLetters lists those of one delivery in the order of their changes, later than after, at most limit",
		testLetterListing},
	{"DeadLetter/Absent", "PutDeadLetter for a delivery that is not there, and DeleteDeadLetter of what is not there, are " +
		"ErrNotFound", testLetterAbsent},
}

// letter returns a dead letter of a change.
func letter(c storage.Change, n int) storage.DeadLetter {
	return storage.DeadLetter{Change: c, Attempts: n, Error: fmt.Sprint("error ", n), At: moment(n)}
}

// letterAt returns a dead letter for the change with the given revision and index. The user of the
// change depends on revision, and the other values on index.
func letterAt(revision user.Revision, index int) storage.DeadLetter {
	c := change(user.ID(1+revision%3), "detail")
	c.ID = storage.ChangeID{Revision: revision, Index: index}
	return letter(c, 1+index)
}

// hasLetters ends the test unless the delivery has exactly the dead letters want, in this order.
func (x tx) hasLetters(name string, want ...storage.DeadLetter) {
	x.Helper()
	x.same(x.letters(name), want, "DeadLetters of "+name)
}

func (x tx) deleteLetter(name string, id storage.ChangeID) {
	x.Helper()
	x.ok(x.w.DeleteDeadLetter(x.ctx, name, id), "DeleteDeadLetter")
}

func testLetterRoundTrip(h *harness) {
	var want []storage.DeadLetter
	for i, c := range variants(len(hostile)) {
		l := letter(c, i+1)
		l.Error = hostile[i][:min(len(hostile[i]), storage.MaxDeadLetterError)]
		want = append(want, l)
	}
	bare := storage.DeadLetter{Change: storage.Change{ID: storage.ChangeID{Revision: 2}}, Attempts: 1}
	want = append(want, bare)
	h.update(acme, func(x tx) {
		x.putDelivery(delivery("consumer", 1))
		for i, l := range want {
			other := everyField[storage.Change](i + 1000)
			other.ID = l.Change.ID
			x.putLetter("consumer", letter(other, 5), l)
		}
		x.hasLetters("consumer", want...)
	})
	h.both(acme, func(x tx) { x.hasLetters("consumer", want...) })
	again := letter(change(4, "again"), 9)
	again.Change.ID = bare.Change.ID
	want[len(want)-1] = again
	h.update(acme, func(x tx) { x.putLetter("consumer", again) })
	h.both(acme, func(x tx) {
		x.hasLetters("consumer", want...)
		x.same(x.changes(), []storage.Change{}, "Changes")
	})
}

func testLetterListing(h *harness) {
	var all []storage.DeadLetter
	places := []storage.ChangeID{{}, storage.AfterRevision(2), {Revision: 2, Index: -5}}
	for _, rev := range []user.Revision{1, 2, 255, 256, 1 << 40} {
		for _, index := range []int{0, 1, 2, 300} {
			all = append(all, letterAt(rev, index))
			places = append(places, storage.ChangeID{Revision: rev, Index: index})
		}
	}
	h.update(acme, func(x tx) {
		x.putDelivery(delivery("a", 1), delivery("ab", 1), delivery("b", 1))
		for i := range all {
			x.putLetter("ab", all[(7*i)%len(all)]) // in another order
		}
		x.putLetter("a", all[3])
		x.putLetter("b", all[0], all[4])
	})
	h.both(acme, func(x tx) {
		behind := func(after storage.ChangeID, l storage.DeadLetter) bool { return after.Less(l.Change.ID) }
		pages(x.harness, "DeadLetters", all, places, behind, func(after storage.ChangeID, limit int) ([]storage.DeadLetter, error) {
			return x.r.DeadLetters(x.ctx, "ab", after, limit)
		})
		x.hasLetters("a", all[3])
		x.hasLetters("b", all[0], all[4])
		x.hasLetters("c")
	})
	kept := append([]storage.DeadLetter{all[0]}, all[2:]...)
	h.update(acme, func(x tx) {
		x.deleteLetter("ab", all[1].Change.ID)
		x.hasLetters("ab", kept...)
	})
	h.both(acme, func(x tx) { x.hasLetters("ab", kept...) })
}

func testLetterAbsent(h *harness) {
	one := letterAt(1, 0)
	h.update(acme, func(x tx) {
		x.putDelivery(delivery("a", 1), delivery("b", 1))
		x.putLetter("a", one)
		for _, name := range []string{"c", "", "A"} {
			x.is(x.w.PutDeadLetter(x.ctx, name, one), storage.ErrNotFound, "PutDeadLetter for "+name)
			x.is(x.w.DeleteDeadLetter(x.ctx, name, one.Change.ID), storage.ErrNotFound, "DeleteDeadLetter for "+name)
		}
		for _, id := range []storage.ChangeID{{}, {Revision: 1, Index: 1}, {Revision: 2}, {Revision: 1, Index: -1}, {Revision: 1<<64 - 1}} {
			x.is(x.w.DeleteDeadLetter(x.ctx, "a", id), storage.ErrNotFound, fmt.Sprintf("DeleteDeadLetter of %v", id))
		}
		x.is(x.w.DeleteDeadLetter(x.ctx, "b", one.Change.ID), storage.ErrNotFound, "DeleteDeadLetter of another delivery's")
	})
	h.both(acme, func(x tx) { x.hasLetters("a", one); x.hasLetters("c") })
	h.update(acme, func(x tx) { x.deleteLetter("a", one.Change.ID) })
	h.update(acme, func(x tx) {
		x.hasLetters("a")
		x.is(x.w.DeleteDeadLetter(x.ctx, "a", one.Change.ID), storage.ErrNotFound, "DeleteDeadLetter again")
	})
}
