package pgstore

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var errTaken = errors.New("the login is taken")

func write(t *testing.T, s *Store, id user.ID) {
	t.Helper()
	_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
		return w.PutUser(ctx, user.User{ID: id})
	})
	must(t, err)
}

// TestARefusalWaitsForWhatItRestsOn: who is refused because of what another one in the same transaction wrote is told of it
// when that can be read, and not before.
func TestARefusalWaitsForWhatItRestsOn(t *testing.T) {
	s := open(t)
	refused := make(chan struct{})
	queueUp(t, s,
		func() { write(t, s, 1) },
		func() {
			defer close(refused)
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				if _, err := w.User(ctx, 1); err != nil {
					return err
				}
				return errTaken
			})
			if !errors.Is(err, errTaken) {
				t.Errorf("the refused Update: %v", err)
			}
			must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
				_, err := r.User(ctx, 1)
				return err
			}))
		},
		func() {
			cancelled, cancel := context.WithCancel(t.Context())
			_, err := s.Update(cancelled, "acme", func(context.Context, storage.Writer) error {
				time.AfterFunc(time.Millisecond, cancel)
				return errTaken
			})
			if !errors.Is(err, context.Canceled) && !errors.Is(err, errTaken) {
				t.Errorf("who stops waiting: %v", err)
			}
		},
		func() {
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				select {
				case <-refused:
					t.Error("the refused one was told before the commit")
				case <-time.After(20 * time.Millisecond):
				}
				return w.PutUser(ctx, user.User{ID: 2})
			})
			must(t, err)
		},
	)
}

// TestARefusalByWhatNeverHappened: if the transaction is lost, who was refused in it is asked again.
func TestARefusalByWhatNeverHappened(t *testing.T) {
	s := open(t)
	write(t, s, 9)
	// What no rule of the domain refuses, but this database does.
	_, err := s.pool.Exec(t.Context(), "ALTER TABLE roster_users ADD CHECK (id <> 1)")
	must(t, err)
	runs := 0
	queueUp(t, s,
		func() {
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				return w.PutUser(ctx, user.User{ID: 1})
			})
			if err == nil {
				t.Error("the database took what it refuses")
			}
		},
		func() {
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				runs++
				if _, err := w.User(ctx, 1); err == nil {
					return errTaken
				}
				return w.PutUser(ctx, user.User{ID: 2})
			})
			must(t, err)
		},
	)
	if runs != 2 {
		t.Errorf("the refused one ran %d times", runs)
	}
}
