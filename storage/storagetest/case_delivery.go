package storagetest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var deliveryRules = []rule{
	{"Delivery/RoundTrip", "a delivery comes back with all that was put last", testDeliveryRoundTrip},
	{"Delivery/Quiet", "deliveries and dead letters do not raise the revision and do not list the account, and a transaction " +
		"that writes nothing else is committed all the same", testDeliveryQuiet},
	{"Delivery/Lease", "two Updates that read and write one delivery run one after another: a lease has one holder, and no " +
		"position is lost", testDeliveryLease},
	{"Delivery/Listing", "Deliveries lists deliveries by their names in the order of bytes, behind after, at most limit",
		testDeliveryListing},
	{"Delivery/Deleted", "DeleteDelivery removes a delivery with its dead letters; one that is not there is ErrNotFound",
		testDeliveryDeleted},
	{"Delivery/Invalid", "PutDelivery and PutDeadLetter are ErrInvalid for what Check refuses, and take what is at its bounds",
		testDeliveryInvalid},
	{"Delivery/Account", "DeleteAccount removes deliveries that were put at revision 0, or after an earlier deletion",
		testDeliveryAccount},
}

// delivery returns a delivery with every field set.
func delivery(name string, n int) storage.Delivery {
	return storage.Delivery{
		Name: name, Position: storage.ChangeID{Revision: user.Revision(n), Index: n % 7},
		Holder: fmt.Sprint("process ", n), Until: moment(n),
	}
}

func (x tx) deleteDelivery(name string) {
	x.Helper()
	x.ok(x.w.DeleteDelivery(x.ctx, name), "DeleteDelivery")
}

// hasDelivery ends the test unless the storage returns the delivery want under its name.
func (x tx) hasDelivery(want storage.Delivery) {
	x.Helper()
	x.gives(want, "Delivery")(x.r.Delivery(x.ctx, want.Name))
}

// delivers ends the test unless the account has exactly these deliveries, in this order.
func (x tx) delivers(want ...storage.Delivery) {
	x.Helper()
	x.gives(want, "Deliveries")(x.r.Deliveries(x.ctx, "", 0))
}

func testDeliveryRoundTrip(h *harness) {
	longest := delivery("a"+strings.Repeat("0-._", 15)+"zzz", 3)
	want := []storage.Delivery{
		{Name: "consumer"}, delivery("consumer", 7), {Name: "consumer", Position: storage.AfterRevision(9)},
	}
	for i, holder := range hostile {
		d := delivery("consumer", i+1)
		d.Position.Revision = user.Revision(extremes[i%len(extremes)])
		d.Holder = holder[:min(len(holder), storage.MaxHolder)]
		if d.Holder == "" {
			d.Until = time.Time{}
		}
		want = append(want, d)
	}
	for _, d := range want {
		h.update(acme, func(x tx) {
			x.putDelivery(delivery("consumer", 99), longest, d)
			x.hasDelivery(d)
		})
		h.both(acme, func(x tx) {
			x.hasDelivery(d)
			x.delivers(longest, d)
		})
	}
	h.view("other", func(x tx) {
		x.fails(storage.ErrNotFound, "Delivery of another account")(x.r.Delivery(x.ctx, "consumer"))
	})
}

func testDeliveryQuiet(h *harness) {
	quiet := []func(x tx){
		func(x tx) { x.putDelivery(delivery("a", 1)) },
		func(x tx) { x.putDelivery(delivery("b", 1)) },
		func(x tx) { x.hasDelivery(delivery("a", 1)); x.putDelivery(delivery("a", 2)) },
		func(x tx) { x.putLetter("a", letterAt(1, 0), letterAt(2, 0)) },
		func(x tx) { x.ok(x.w.DeleteDeadLetter(x.ctx, "a", letterAt(1, 0).Change.ID), "DeleteDeadLetter") },
		func(x tx) { x.deleteDelivery("b") },
	}
	run := func(revision user.Revision) {
		for i, write := range quiet {
			rev := h.update(acme, func(x tx) {
				write(x)
				x.same([]user.Revision{x.r.Revision(), x.w.Next()}, []user.Revision{revision, revision + 1}, "Revision and Next")
			})
			h.same(rev, revision, fmt.Sprintf("the revision that Update %d of deliveries returns", i))
		}
		h.both(acme, func(x tx) {
			x.same(x.counters(), storage.Counters{Revision: revision, Given: x.counters().Given}, "Counters")
			x.delivers(delivery("a", 2))
			x.same(x.letters("a"), []storage.DeadLetter{letterAt(2, 0)}, "DeadLetters")
		})
	}
	run(0)
	h.same(h.accounts(storage.WithDeleted, "", 0), []user.AccountID{}, "Accounts, where an account has nothing but a delivery")
	h.same(h.put(acme, person(1, "one")), user.Revision(1), "the first revision")
	run(1)
	rev := h.update(acme, func(x tx) {
		x.putUser(person(1, "two"))
		x.putDelivery(delivery("a", 3))
		x.record(change(1, "both"))
	})
	h.same(rev, user.Revision(2), "the revision after an Update of both")
	h.both(acme, func(x tx) {
		x.hasDelivery(delivery("a", 3))
		x.same(changeIDs(x.changes()), []storage.ChangeID{{Revision: 2}}, "the id of the change")
	})
}

// testDeliveryLease increments the position of one delivery in four goroutines while another
// goroutine writes users. No increment may be lost. The test finds storages that detect conflicts
// by the revision only, because an Update that puts only a delivery makes no revision.
func testDeliveryLease(h *harness) {
	const processes, rounds = 4, 20
	h.put(acme, person(1, "one"))
	h.update(acme, func(x tx) { x.putDelivery(storage.Delivery{Name: "consumer"}) })
	h.ok(attempts(processes+1, func(i int) error {
		if i == processes {
			return h.increments(acme, rounds)
		}
		for range rounds {
			_, err := h.attempt(acme, func(x tx) error {
				d, err := x.r.Delivery(x.ctx, "consumer")
				if err != nil {
					return err
				}
				letOthersIn()
				d.Position.Revision++
				return x.w.PutDelivery(x.ctx, d)
			})
			if err != nil {
				return err
			}
		}
		return nil
	}), "Update")
	h.view(acme, func(x tx) {
		x.hasDelivery(storage.Delivery{Name: "consumer", Position: storage.ChangeID{Revision: processes * rounds}})
		x.same(x.r.Revision(), user.Revision(1+rounds), "Revision")
	})
}

func testDeliveryListing(h *harness) {
	var all []storage.Delivery
	for i, name := range []string{"b-", "a", "z9", "a0", "a.b", "a_b", "ab", "a-", "b"} {
		all = append(all, delivery(name, i))
	}
	h.update(acme, func(x tx) { x.putDelivery(all...) })
	h.update("other", func(x tx) { x.putDelivery(delivery("other", 1)) })
	slices.SortFunc(all, func(a, b storage.Delivery) int { return strings.Compare(a.Name, b.Name) })
	places := []string{"", "a1"}
	for _, d := range all {
		places = append(places, d.Name)
	}
	h.both(acme, func(x tx) {
		behind := func(after string, d storage.Delivery) bool { return d.Name > after }
		pages(x.harness, "Deliveries", all, places, behind, func(after string, limit int) ([]storage.Delivery, error) {
			return x.r.Deliveries(x.ctx, after, limit)
		})
	})
}

func testDeliveryDeleted(h *harness) {
	two := []storage.DeadLetter{letterAt(1, 0), letterAt(2, 0)}
	h.update(acme, func(x tx) {
		x.putDelivery(delivery("a", 1), delivery("ab", 2), delivery("b", 3))
		for _, name := range []string{"a", "ab", "b"} {
			x.putLetter(name, two...)
		}
	})
	absent := func(x tx, names ...string) {
		for _, name := range names {
			x.is(x.w.DeleteDelivery(x.ctx, name), storage.ErrNotFound, "DeleteDelivery of "+name)
			x.fails(storage.ErrNotFound, "Delivery of "+name)(x.r.Delivery(x.ctx, name))
		}
	}
	h.update(acme, func(x tx) { x.deleteDelivery("a"); absent(x, "a") })
	h.both(acme, func(x tx) {
		x.delivers(delivery("ab", 2), delivery("b", 3))
		for name, want := range map[string][]storage.DeadLetter{"a": nil, "ab": two, "b": two} {
			x.same(x.letters(name), want, "DeadLetters of "+name)
		}
	})
	h.update(acme, func(x tx) {
		x.deleteDelivery("b")
		x.putDelivery(delivery("b", 4))
		x.same(x.letters("b"), []storage.DeadLetter{}, "DeadLetters of a new delivery with the old name")
		absent(x, "", "nothing", "A", "a b")
	})
	h.both(acme, func(x tx) { x.hasDelivery(delivery("b", 4)) })
}

func testDeliveryInvalid(h *harness) {
	h.update(acme, func(x tx) { x.putDelivery(delivery("there", 1)) })
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
		d := delivery("new", 1)
		fault(&d)
		h.refused(storage.ErrInvalid, fmt.Sprintf("PutDelivery of invalid delivery %d", i), func(x tx) error {
			return x.w.PutDelivery(x.ctx, d)
		})
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
		h.refused(storage.ErrInvalid, fmt.Sprintf("PutDeadLetter of invalid dead letter %d", i), func(x tx) error {
			return x.w.PutDeadLetter(x.ctx, "there", l)
		})
	}
	d, l := delivery("new", 1), letterAt(math.MaxInt64, math.MaxInt32-1)
	d.Holder = strings.Repeat("é", storage.MaxHolder/2)
	l.Attempts, l.Error = math.MaxInt, strings.Repeat("e", storage.MaxDeadLetterError)
	h.update(acme, func(x tx) { x.putDelivery(d); x.putLetter("there", l) })
	h.both(acme, func(x tx) {
		x.delivers(d, delivery("there", 1))
		x.same(x.letters("there"), []storage.DeadLetter{l}, "DeadLetters")
	})
}

func testDeliveryAccount(h *harness) {
	put := func() {
		h.update(acme, func(x tx) {
			x.putDelivery(delivery("consumer", 1))
			x.putLetter("consumer", letterAt(1, 0))
		})
	}
	remove := func(revision user.Revision) {
		h.same(h.deleteAccount(acme), revision, "the revision")
		h.both(acme, func(x tx) { x.empty("a deleted account") })
	}
	put()
	remove(0)
	h.put(acme, person(1, "one"))
	put()
	remove(2)
	put()
	h.both(acme, func(x tx) {
		x.same(x.counters().Deleted(), true, "Deleted of an account that got a delivery")
		x.hasDelivery(delivery("consumer", 1))
	})
	remove(2)
	h.same(h.put(acme, person(2, "two")), user.Revision(3), "the revision after the deletion")
}
