package crash

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// Log records the outcome of each transfer as its caller saw it. Many goroutines may use it at
// once, except for the methods that take a storage.
type Log struct {
	account user.AccountID
	ledger  sample.Ledger

	mu      sync.Mutex
	tried   map[string]bool // and no answer came
	done    map[string]bool // acknowledged since the last check
	all     map[string]bool // done and checked
	Unknown int             // transfers with an unknown outcome
	Kept    int             // those of them that were committed
	failed  int             // errors that Drive's callers got
	first   error
}

// NewLog returns an empty log of an account.
func NewLog(a user.AccountID) *Log {
	return &Log{account: a, tried: make(map[string]bool), done: make(map[string]bool), all: make(map[string]bool)}
}

// Try records that a caller is about to make the transfer with the key, whose outcome is unknown
// until Done is called for the key.
func (l *Log) Try(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tried[key] = true
}

// Done records that the transfer with the key was acknowledged, so that it must exist once.
func (l *Log) Done(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tried, key)
	l.done[key] = true
}

// Acknowledged returns the number of transfers that were acknowledged so far. Transfers that Heal
// checked or repeated count too.
func (l *Log) Acknowledged() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.done) + len(l.all)
}

// Heal checks the transfers that were recorded since its last call. No process may write to the
// storage s meanwhile. The test fails unless the account accepts a write, each acknowledged
// transfer exists once, each other recorded transfer at most once and no unrecorded one with a key,
// and the ledger is right (sample.Ledger.ReadOn).
//
// Then Heal repeats each transfer of unknown outcome with the same key. The repeated call must fail
// with ErrExists if the transfer exists, and succeed otherwise. Heal adds the number of repeated
// transfers to l.Unknown, and the number of those that existed to l.Kept.
func (l *Log) Heal(tb testing.TB, s storage.Storage) {
	tb.Helper()
	ctx := context.Background()
	// The account can be written after each crash.
	if _, err := s.Update(ctx, l.account, func(context.Context, storage.Writer) error { return nil }); err != nil {
		tb.Fatalf("the first Update afterwards: %v", err)
	}
	for _, key := range l.ledger.ReadOn(tb, s, l.account) {
		if key != "" && !l.tried[key] && !l.done[key] {
			tb.Errorf("%q exists, but was never tried", key)
		}
	}
	for key := range l.done {
		if n := l.ledger.Keys[key]; n != 1 {
			tb.Errorf("the acknowledged transfer %q is there %d times", key, n)
		}
		l.all[key] = true
	}
	for key := range l.tried {
		n := l.ledger.Keys[key]
		err := sample.Pay(ctx, s, l.account, 1, key)
		if exists := errors.Is(err, storage.ErrExists); exists != (n == 1) || n > 1 || err != nil && !exists {
			tb.Errorf("repeating %q, which is there %d times: %v", key, n, err)
		}
		l.Unknown++
		l.Kept += n
		l.all[key] = true
	}
	l.ledger.ReadOn(tb, s, l.account)
	for key := range l.tried {
		if n := l.ledger.Keys[key]; n != 1 {
			tb.Errorf("%q, repeated, is there %d times", key, n)
		}
	}
	clear(l.done)
	clear(l.tried)
}

// End calls Heal, and then reads the whole ledger. The test fails unless each transfer of the log
// exists exactly once and no other transfer has a key. End prints how many outcomes were unknown,
// and how many of them were committed.
func (l *Log) End(tb testing.TB, s storage.Storage) {
	tb.Helper()
	l.Heal(tb, s)
	keys := sample.Check(tb, s, l.account)
	for key := range l.all {
		if n := keys[key]; n != 1 {
			tb.Errorf("at the end %q is there %d times", key, n)
		}
	}
	for key := range keys {
		if key != "" && !l.all[key] {
			tb.Errorf("at the end %q exists, but was never tried", key)
		}
	}
	tb.Logf("%d transfers, %d with an unknown outcome, of which %d were committed", len(l.all), l.Unknown, l.Kept)
}
