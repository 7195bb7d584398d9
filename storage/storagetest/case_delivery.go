package storagetest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func deliveryCases() []Case {
	return []Case{
		{"Delivery/RoundTrip", "a delivery comes back with all that was put last", testDeliveryRoundTrip},
		{"Delivery/Quiet", "deliveries and dead letters do not raise the revision and do not list the account, and a transaction " +
			"that writes nothing else is committed all the same", testDeliveryQuiet},
		{"Delivery/Wait", "Wait does not return for deliveries and dead letters", testDeliveryWait},
		{"Delivery/Lease", "two Updates that read and write one delivery run one after another: a lease has one holder, and no " +
			"position is lost", testDeliveryLease},
		{"Delivery/Rollback", "what a transaction wrote of deliveries and dead letters is rolled back with it", testDeliveryRollback},
		{"Delivery/Listing", "Deliveries lists deliveries by their names in the order of bytes, behind after, at most limit",
			testDeliveryListing},
		{"Delivery/Deleted", "DeleteDelivery removes a delivery with its dead letters; one that is not there is ErrNotFound",
			testDeliveryDeleted},
		{"Delivery/Invalid", "PutDelivery and PutDeadLetter are ErrInvalid for what Check refuses, and take what is at its bounds",
			testDeliveryInvalid},
		{"Delivery/Account", "DeleteAccount removes deliveries that were put at revision 0, or after an earlier deletion",
			testDeliveryAccount},
		{"Delivery/Load", "a transaction that loads puts deliveries and dead letters; Load after such a write is ErrInvalid",
			testDeliveryLoad},
		{"DeadLetter/RoundTrip", "a dead letter comes back with its change as it was recorded; another one of the change replaces it",
			testLetterRoundTrip},
		{"DeadLetter/Listing", "DeadLetters lists those of one delivery in the order of their changes, later than after, at most limit",
			testLetterListing},
		{"DeadLetter/Absent", "PutDeadLetter for a delivery that is not there, and DeleteDeadLetter of what is not there, are " +
			"ErrNotFound", testLetterAbsent},
		{"DeadLetter/Compacted", "CompactChanges leaves dead letters and positions alone", testLetterCompacted},
		{"DeadLetter/Scrub", "Scrub makes each dead letter of the user its Scrubbed, whatever delivery has it; all others stay",
			testLetterScrub},
	}
}

// delivery returns a delivery with every field set.
func delivery(name string, n int) storage.Delivery {
	return storage.Delivery{
		Name: name, Position: storage.ChangeID{Revision: user.Revision(n), Index: n % 7},
		Holder: fmt.Sprint("process ", n), Until: moment(n),
	}
}

// letter returns a dead letter of a change.
func letter(c storage.Change, n int) storage.DeadLetter {
	return storage.DeadLetter{Change: c, Attempts: n, Error: fmt.Sprint("error ", n), At: moment(n)}
}

// letterAt returns a dead letter for a change with the given revision and index as its id. The user
// of the change depends on revision. The number of attempts, the error text and the time depend on
// index.
func letterAt(revision user.Revision, index int) storage.DeadLetter {
	c := change(user.ID(1+revision%3), "detail")
	c.ID = storage.ChangeID{Revision: revision, Index: index}
	return letter(c, 1+index)
}

func (x tx) putDelivery(list ...storage.Delivery) {
	x.Helper()
	for _, d := range list {
		x.ok(x.w.PutDelivery(x.ctx, d), "PutDelivery")
	}
}

func (x tx) putLetter(name string, list ...storage.DeadLetter) {
	x.Helper()
	for _, l := range list {
		x.ok(x.w.PutDeadLetter(x.ctx, name, l), "PutDeadLetter")
	}
}

func (x tx) delivery(name string) storage.Delivery {
	x.Helper()
	d, err := x.r.Delivery(x.ctx, name)
	x.ok(err, "Delivery")
	return d
}

func (x tx) noDelivery(name, what string) {
	x.Helper()
	_, err := x.r.Delivery(x.ctx, name)
	x.is(err, storage.ErrNotFound, what)
}

func (x tx) deliveries(after string, limit int) []storage.Delivery {
	x.Helper()
	list, err := x.r.Deliveries(x.ctx, after, limit)
	x.ok(err, "Deliveries")
	return list
}

func (x tx) letters(name string, after storage.ChangeID, limit int) []storage.DeadLetter {
	x.Helper()
	list, err := x.r.DeadLetters(x.ctx, name, after, limit)
	x.ok(err, "DeadLetters")
	return list
}

func testDeliveryRoundTrip(t testing.TB, open Open) {
	h := start(t, open)
	name := "a" + strings.Repeat("0-._", 15) + "zzz" // the longest one
	var want []storage.Delivery
	for i, holder := range hostile {
		d := delivery("consumer", i+1)
		d.Position.Revision = user.Revision(extremes[i%len(extremes)])
		if d.Holder = holder; len(holder) > storage.MaxHolder {
			d.Holder = holder[:storage.MaxHolder]
		}
		if d.Holder == "" {
			d.Until = time.Time{}
		}
		want = append(want, d)
	}
	want = append(want, storage.Delivery{Name: "consumer"}, delivery("consumer", 7))
	want = append(want, storage.Delivery{Name: "consumer", Position: storage.AfterRevision(9)})
	for _, d := range want {
		h.update(acme, func(x tx) {
			x.putDelivery(delivery("consumer", 99), delivery(name, 3))
			x.putDelivery(d)
			x.same(x.delivery("consumer"), d, "Delivery in the transaction")
		})
		h.both(acme, func(x tx) {
			x.same(x.delivery("consumer"), d, "Delivery")
			x.same(x.deliveries("", 0), []storage.Delivery{delivery(name, 3), d}, "Deliveries")
		})
	}
	h.view("other", func(x tx) { x.noDelivery("consumer", "Delivery of another account") })
}

func testDeliveryRollback(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) {
		x.putDelivery(delivery("a", 1), delivery("b", 1))
		x.putLetter("a", letterAt(1, 0), letterAt(1, 1))
	})
	check := func(x tx) {
		x.same(x.deliveries("", 0), []storage.Delivery{delivery("a", 1), delivery("b", 1)}, "Deliveries")
		x.same(x.letters("a", storage.ChangeID{}, 0), []storage.DeadLetter{letterAt(1, 0), letterAt(1, 1)}, "DeadLetters")
	}
	for range 2 {
		_, err := h.attempt(acme, func(x tx) error {
			x.putDelivery(delivery("a", 2), delivery("c", 1))
			x.ok(x.w.DeleteDeadLetter(x.ctx, "a", letterAt(1, 0).Change.ID), "DeleteDeadLetter")
			x.putLetter("b", letterAt(1, 1))
			x.putUser(person(1, "one"))
			x.ok(x.w.DeleteDelivery(x.ctx, "a"), "DeleteDelivery")
			x.same(x.deliveries("", 0), []storage.Delivery{delivery("b", 1), delivery("c", 1)}, "Deliveries in the transaction")
			return errStop
		})
		h.is(err, errStop, "Update")
		h.both(acme, check)
	}
}

func testDeliveryListing(t testing.TB, open Open) {
	h := start(t, open)
	names := []string{"b-", "a", "z9", "a0", "a.b", "a_b", "ab", "a-", "b"}
	h.update(acme, func(x tx) {
		for i, name := range names {
			x.putDelivery(delivery(name, i))
		}
	})
	h.update("other", func(x tx) { x.putDelivery(delivery("other", 1)) })
	slices.Sort(names)
	h.both(acme, func(x tx) {
		for from := -1; from < len(names); from++ {
			after := ""
			if from >= 0 {
				after = names[from]
			}
			for limit := range 4 {
				var got []string
				for _, d := range x.deliveries(after, limit) {
					got = append(got, d.Name)
				}
				want := names[from+1:]
				if limit > 0 {
					want = want[:min(limit, len(want))]
				}
				x.same(got, want, fmt.Sprintf("Deliveries behind %q, at most %d", after, limit))
			}
		}
		x.same(len(x.deliveries("a1", 0)), 5, "the deliveries behind a name that is not there")
	})
}

func testDeliveryDeleted(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) {
		x.putDelivery(delivery("a", 1), delivery("ab", 2), delivery("b", 3))
		for _, name := range []string{"a", "ab", "b"} {
			x.putLetter(name, letterAt(1, 0), letterAt(2, 0))
		}
	})
	h.update(acme, func(x tx) {
		x.ok(x.w.DeleteDelivery(x.ctx, "a"), "DeleteDelivery")
		x.is(x.w.DeleteDelivery(x.ctx, "a"), storage.ErrNotFound, "DeleteDelivery of what was deleted")
		x.noDelivery("a", "Delivery that was deleted")
	})
	check := func(x tx) {
		x.same(x.deliveries("", 0), []storage.Delivery{delivery("ab", 2), delivery("b", 3)}, "Deliveries")
		x.same(x.letters("a", storage.ChangeID{}, 0), []storage.DeadLetter{}, "DeadLetters of a delivery that was deleted")
		for _, name := range []string{"ab", "b"} {
			x.same(len(x.letters(name, storage.ChangeID{}, 0)), 2, "the dead letters of another delivery")
		}
	}
	h.both(acme, check)
	h.update(acme, func(x tx) {
		x.ok(x.w.DeleteDelivery(x.ctx, "b"), "DeleteDelivery")
		x.putDelivery(delivery("b", 4))
		x.same(x.letters("b", storage.ChangeID{}, 0), []storage.DeadLetter{}, "DeadLetters of a new delivery with the old name")
		for _, name := range []string{"", "nothing", "A", "a b"} {
			x.is(x.w.DeleteDelivery(x.ctx, name), storage.ErrNotFound, "DeleteDelivery of "+name)
			x.noDelivery(name, "Delivery of "+name)
		}
	})
	h.both(acme, func(x tx) { x.same(x.delivery("b"), delivery("b", 4), "Delivery") })
}

func testDeliveryInvalid(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) { x.putDelivery(delivery("there", 1)) })
	put := func(fault func(*storage.Delivery)) error {
		d := delivery("new", 1)
		fault(&d)
		_, err := h.attempt(acme, func(x tx) error { _ = x.w.PutDelivery(x.ctx, d); return nil })
		return err
	}
	for i, fault := range []func(*storage.Delivery){
		func(d *storage.Delivery) { d.Name = "" },
		func(d *storage.Delivery) { d.Name = "New" },
		func(d *storage.Delivery) { d.Name = "0new" },
		func(d *storage.Delivery) { d.Name = "né" },
		func(d *storage.Delivery) { d.Name = "new\x00" },
		func(d *storage.Delivery) { d.Name = "n" + strings.Repeat("e", 64) },
		func(d *storage.Delivery) { d.Position.Index = -1 },
		func(d *storage.Delivery) { d.Position = storage.ChangeID{Index: 1} },
		func(d *storage.Delivery) { d.Position.Index = math.MaxInt32 + 1 },
		func(d *storage.Delivery) { d.Position.Revision = math.MaxInt64 + 1 },
		func(d *storage.Delivery) { d.Position = storage.AfterRevision(math.MaxInt64 + 1) },
		func(d *storage.Delivery) { d.Holder = "" },
		func(d *storage.Delivery) { d.Until = time.Time{} },
		func(d *storage.Delivery) { d.Holder = strings.Repeat("h", storage.MaxHolder+1) },
		func(d *storage.Delivery) { d.Holder = "\xff" },
		func(d *storage.Delivery) { d.Holder = "a\x00b" },
	} {
		h.is(put(fault), storage.ErrInvalid, fmt.Sprintf("PutDelivery of invalid delivery %d", i))
	}
	for i, fault := range []func(*storage.DeadLetter){
		func(l *storage.DeadLetter) { l.Change.ID = storage.ChangeID{} },
		func(l *storage.DeadLetter) { l.Change.ID.Index = -1 },
		func(l *storage.DeadLetter) { l.Change.ID.Index = math.MaxInt32 },
		func(l *storage.DeadLetter) { l.Change.ID.Revision = math.MaxInt64 + 1 },
		func(l *storage.DeadLetter) { l.Attempts = 0 },
		func(l *storage.DeadLetter) { l.Attempts = -1 },
		func(l *storage.DeadLetter) { l.Error = strings.Repeat("e", storage.MaxDeadLetterError+1) },
		func(l *storage.DeadLetter) { l.Error = "\xff" },
		func(l *storage.DeadLetter) { l.Error = "a\x00b" },
	} {
		l := letterAt(1, 0)
		fault(&l)
		_, err := h.attempt(acme, func(x tx) error { _ = x.w.PutDeadLetter(x.ctx, "there", l); return nil })
		h.is(err, storage.ErrInvalid, fmt.Sprintf("PutDeadLetter of invalid dead letter %d", i))
	}
	h.ok(put(func(d *storage.Delivery) { d.Holder = strings.Repeat("é", storage.MaxHolder/2) }), "the longest holder")
	long := letterAt(math.MaxInt64, math.MaxInt32-1)
	long.Attempts, long.Error = math.MaxInt, strings.Repeat("e", storage.MaxDeadLetterError)
	h.update(acme, func(x tx) { x.putLetter("there", long) })
	h.both(acme, func(x tx) {
		x.same(x.letters("there", storage.ChangeID{}, 0), []storage.DeadLetter{long}, "DeadLetters")
		x.same(len(x.deliveries("", 0)), 2, "the number of deliveries")
	})
}

func testDeliveryAccount(t testing.TB, open Open) {
	h := start(t, open)
	put := func() {
		h.update(acme, func(x tx) {
			x.putDelivery(delivery("consumer", 1))
			x.putLetter("consumer", letterAt(1, 0))
		})
	}
	gone := func(x tx) {
		x.same(x.deliveries("", 0), []storage.Delivery{}, "Deliveries of a deleted account")
		x.same(x.letters("consumer", storage.ChangeID{}, 0), []storage.DeadLetter{}, "DeadLetters of a deleted account")
	}
	put()
	h.same(h.deleteAccount(acme), user.Revision(0), "the revision")
	h.both(acme, gone)
	h.put(acme, person(1, "one"))
	put()
	h.same(h.deleteAccount(acme), user.Revision(2), "the revision")
	h.both(acme, gone)
	put()
	h.both(acme, func(x tx) {
		x.same(x.counters().Deleted(), true, "Deleted of an account that got a delivery")
		x.same(x.delivery("consumer"), delivery("consumer", 1), "Delivery")
	})
	h.same(h.deleteAccount(acme), user.Revision(2), "the revision")
	h.both(acme, gone)
	h.same(h.put(acme, person(2, "two")), user.Revision(3), "the revision after the deletion")
}

func testDeliveryLoad(t testing.TB, open Open) {
	h := start(t, open)
	for _, before := range []func(x tx){
		func(x tx) { x.putDelivery(delivery("consumer", 1)) },
		func(x tx) { x.putDelivery(delivery("consumer", 1)); x.delivery("consumer") },
	} {
		_, err := h.attempt(acme, func(x tx) error {
			before(x)
			_ = x.w.Load(x.ctx, storage.Counters{Revision: 7})
			return nil
		})
		h.is(err, storage.ErrInvalid, "Load after PutDelivery")
	}
	h.update(acme, func(x tx) {
		x.ok(x.w.Load(x.ctx, storage.Counters{}), "Load")
		x.putDelivery(delivery("consumer", 3))
	})
	rev := h.update(acme, func(x tx) {
		x.ok(x.w.Load(x.ctx, storage.Counters{Revision: 7}), "Load")
		x.putLetter("consumer", letterAt(3, 1))
	})
	h.same(rev, user.Revision(7), "the revision after Load")
	h.both(acme, func(x tx) {
		x.same(x.delivery("consumer"), delivery("consumer", 3), "Delivery")
		x.same(x.letters("consumer", storage.ChangeID{}, 0), []storage.DeadLetter{letterAt(3, 1)}, "DeadLetters")
	})
}
