// Package waiters wakes the calls that wait for a commit of an account. The SQL stores share it.
package waiters

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Waiters is the set of waiting calls. The zero value is empty.
type Waiters struct {
	// Running counts the goroutine of Wait, and those that the store adds. Close of the store waits
	// for them.
	Running sync.WaitGroup

	mu        sync.Mutex
	accounts  map[user.AccountID]*account
	listening bool
}

// account is an account for which calls wait.
type account struct {
	calls int
	moved chan struct{} // closed at the next commit
}

// Wait waits until the revision of account a is greater than the parameter after, and returns the
// revision. It calls the function read for the revision, at first and after each Wake for the
// account.
//
// If it has to wait, it makes sure that a goroutine runs the function listen, which calls Wake for
// commits of other processes. listen must call Wake once after it began, because a commit may have
// happened before. It must return when Idle returns true.
//
// Errors: those of read; the context's; storage.ErrClosed if the channel closing is closed.
func (w *Waiters) Wait(
	ctx context.Context, closing <-chan struct{}, a user.AccountID, after user.Revision,
	read func() (user.Revision, error), listen func(),
) (user.Revision, error) {
	w.join(a)
	defer w.leave(a)
	for {
		moved := w.nextWake(a) // before reading, so that no commit is missed
		if rev, err := read(); err != nil || rev > after {
			return rev, err
		}
		w.start(listen)
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-closing:
			return 0, storage.ErrClosed
		}
	}
}

// join counts one more waiting call for account a. Each join needs a leave.
func (w *Waiters) join(a user.AccountID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.accounts == nil {
		w.accounts = make(map[user.AccountID]*account)
	}
	if w.accounts[a] == nil {
		w.accounts[a] = &account{moved: make(chan struct{})}
	}
	w.accounts[a].calls++
}

// leave counts one waiting call less for account a, and forgets the account after the last one. The
// call must have called join before.
func (w *Waiters) leave(a user.AccountID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.accounts[a]
	if x.calls--; x.calls == 0 {
		delete(w.accounts, a)
	}
}

// nextWake returns a channel that the next Wake for the account closes. The caller must have called
// join for the account.
func (w *Waiters) nextWake(a user.AccountID) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.accounts[a].moved
}

// start starts a goroutine that runs the function listen, unless one runs already. It counts the
// goroutine in w.Running. The goroutine counts as running until Idle returns true.
func (w *Waiters) start(listen func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.listening {
		w.listening = true
		w.Running.Go(listen)
	}
}

// Idle reports whether the function listen of Wait should return: no call waits, or closing is true
// because the store is closing. After Idle has returned true, the next call that has to wait starts
// listen again.
func (w *Waiters) Idle(closing bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listening = len(w.accounts) > 0 && !closing
	return !w.listening
}

// Accounts returns the accounts for which at least one call waits, each once, in no particular
// order.
func (w *Waiters) Accounts() []user.AccountID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Collect(maps.Keys(w.accounts))
}

// Wake tells the calls of Wait for the given accounts to read the revision again. An account for
// which no call waits is skipped.
func (w *Waiters) Wake(accounts ...user.AccountID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range accounts {
		if x := w.accounts[a]; x != nil {
			close(x.moved)
			x.moved = make(chan struct{})
		}
	}
}
