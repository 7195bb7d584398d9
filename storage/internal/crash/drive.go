package crash

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// patience is the time limit for repeating a failing transfer and for waiting.
const patience = 60 * time.Second

// Drive starts goroutines that make transfers one after another, and records the transfers in the
// log. callers is the number of goroutines. The idempotency keys begin with prefix. After an error,
// a goroutine repeats the transfer with the same key. The test fails if a transfer fails for 60
// seconds, or with an error that no fault of the engine can cause. Call stop to end the goroutines;
// stop returns when all have ended.
func (l *Log) Drive(tb testing.TB, s storage.Storage, callers int, prefix string) (stop func()) {
	var all sync.WaitGroup
	var stopped atomic.Bool
	for g := range callers {
		all.Go(func() {
			for i := 0; !stopped.Load(); i++ {
				key := fmt.Sprintf("%s/%d/%d", prefix, g, i)
				l.Try(key)
				if err := l.repeat(s, balance.Holder(g+1), key); err != nil {
					tb.Errorf("%s: %v", key, err)
					return
				}
				l.Done(key)
			}
		})
	}
	return func() {
		stopped.Store(true)
		all.Wait()
	}
}

// repeat makes one transfer, and repeats a failed one with the same key for at most 60 seconds. If
// an outcome was unknown, l.Unknown grows by one, and l.Kept if the transfer was committed. Errors:
// ErrExists although no outcome was unknown; an error that a fault of the engine cannot cause; the
// last error after 60 seconds.
func (l *Log) repeat(s storage.Storage, to balance.Holder, key string) error {
	unknown := false
	for limit := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		err := sample.Pay(context.Background(), s, l.account, to, key)
		switch exists := errors.Is(err, storage.ErrExists); {
		case exists && !unknown:
			return fmt.Errorf("the transfer exists, but no outcome was unknown: %w", err)
		case err == nil || exists:
			l.mu.Lock()
			defer l.mu.Unlock()
			if unknown {
				l.Unknown++
			}
			if exists {
				l.Kept++
			}
			return nil
		case errors.Is(err, storage.ErrConflict), errors.Is(err, storage.ErrInvalid), errors.Is(err, storage.ErrNotFound):
			return err // no fault of what is beneath looks like this
		case time.Now().After(limit):
			return fmt.Errorf("it fails for %s: %w", patience, err)
		}
		unknown = unknown || errors.Is(err, storage.ErrUnknownOutcome)
		l.mu.Lock()
		l.failed++
		l.first = cmp.Or(l.first, err)
		l.mu.Unlock()
	}
}

// Errors returns the number of errors after which a goroutine of Drive repeated a transfer.
func (l *Log) Errors() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// FirstError returns the first of the errors that Errors counts, nil if there was none.
func (l *Log) FirstError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first
}

// Await waits until n more transfers are acknowledged. It fails the test after 60 seconds.
func (l *Log) Await(tb testing.TB, n int) {
	tb.Helper()
	n += l.Acknowledged()
	await(tb, "transfers", n, l.Acknowledged)
}

// AwaitErrors waits until Errors returns at least n. It fails the test after 60 seconds.
func (l *Log) AwaitErrors(tb testing.TB, n int) {
	tb.Helper()
	await(tb, "errors", n, l.Errors)
}

// await waits until count returns at least n. It fails the test after 60 seconds. what names the
// counted things in the failure.
func await(tb testing.TB, what string, n int, count func() int) {
	tb.Helper()
	for limit := time.Now().Add(patience); count() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			tb.Fatalf("%d %s after %s, waited for %d", count(), what, patience, n)
		}
	}
}
