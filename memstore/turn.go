package memstore

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// turn is a lock of an account that waits as long as a context lives, which go-memdb's own lock
// does not. It is there while an Update holds it or waits for it.
type turn struct {
	room  chan struct{} // has room for one Update
	calls int           // guarded by Store.mu
}

// await waits for the account's turn. Unless it fails, done must follow.
func (s *Store) await(ctx context.Context, id user.AccountID) (done func(), err error) {
	s.mu.Lock()
	t := s.turns[id]
	if t == nil {
		t = &turn{room: make(chan struct{}, 1)}
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
	select {
	case t.room <- struct{}{}:
		return func() { <-t.room; leave() }, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-s.closing:
		err = storage.ErrClosed
	}
	leave()
	return nil, err
}
