package mapstore

import (
	"context"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Wait implements storage.Waiter. While the revision is not greater than the parameter after, it
// waits for the channel that the next commit closes. Faults of the store change what Wait does.
func (s *Store) Wait(ctx context.Context, id user.AccountID, after user.Revision) (user.Revision, error) {
	s.on("Wait asks but once", func() { after = 0 })
	if s.bad("Wait waits for a commit always") {
		s.mu.Lock()
		after = max(after, s.account(id).state.revision)
		s.mu.Unlock()
	}
	for {
		s.mu.Lock()
		a := s.account(id)
		rev, moved := a.state.revision, a.moved
		s.mu.Unlock()
		if s.bad("Wait looks before it joins those who wait") {
			time.Sleep(time.Millisecond)
			s.mu.Lock()
			moved = a.moved
			s.mu.Unlock()
		}
		if s.closed.Err() != nil {
			return 0, storage.ErrClosed
		}
		if err := ctx.Err(); err != nil && !s.bad("begins under a context that is done") {
			return 0, err
		}
		if rev > after || s.bad("Wait does not wait") {
			return rev, nil
		}
		done := ctx.Done()
		s.on("Wait ignores its context", func() { done = nil })
		select {
		case <-moved:
			if s.bad("Wait returns for a delivery") {
				return rev, nil
			}
		case <-done:
			return 0, ctx.Err()
		case <-s.closed.Done():
			if !s.bad("Close leaves Wait waiting") {
				return 0, storage.ErrClosed
			}
			<-ctx.Done()
		}
	}
}
