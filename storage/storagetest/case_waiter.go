package storagetest

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func waiterCases() []Case {
	return []Case{
		{"Wait/AtOnce", "Wait returns at once if the account's revision is greater than after already", testWaitAtOnce},
		{"Wait/Commit", "Wait returns the account's revision as soon as a commit makes it greater than after", testWaitCommit},
		{"Wait/Race", "Wait loses no commit that happens while it begins to wait", testWaitRace},
		{"Wait/Nothing", "Wait does not return for a rollback, a transaction that wrote nothing, or another account",
			testWaitNothing},
		{"Wait/Context", "Wait returns the context's error once the context is done", testWaitContext},
		{"Wait/Close", "Close ends what waits with ErrClosed", testWaitClose},
	}
}

// waiter returns the storage of h as a storage.Waiter. If the storage does not implement
// storage.Waiter, waiter logs this, and returns nil and ok == false. The case then tests nothing.
func (h *harness) waiter() (storage.Waiter, bool) {
	h.Helper()
	w, ok := h.s.(storage.Waiter)
	if !ok {
		h.Log("the storage is no storage.Waiter: nothing to test")
	}
	return w, ok
}

// waited is a result of Wait.
type waited struct {
	rev user.Revision
	err error
}

func waiting(ctx context.Context, w storage.Waiter, a user.AccountID, after user.Revision) <-chan waited {
	result := make(chan waited, 1)
	go func() {
		rev, err := w.Wait(ctx, a, after)
		result <- waited{rev, err}
	}()
	return result
}

// returns requires that Wait returns within the patience.
func (h *harness) returns(result <-chan waited, what string) waited {
	h.Helper()
	select {
	case got := <-result:
		return got
	case <-time.After(h.patience):
		h.Fatalf("%s: Wait did not return within %v", what, h.patience)
		return waited{}
	}
}

func testWaitAtOnce(t testing.TB, open Open) {
	h := start(t, open)
	w, ok := h.waiter()
	if !ok {
		return
	}
	for range 3 {
		h.put(acme, person(1, "one"))
	}
	for after := range user.Revision(3) {
		got := h.returns(waiting(h.ctx, w, acme, after), "a revision that is there already")
		h.ok(got.err, "Wait")
		h.same(got.rev, user.Revision(3), "the revision")
	}
}

func testWaitCommit(t testing.TB, open Open) {
	h := start(t, open)
	w, ok := h.waiter()
	if !ok {
		return
	}
	for want := user.Revision(1); want <= 5; want++ {
		first, second := waiting(h.ctx, w, acme, want-1), waiting(h.ctx, w, acme, want-1)
		if want%2 == 0 {
			time.Sleep(20 * time.Millisecond) // so that both have begun to wait; correct storages pass without
		}
		h.put(acme, person(1, "one"))
		for _, result := range []<-chan waited{first, second} {
			got := h.returns(result, "a commit")
			h.ok(got.err, "Wait")
			h.same(got.rev, want, "the revision")
		}
	}
	later := waiting(h.ctx, w, acme, 6)
	h.put(acme, person(1, "one"))
	h.put(acme, person(1, "one"))
	got := h.returns(later, "the second of two commits")
	h.ok(got.err, "Wait")
	h.same(got.rev, user.Revision(7), "the revision")
}

// testWaitRace is the test of a case. In each of at least 200 rounds it commits once, while three
// goroutines are just calling Wait. Each Wait must return the revision of the commit. The test
// fails if a Wait returns an error or another revision, or if a Wait does not return within the
// patience. It finds storages that read the revision before they register the caller of Wait: such
// a storage misses a commit in between.
func testWaitRace(t testing.TB, open Open) {
	h := start(t, open)
	w, ok := h.waiter()
	if !ok {
		return
	}
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

func testWaitNothing(t testing.TB, open Open) {
	h := start(t, open)
	w, ok := h.waiter()
	if !ok {
		return
	}
	h.put(acme, person(1, "one"))
	result := waiting(h.ctx, w, acme, 1)
	h.put("other", person(1, "one"))
	h.put("other", person(1, "one"))
	h.update(acme, func(tx) {})
	_, err := h.attempt(acme, func(x tx) error { x.putUser(person(2, "two")); return errStop })
	h.is(err, errStop, "Update")
	select {
	case got := <-result:
		h.Fatalf("Wait returned revision %d and error %v although nothing was committed", got.rev, got.err)
	case <-time.After(50 * time.Millisecond):
	}
	h.put(acme, person(2, "two"))
	h.same(h.returns(result, "a commit").rev, user.Revision(2), "the revision")
}

func testWaitContext(t testing.TB, open Open) {
	h := start(t, open)
	w, ok := h.waiter()
	if !ok {
		return
	}
	ctx, cancel := context.WithCancel(h.ctx)
	result := waiting(ctx, w, acme, 0)
	time.Sleep(10 * time.Millisecond)
	cancel()
	h.is(h.returns(result, "a context that ended").err, context.Canceled, "Wait")
	h.put(acme, person(1, "one"))
	h.is(h.returns(waiting(ctx, w, acme, 0), "a context that is done").err, context.Canceled, "Wait under a context that is done")
}

func testWaitClose(t testing.TB, open Open) {
	h := start(t, open)
	w, ok := h.waiter()
	if !ok {
		return
	}
	result := waiting(h.ctx, w, acme, 0)
	time.Sleep(10 * time.Millisecond)
	h.ok(h.s.Close(), "Close")
	if got := h.returns(result, "Close"); !errors.Is(got.err, storage.ErrClosed) {
		h.Fatalf("Wait returns error %v after Close, want %v", got.err, storage.ErrClosed)
	}
}
