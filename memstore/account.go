package memstore

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// account is one account of a store: its present state and whose turn it is to make the next one.
type account struct {
	now atomic.Pointer[state]
	// turn has room for one writer. A channel, since waiting for it obeys a context, which waiting for a mutex
	// does not.
	turn chan struct{}
	edit uint64 // of the transaction that has the turn, and of no other

	users int // calls that use the account while nothing is kept of it; guarded by Store.mu

	mu      sync.Mutex
	changed chan struct{} // closed by the next commit; nil while nobody waits
}

// await takes the writer's turn.
func (s *Store) await(ctx context.Context, a *account) error {
	select {
	case a.turn <- struct{}{}:
		return nil
	default:
	}
	select {
	case a.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closing:
		return storage.ErrClosed
	}
}

// publish makes the state the present one and wakes who waits for it.
func (a *account) publish(next *state) {
	a.now.Store(next)
	a.mu.Lock()
	if a.changed != nil {
		close(a.changed)
		a.changed = nil
	}
	a.mu.Unlock()
}

// next returns a channel that the next commit closes.
func (a *account) next() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.changed == nil {
		a.changed = make(chan struct{})
	}
	return a.changed
}

// use returns the account, made if need be. An account that nothing was ever kept of is only counted, and forgotten
// when nobody uses it any more, so that calls for accounts that don't exist leave nothing behind. forget ends the use.
func (s *Store) use(id user.AccountID) (a *account, forget func()) {
	if a := s.find(id); a != nil {
		return a, func() {}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.find(id); a != nil {
		return a, func() {}
	}
	a = s.passing[id]
	if a == nil {
		a = &account{turn: make(chan struct{}, 1)}
		a.now.Store(s.empty)
		s.passing[id] = a
	}
	a.users++
	return a, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if a.users--; a.users == 0 && s.passing[id] == a {
			delete(s.passing, id)
		}
	}
}

// find returns an account that something is kept of, nil if there is none.
func (s *Store) find(id user.AccountID) *account {
	a, _ := s.accounts.Load(id)
	found, _ := a.(*account)
	return found
}

// keep makes an account one that something is kept of.
func (s *Store) keep(id user.AccountID, a *account) error {
	if s.find(id) != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names.size >= s.limits.accounts {
		return fmt.Errorf("memstore: %d accounts: %w", s.limits.accounts, storage.ErrLimit)
	}
	s.accounts.Store(id, a)
	s.names.put(name(id), 0)
	delete(s.passing, id)
	return nil
}

// name is an account's id in the tree of them.
type name user.AccountID

func (a name) compare(b name) int { return strings.Compare(string(a), string(b)) }
