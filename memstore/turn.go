package memstore

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// turn is the writer lock of an account. Unlike go-memdb's own lock, a waiting caller gives up when
// its context ends. The turn exists while an Update holds it or waits for it.
type turn struct {
	room  chan struct{} // has room for one Update
	calls int           // guarded by Store.mu
}

// await waits until the writer lock of the account is free and takes the lock. If the error is nil,
// the caller must call pass with the returned turn to release the lock.
//
// Errors: the context's if it ends first; storage.ErrClosed if the store is closed first. The lock
// is then not taken.
func (s *Store) await(ctx context.Context, id user.AccountID) (t *turn, err error) {
	s.mu.Lock()
	t = s.turns[id]
	if t == nil {
		t = &turn{room: make(chan struct{}, 1)}
		s.turns[id] = t
	}
	t.calls++
	s.mu.Unlock()
	select {
	case t.room <- struct{}{}:
		return t, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-s.closing:
		err = storage.ErrClosed
	}
	s.leave(id, t)
	return nil, err
}

// pass releases the writer lock of the account.
func (s *Store) pass(id user.AccountID, t *turn) {
	<-t.room
	s.leave(id, t)
}

// leave records that a call no longer holds the writer lock t of the account and no longer waits
// for it. It removes the lock from the store if no other call holds the lock or waits for it.
func (s *Store) leave(id user.AccountID, t *turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.calls--; t.calls == 0 {
		delete(s.turns, id)
	}
}
