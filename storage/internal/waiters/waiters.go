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
// revision. It reads the revision with the function read: at first, and again after each Wake for
// the account.
//
// Before it waits, Wait starts a goroutine that runs the function listen, unless one runs already.
// listen must call Wake for the commits of other processes, and once at its beginning, because a
// commit may have happened before. It must return when Idle returns true.
//
// Errors: those of read; the context's error; storage.ErrClosed if the channel closing is closed.
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

// join increases the number of waiting calls for account a by one. The call must call leave later.
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

// leave reduces the number of waiting calls for account a by one. It removes the account from w
// after the last call. The call must have called join before.
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

// start starts a goroutine that runs the function listen, unless such a goroutine runs already. It
// adds the goroutine to w.Running. After Idle has returned true, the next call of start starts a
// new goroutine.
func (w *Waiters) start(listen func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.listening {
		w.listening = true
		w.Running.Go(listen)
	}
}

// Idle reports whether the function listen of Wait should return: because no call waits, or because
// closing is true, which means that the store is closing. If Idle returns true, the next call that
// waits starts listen again.
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

// Wake makes the waiting calls of Wait for the given accounts read the revision again. It ignores
// an account for which no call waits.
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
