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

// await waits for the account's turn. Unless it fails, pass must follow.
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

// pass ends the turn of an Update.
func (s *Store) pass(id user.AccountID, t *turn) {
	<-t.room
	s.leave(id, t)
}

// leave forgets a turn that no Update holds or waits for any more.
func (s *Store) leave(id user.AccountID, t *turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.calls--; t.calls == 0 {
		delete(s.turns, id)
	}
}
