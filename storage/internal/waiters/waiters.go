// Package waiters wakes the calls that wait for a commit of an account. The SQL stores share it.
package waiters

import (
	"sync"

	"github.com/ca74b63c/roster/user"
)

// Waiters is the set of waiting calls. The zero value is empty.
type Waiters struct {
	mu       sync.Mutex
	accounts map[user.AccountID]*account
}

type account struct {
	calls int
	moved chan struct{} // closed at the next commit
}

// Join registers a call that waits for a commit of the account a. Join itself does not wait: the
// channel of Moved is closed at the commit. The caller must call Leave when the call no longer
// waits.
func (w *Waiters) Join(a user.AccountID) {
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

// Leave removes a call for the account a that Join has registered. It panics if no call is
// registered.
func (w *Waiters) Leave(a user.AccountID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.accounts[a]
	if x.calls--; x.calls == 0 {
		delete(w.accounts, a)
	}
}

// Moved returns a channel that is closed at the next commit of the account a (Wake). The caller
// must have called Join for a, otherwise Moved panics. To miss no commit, call Moved before you
// read the revision of the account.
func (w *Waiters) Moved(a user.AccountID) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.accounts[a].moved
}

// Accounts returns the accounts for which at least one call waits, each once, in no particular
// order.
func (w *Waiters) Accounts() []user.AccountID {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]user.AccountID, 0, len(w.accounts))
	for a := range w.accounts {
		list = append(list, a)
	}
	return list
}

// Wake wakes the calls that wait for one of the accounts: it closes the channel that Moved returned
// for the account. An account for which no call waits is skipped.
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
