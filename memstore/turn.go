package memstore

import (
	"context"

	"github.com/ca74b63c/roster/internal/fifolock"
	"github.com/ca74b63c/roster/user"
)

// turn is the writer lock of an account. Unlike go-memdb's own lock, a waiting caller gives up when
// its context ends. The turn exists while an Update holds it or waits for it.
type turn struct {
	fifolock.Turn
	calls int // guarded by Store.mu
}

// await waits until the writer lock of the account is free, and takes the lock. If the error is
// nil, the caller must call pass to release the lock. If the lock is free at once, await takes it
// even if the context has ended.
//
// Errors: the context's if it ends during the wait; storage.ErrClosed if the store is closed during
// the wait. After an error the lock is not taken.
func (s *Store) await(ctx context.Context, id user.AccountID) (pass func(), err error) {
	s.mu.Lock()
	t := s.turns[id]
	if t == nil {
		t = &turn{}
		s.turns[id] = t
	}
	t.calls++
	s.mu.Unlock()
	leave := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if t.calls--; t.calls == 0 {
			delete(s.turns, id)
		}
	}
	if err := t.Take(ctx, s.gate.Closing()); err != nil {
		leave()
		return nil, err
	}
	return func() { t.Release(); leave() }, nil
}
