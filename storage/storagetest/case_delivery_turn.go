package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func testDeliveryQuiet(t testing.TB, open Open) {
	h := start(t, open)
	quiet := []func(x tx){
		func(x tx) { x.putDelivery(delivery("a", 1)) },
		func(x tx) { x.putDelivery(delivery("b", 1)) },
		func(x tx) { x.delivery("a"); x.putDelivery(delivery("a", 2)) },
		func(x tx) { x.putLetter("a", letterAt(1, 0), letterAt(2, 0)) },
		func(x tx) { x.ok(x.w.DeleteDeadLetter(x.ctx, "a", letterAt(1, 0).Change.ID), "DeleteDeadLetter") },
		func(x tx) { x.ok(x.w.DeleteDelivery(x.ctx, "b"), "DeleteDelivery") },
	}
	run := func(revision user.Revision) {
		for i, write := range quiet {
			rev := h.update(acme, func(x tx) {
				write(x)
				x.same(x.r.Revision(), revision, "Revision")
				x.same(x.w.Next(), revision+1, "Next")
			})
			h.same(rev, revision, fmt.Sprintf("the revision that Update %d of deliveries returns", i))
		}
		h.both(acme, func(x tx) {
			x.same(x.r.Revision(), revision, "Revision")
			x.same(x.counters(), storage.Counters{Revision: revision, Given: x.counters().Given}, "Counters")
			x.same(x.deliveries("", 0), []storage.Delivery{delivery("a", 2)}, "Deliveries")
			x.same(x.letters("a", storage.ChangeID{}, 0), []storage.DeadLetter{letterAt(2, 0)}, "DeadLetters")
		})
	}
	run(0)
	accounts, err := h.s.Accounts(h.ctx, storage.WithDeleted, "", 0)
	h.ok(err, "Accounts")
	h.same(accounts, []user.AccountID{}, "Accounts, where an account has nothing but a delivery")
	h.same(h.put(acme, person(1, "one")), user.Revision(1), "the first revision")
	run(1)
	rev := h.update(acme, func(x tx) {
		x.putUser(person(1, "two"))
		x.putDelivery(delivery("a", 3))
		x.record(change(1, "both"))
	})
	h.same(rev, user.Revision(2), "the revision after an Update of both")
	h.both(acme, func(x tx) {
		x.same(x.delivery("a"), delivery("a", 3), "Delivery")
		x.same(x.changes(storage.ChangeID{}, 0)[0].ID, storage.ChangeID{Revision: 2}, "the id of the change")
	})
}

func testDeliveryWait(t testing.TB, open Open) {
	h := start(t, open)
	w, ok := h.waiter()
	if !ok {
		return
	}
	h.put(acme, person(1, "one"))
	result := waiting(h.ctx, w, acme, 1)
	for i := range 20 {
		h.update(acme, func(x tx) {
			x.putDelivery(delivery("consumer", i))
			x.putLetter("consumer", letterAt(1, i))
		})
		time.Sleep(time.Millisecond)
	}
	h.update(acme, func(x tx) { x.ok(x.w.DeleteDelivery(x.ctx, "consumer"), "DeleteDelivery") })
	select {
	case got := <-result:
		h.Fatalf("Wait returned revision %d and error %v for a delivery", got.rev, got.err)
	case <-time.After(50 * time.Millisecond):
	}
	h.put(acme, person(2, "two"))
	h.same(h.returns(result, "a commit").rev, user.Revision(2), "the revision")
}

// testDeliveryLease is the test of a case. Several goroutines take the lease of one delivery and
// give it back, 20 times each. Taking the lease raises the delivery's position by one, and so does
// giving it back. At the same time another goroutine writes to the account. The test fails if
//
//   - a call returns an error;
//   - two goroutines hold the lease at once;
//   - the position at the end does not count every change of the lease;
//   - a change of the lease raises the account's revision.
//
// The test finds storages that detect a conflict by the revision only.
func testDeliveryLease(t testing.TB, open Open) {
	h := start(t, open)
	const processes, rounds = 4, 20
	h.put(acme, person(1, "one"))
	h.update(acme, func(x tx) { x.putDelivery(storage.Delivery{Name: "consumer"}) })
	// step adds one to the position if the delivery has the holder that is wanted, and says whether
	// it had.
	step := func(process string, takes bool) (done bool, err error) {
		_, err = h.attempt(acme, func(x tx) error {
			d, err := x.r.Delivery(x.ctx, "consumer")
			if err != nil {
				return err
			}
			letOthersIn()
			switch done = d.Holder == process; {
			case takes && d.Holder == "":
				d.Holder, d.Until, done = process, moment(1), true
			case takes || !done:
				done = false
				return nil
			default:
				d.Holder, d.Until = "", time.Time{}
			}
			d.Position.Revision++
			return x.w.PutDelivery(x.ctx, d)
		})
		return done, err
	}
	err := attempts(processes+1, func(i int) error {
		if i == processes {
			for range rounds {
				if _, err := h.increment(acme, 1); err != nil {
					return err
				}
			}
			return nil
		}
		process := fmt.Sprint("process ", i)
		for taken := 0; taken < rounds; {
			ok, err := step(process, true)
			if err != nil {
				return err
			}
			if !ok {
				letOthersIn()
				continue
			}
			taken++
			if ok, err = step(process, false); err != nil || !ok {
				return fmt.Errorf("%s took the lease and does not hold it: %w", process, err)
			}
		}
		return nil
	})
	h.ok(err, "Update")
	h.view(acme, func(x tx) {
		want := storage.Delivery{Name: "consumer", Position: storage.ChangeID{Revision: 2 * processes * rounds}}
		x.same(x.delivery("consumer"), want, "the delivery after all turns")
		x.same(x.r.Revision(), user.Revision(1+rounds), "Revision")
	})
}
