package storagetest

import (
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func testLetterRoundTrip(t testing.TB, open Open) {
	h := start(t, open)
	var want []storage.DeadLetter
	for seed := 1; seed <= len(hostile); seed++ {
		c := filled[storage.Change](seed)
		c.ID = storage.ChangeID{Revision: 1, Index: seed}
		switch seed % 4 {
		case 1:
			c.Created = nil
		case 2:
			c.Created, c.Diff, c.Money = nil, nil, nil
		case 3:
			c.Created = &user.User{} // not the same as none
		}
		l := letter(c, seed)
		if l.Error = hostile[seed-1]; len(l.Error) > storage.MaxDeadLetterError {
			l.Error = l.Error[:storage.MaxDeadLetterError]
		}
		want = append(want, l)
	}
	bare := storage.DeadLetter{Change: storage.Change{ID: storage.ChangeID{Revision: 2}}, Attempts: 1}
	want = append(want, bare)
	h.update(acme, func(x tx) {
		x.putDelivery(delivery("consumer", 1))
		for i, l := range want {
			other := filled[storage.Change](i + 1000)
			other.ID = l.Change.ID
			x.putLetter("consumer", letter(other, 5), l)
		}
		x.same(x.letters("consumer", storage.ChangeID{}, 0), want, "DeadLetters in the transaction")
	})
	h.both(acme, func(x tx) { x.same(x.letters("consumer", storage.ChangeID{}, 0), want, "DeadLetters") })
	again := letter(change(4, "again"), 9)
	again.Change.ID = bare.Change.ID
	want[len(want)-1] = again
	h.update(acme, func(x tx) { x.putLetter("consumer", again) })
	h.both(acme, func(x tx) {
		x.same(x.letters("consumer", storage.ChangeID{}, 0), want, "DeadLetters after one was replaced")
		x.same(x.changes(storage.ChangeID{}, 0), []storage.Change{}, "Changes")
	})
}

func testLetterListing(t testing.TB, open Open) {
	h := start(t, open)
	var all []storage.DeadLetter
	for _, rev := range []user.Revision{1, 2, 255, 256, 1 << 40} {
		for _, index := range []int{0, 1, 2, 300} {
			all = append(all, letterAt(rev, index))
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
		for from := -1; from < len(all); from++ {
			var after storage.ChangeID
			if from >= 0 {
				after = all[from].Change.ID
			}
			for _, limit := range []int{0, 1, 3} {
				want := all[from+1:]
				if limit > 0 {
					want = want[:min(limit, len(want))]
				}
				x.same(x.letters("ab", after, limit), want, fmt.Sprintf("DeadLetters later than %v, at most %d", after, limit))
			}
		}
		x.same(x.letters("ab", storage.AfterRevision(2), 1), all[8:9], "DeadLetters after a revision")
		x.same(x.letters("ab", storage.ChangeID{Revision: 2, Index: -5}, 1), all[4:5], "DeadLetters later than an index below 0")
		x.same(x.letters("a", storage.ChangeID{}, 0), all[3:4], "DeadLetters of a")
		x.same(x.letters("b", storage.ChangeID{}, 0), []storage.DeadLetter{all[0], all[4]}, "DeadLetters of b")
		x.same(x.letters("c", storage.ChangeID{}, 0), []storage.DeadLetter{}, "DeadLetters of no delivery")
	})
	h.update(acme, func(x tx) {
		x.ok(x.w.DeleteDeadLetter(x.ctx, "ab", all[1].Change.ID), "DeleteDeadLetter")
		x.same(x.letters("ab", storage.ChangeID{}, 2), []storage.DeadLetter{all[0], all[2]}, "DeadLetters in the transaction")
	})
	h.both(acme, func(x tx) {
		x.same(x.letters("ab", storage.ChangeID{}, 2), []storage.DeadLetter{all[0], all[2]}, "DeadLetters after one was deleted")
	})
}

func testLetterAbsent(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) {
		x.putDelivery(delivery("a", 1), delivery("b", 1))
		x.putLetter("a", letterAt(1, 0))
	})
	h.update(acme, func(x tx) {
		for _, name := range []string{"c", "", "A"} {
			x.is(x.w.PutDeadLetter(x.ctx, name, letterAt(1, 0)), storage.ErrNotFound, "PutDeadLetter for "+name)
			x.same(x.letters(name, storage.ChangeID{}, 0), []storage.DeadLetter{}, "DeadLetters of "+name)
		}
		for _, c := range []struct {
			name string
			id   storage.ChangeID
		}{
			{"b", letterAt(1, 0).Change.ID}, {"c", letterAt(1, 0).Change.ID}, {"a", storage.ChangeID{}},
			{"a", letterAt(1, 1).Change.ID}, {"a", letterAt(2, 0).Change.ID}, {"a", storage.ChangeID{Revision: 1, Index: -1}},
			{"a", storage.ChangeID{Revision: 1<<64 - 1}},
		} {
			err := x.w.DeleteDeadLetter(x.ctx, c.name, c.id)
			x.is(err, storage.ErrNotFound, fmt.Sprintf("DeleteDeadLetter of %v for %s", c.id, c.name))
		}
		x.putDelivery(delivery("c", 1))
		x.putLetter("c", letterAt(1, 0))
		x.ok(x.w.DeleteDeadLetter(x.ctx, "a", letterAt(1, 0).Change.ID), "DeleteDeadLetter")
		x.is(x.w.DeleteDeadLetter(x.ctx, "a", letterAt(1, 0).Change.ID), storage.ErrNotFound, "DeleteDeadLetter again")
	})
	h.both(acme, func(x tx) {
		x.same(x.letters("a", storage.ChangeID{}, 0), []storage.DeadLetter{}, "DeadLetters of a")
		x.same(x.letters("c", storage.ChangeID{}, 0), []storage.DeadLetter{letterAt(1, 0)}, "DeadLetters of c")
	})
}

func testLetterCompacted(t testing.TB, open Open) {
	h := start(t, open)
	for i := range 3 {
		h.update(acme, func(x tx) { x.record(change(user.ID(i), "kept")) })
	}
	position := delivery("consumer", 1)
	h.update(acme, func(x tx) {
		x.putDelivery(position)
		for _, c := range x.changes(storage.ChangeID{}, 0) {
			x.putLetter("consumer", letter(c, 1))
		}
	})
	var want []storage.DeadLetter
	h.view(acme, func(x tx) { want = x.letters("consumer", storage.ChangeID{}, 0) })
	h.same(len(want), 3, "the number of dead letters")
	h.update(acme, func(x tx) { x.ok(x.w.CompactChanges(x.ctx, storage.AfterRevision(2)), "CompactChanges") })
	h.view(acme, func(x tx) {
		_, err := x.r.Changes(x.ctx, storage.ChangeQuery{})
		x.is(err, storage.ErrCompacted, "Changes")
	})
	h.both(acme, func(x tx) {
		x.same(x.letters("consumer", storage.ChangeID{}, 0), want, "DeadLetters after CompactChanges")
		x.same(x.delivery("consumer"), position, "Delivery after CompactChanges")
	})
}

func testLetterScrub(t testing.TB, open Open) {
	h := start(t, open)
	var want []storage.DeadLetter
	letters := func(revision user.Revision) (list []storage.DeadLetter) {
		for i := range 6 {
			c := change(user.ID(i%3), "detail")
			if i >= 3 {
				c = creation(person(c.UserID, "created"))
			}
			c.ID, c.Reason = storage.ChangeID{Revision: revision, Index: i}, "why"
			list = append(list, letter(c, i+1))
		}
		return list
	}
	names := []string{"a", "b"}
	h.update(acme, func(x tx) {
		for _, name := range names {
			x.putDelivery(delivery(name, 1))
			x.putLetter(name, letters(1)...)
		}
	})
	_, err := h.attempt(acme, func(x tx) error {
		x.ok(x.w.Scrub(x.ctx, 2), "Scrub")
		return errStop
	})
	h.is(err, errStop, "Update")
	h.view(acme, func(x tx) { x.same(x.letters("a", storage.ChangeID{}, 0), letters(1), "DeadLetters after a rollback") })
	for _, l := range append(letters(1), letters(2)...) {
		if l.Change.UserID == 2 {
			l = l.Scrubbed()
		}
		want = append(want, l)
	}
	h.update(acme, func(x tx) {
		for _, name := range names {
			x.putLetter(name, letters(2)...) // which the same transaction scrubs
		}
		x.ok(x.w.Scrub(x.ctx, 2), "Scrub")
		x.same(x.letters("b", storage.ChangeID{}, 0), want, "DeadLetters in the transaction of Scrub")
	})
	h.both(acme, func(x tx) {
		for _, name := range names {
			x.same(x.letters(name, storage.ChangeID{}, 0), want, "DeadLetters of "+name+" after Scrub")
		}
		x.same(x.delivery("a"), delivery("a", 1), "Delivery after Scrub")
	})
}
