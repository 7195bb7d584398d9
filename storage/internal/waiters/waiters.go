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

// Join adds a call that waits for an account. The caller must call Leave.
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

// Leave removes a call that Join added.
func (w *Waiters) Leave(a user.AccountID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.accounts[a]
	if x.calls--; x.calls == 0 {
		delete(w.accounts, a)
	}
}

// Moved returns a channel that is closed at the next commit of an account. The caller must have
// called Join. Call it before reading the account's revision, so that no commit is missed.
func (w *Waiters) Moved(a user.AccountID) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.accounts[a].moved
}

// Accounts returns the accounts that calls wait for.
func (w *Waiters) Accounts() []user.AccountID {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]user.AccountID, 0, len(w.accounts))
	for a := range w.accounts {
		list = append(list, a)
	}
	return list
}

// Wake wakes the calls that wait for the given accounts.
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
