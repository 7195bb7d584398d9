package waiters

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestWait: a commit wakes the calls for its account alone, and the goroutine that listens ends
// with the last call.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w Waiters
		revisions, reads := map[user.AccountID]user.Revision{}, map[user.AccountID]int{}
		listens := 0
		stop := make(chan struct{})
		wait := func(ctx context.Context, a user.AccountID) chan error {
			done := make(chan error, 1)
			go func() {
				_, err := w.Wait(ctx, stop, a, 0, func() (user.Revision, error) {
					reads[a]++
					return revisions[a], nil
				}, func() {
					listens++
					for !w.Idle(false) {
						<-stop
					}
				})
				done <- err
			}()
			synctest.Wait()
			return done
		}
		w.Wake("acme") // no call waits
		giveUp, cancel := context.WithCancel(t.Context())
		first, second, other := wait(t.Context(), "acme"), wait(giveUp, "acme"), wait(t.Context(), "other")
		if list := w.Accounts(); len(list) != 2 || !slices.Contains(list, "acme") || !slices.Contains(list, "other") || listens != 1 {
			t.Errorf("calls wait for %v, %d goroutines listen", list, listens)
		}
		cancel()
		if err := <-second; !errors.Is(err, context.Canceled) {
			t.Errorf("a call that gave up: %v", err)
		}
		w.Wake("acme", "third") // and the revision is the same
		synctest.Wait()
		revisions["acme"] = 1
		w.Wake("acme")
		if err := <-first; err != nil || reads["acme"] != 4 || reads["other"] != 1 {
			t.Errorf("after the commit: %v, reads %v", err, reads)
		}
		if err := <-wait(t.Context(), "acme"); err != nil || listens != 1 {
			t.Errorf("a call that need not wait: %v, %d goroutines listened", err, listens)
		}
		close(stop)
		if err := <-other; !errors.Is(err, storage.ErrClosed) {
			t.Errorf("a call of a closed store: %v", err)
		}
		w.Running.Wait()
		if list := w.Accounts(); len(list) != 0 || !w.Idle(false) {
			t.Errorf("no call waits, and yet for %v", list)
		}
	})
}

// TestWaitNoticesACommitDuringItsRead: a commit wakes a call that has just read the revision before
// the commit.
func TestWaitNoticesACommitDuringItsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w Waiters
		reads := 0
		revision, err := w.Wait(t.Context(), nil, "acme", 0, func() (user.Revision, error) {
			if reads++; reads == 1 {
				w.Wake("acme")
				return 0, nil
			}
			return 1, nil
		}, func() {})
		if err != nil || revision != 1 || reads != 2 {
			t.Errorf("revision %d after %d reads, %v", revision, reads, err)
		}
	})
}
