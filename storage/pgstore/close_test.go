package pgstore

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// connecting are calls that need a connection.
var connecting = map[string]func(context.Context, *Store) error{
	"Update": func(ctx context.Context, s *Store) error { return sample.Pay(ctx, s, "acme", 1, "") },
	"Update of a new account": func(ctx context.Context, s *Store) error {
		_, err := s.Update(ctx, "new", func(ctx context.Context, w storage.Writer) error {
			return w.PutUser(ctx, sample.Person(1))
		})
		return err
	},
	"View": func(ctx context.Context, s *Store) error {
		return s.View(ctx, "acme", func(context.Context, storage.Reader) error { return nil })
	},
	"Accounts": func(ctx context.Context, s *Store) error {
		_, err := s.Accounts(ctx, storage.NotDeleted, "", 0)
		return err
	},
	"DeleteAccount": func(ctx context.Context, s *Store) error { _, err := s.DeleteAccount(ctx, "none"); return err },
	"Wait":          func(ctx context.Context, s *Store) error { _, err := s.Wait(ctx, "acme", 0); return err },
	"Migrate":       func(ctx context.Context, s *Store) error { return s.Migrate(ctx) },
}

// closeUnder starts a call, closes the store while the call waits, and checks the call's error.
func closeUnder(t *testing.T, s *Store, call func(context.Context, *Store) error) {
	t.Helper()
	waits := make(chan error, 1)
	started := make(chan struct{})
	go func() {
		close(started)
		waits <- call(context.Background(), s)
	}()
	<-started
	time.Sleep(5 * time.Millisecond)
	must(t, s.Close())
	if err := <-waits; !errors.Is(err, storage.ErrClosed) {
		t.Errorf("a call that waited when Close was called: %v", err)
	}
}

// TestCloseWhileCallsWaitForAConnection: Close ends the wait for the pool, whichever call waits and
// whatever the store remembers, and the call's error is storage.ErrClosed.
func TestCloseWhileCallsWaitForAConnection(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	sample.Fund(t, openAt(t, dsn), "acme")
	pool := newPool(t, dsn, 1)
	for name, call := range connecting {
		for when, warm := range map[string]func(*Store){
			"first call":         func(*Store) {},
			"nothing remembered": func(s *Store) { must(t, s.check(t.Context())) },
			"remembered":         func(s *Store) { must(t, sample.Pay(t.Context(), s, "acme", 1, "")) },
		} {
			if when == "remembered" && name != "Update" && name != "View" {
				continue // the others do not use what is remembered
			}
			t.Run(name+", "+when, func(t *testing.T) {
				s, err := New(pool, WithoutListen()) // Close waits up to a second for a notification
				must(t, err)
				warm(s)
				idle(t, pool)
				taken, err := pool.Acquire(t.Context())
				must(t, err)
				defer taken.Release()
				closeUnder(t, s, call)
			})
		}
	}
}

// TestCloseWhileAnUpdateWaitsForTheLock: another process has the account's row. Close ends the wait
// of an Update that begins with the lock, and of one that locks in its middle.
func TestCloseWhileAnUpdateWaitsForTheLock(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	holder := openAt(t, dsn)
	sample.Fund(t, holder, "acme")
	for name, first := range map[string]runMode{"at the beginning": locked, "in the middle": trusting} {
		t.Run(name, func(t *testing.T) {
			s, err := New(newPool(t, dsn, 2))
			must(t, err)
			s.first = first
			tx, err := holder.pool.Begin(t.Context())
			must(t, err)
			defer func() { must(t, tx.Rollback(context.Background())) }()
			_, err = tx.Exec(t.Context(), "SELECT 1 FROM roster_accounts WHERE id = 'acme' FOR UPDATE")
			must(t, err)
			closeUnder(t, s, func(ctx context.Context, s *Store) error {
				_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
					if err := sample.Post(ctx, w, 1, ""); err != nil {
						return err
					}
					_, err := w.CountUsers(ctx, storage.Query{}) // sends the transfer, for which the row is locked
					return err
				})
				return err
			})
		})
	}
}
