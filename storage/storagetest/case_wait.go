package storagetest

import (
	"context"
	"runtime"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var waitRules = []rule{
	{"Wait/AtOnce", "Wait returns at once if the account's revision is greater than after already", func(h *harness) {
		h.waiter()
		for range 3 {
			h.put(acme, person(1, "one"))
		}
		for after := range user.Revision(3) {
			h.returns(h.waiting(acme, after), 3, "a revision that is there already")
		}
	}},
	{"Wait/Commit", "Wait returns the account's revision as soon as a commit makes it greater than after, and loses no commit " +
		"that happens while it begins to wait", testWaitCommit},
	{"Wait/Deletion", "Wait returns as soon as the account is deleted", func(h *harness) {
		h.put(acme, person(1, "one"))
		result := h.waiting(acme, 1)
		time.Sleep(20 * time.Millisecond) // so that it has begun to wait; correct storages pass without
		h.deleteAccount("other")
		h.deleteAccount(acme)
		h.returns(result, 2, "a deletion")
	}},
	{"Wait/Nothing", "Wait does not return for a rollback, a transaction that wrote nothing, a delivery, a dead letter, or another " +
		"account", testWaitNothing},
	{"Wait/Context", "Wait returns the context's error once the context is done", testWaitContext},
	{"Wait/Close", "Close ends what waits with ErrClosed", func(h *harness) {
		result := h.waiting(acme, 0)
		time.Sleep(10 * time.Millisecond)
		h.ok(h.s.Close(), "Close")
		h.is(h.result(result, "Close").err, storage.ErrClosed, "Wait")
	}},
}

// waiter returns the storage of h. It skips the case if the storage is no storage.Waiter.
func (h *harness) waiter() storage.Waiter {
	h.Helper()
	w, ok := h.s.(storage.Waiter)
	if !ok {
		h.Skip("the storage is no storage.Waiter: nothing to test")
	}
	return w
}

// waited is a result of Wait.
type waited struct {
	rev user.Revision
	err error
}

// waiting calls Wait in a goroutine. It returns a channel that receives the result.
func (h *harness) waiting(a user.AccountID, after user.Revision) <-chan waited {
	h.Helper()
	return h.waitingUntil(h.ctx, a, after)
}

// waitingUntil starts a goroutine that calls Wait with ctx, the account a and the revision after.
// It returns a channel that receives the result of Wait.
func (h *harness) waitingUntil(ctx context.Context, a user.AccountID, after user.Revision) <-chan waited {
	h.Helper()
	w := h.waiter()
	result := make(chan waited, 1)
	go func() {
		rev, err := w.Wait(ctx, a, after)
		result <- waited{rev, err}
	}()
	return result
}

// result returns the result of a Wait. It ends the test if Wait does not return within h.patience.
func (h *harness) result(result <-chan waited, what string) waited {
	h.Helper()
	select {
	case got := <-result:
		return got
	case <-time.After(h.patience):
		h.Fatalf("%s: Wait did not return within %v", what, h.patience)
		return waited{}
	}
}

// returns ends the test unless Wait returns the revision want within h.patience. result is the
// channel that receives the result of Wait; what describes the event in the failure.
func (h *harness) returns(result <-chan waited, want user.Revision, what string) {
	h.Helper()
	got := h.result(result, what)
	h.ok(got.err, "Wait")
	h.same(got.rev, want, "the revision that Wait returns after "+what)
}

// testWaitCommit commits once in each of at least 200 rounds, while three goroutines call Wait.
// Each of them must return the revision of the commit. A storage that reads the revision before it
// registers the caller misses a commit in between.
func testWaitCommit(h *harness) {
	w := h.waiter()
	const waiters, least = 3, 200
	ctx, cancel := context.WithCancel(h.ctx)
	defer cancel()
	told := make(chan waited, waiters)
	for range waiters {
		go func() {
			for after := user.Revision(0); ; after++ {
				rev, err := w.Wait(ctx, acme, after)
				if ctx.Err() != nil {
					return
				}
				told <- waited{rev, err}
				if err != nil {
					return
				}
			}
		}()
	}
	late := time.NewTimer(h.patience)
	defer late.Stop()
	begin := time.Now()
	for round := user.Revision(1); round <= least || time.Since(begin) < 300*time.Millisecond; round++ {
		for range round % 16 { // so that the commit comes at another moment
			runtime.Gosched()
		}
		h.put(acme, person(1, "one"))
		for range waiters {
			select {
			case got := <-told:
				h.ok(got.err, "Wait")
				h.same(got.rev, round, "the revision")
			case <-late.C:
				h.Fatalf("%d commits did not wake all callers of Wait within %v: the last one was lost", round, h.patience)
			}
		}
	}
}

func testWaitNothing(h *harness) {
	h.put(acme, person(1, "one"))
	result := h.waiting(acme, 1)
	h.put("other", person(1, "one"))
	h.put("other", person(1, "one"))
	h.update(acme, func(tx) {})
	h.rollback(func(x tx) { x.putUser(person(2, "two")) })
	for i := range 20 {
		h.update(acme, func(x tx) {
			x.putDelivery(delivery("consumer", i))
			x.putLetter("consumer", letterAt(1, i))
		})
		time.Sleep(time.Millisecond)
	}
	h.update(acme, func(x tx) { x.deleteDelivery("consumer") })
	select {
	case got := <-result:
		h.Fatalf("Wait returned revision %d and error %v for nothing", got.rev, got.err)
	case <-time.After(50 * time.Millisecond):
	}
	h.put(acme, person(2, "two"))
	h.returns(result, 2, "a commit")
}

func testWaitContext(h *harness) {
	ctx, cancel := context.WithCancel(h.ctx)
	result := h.waitingUntil(ctx, acme, 0)
	time.Sleep(10 * time.Millisecond)
	cancel()
	h.is(h.result(result, "a context that ended").err, context.Canceled, "Wait")
	h.put(acme, person(1, "one"))
	result = h.waitingUntil(ctx, acme, 0)
	h.is(h.result(result, "a context that is done").err, context.Canceled, "Wait under a context that is done")
}
