package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
	sqlite3 "modernc.org/sqlite/lib"
)

// commits records how many Updates each commit had.
type commits struct {
	mu    sync.Mutex
	sizes []int
}

func (c *commits) of(s *Store) {
	s.committed = func(members int) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sizes = append(c.sizes, members)
	}
}

// queueUp holds the writer's turn, starts the Updates so that they wait in their order, and lets
// go.
func queueUp(t *testing.T, s *Store, updates ...func()) {
	t.Helper()
	s.opt.batchAge = time.Hour // however slow the machine is
	enginetest.QueueUp(t, s, "first", s.turn.Waiting, updates...)
}

func put(s storage.Storage, ctx context.Context, a user.AccountID, id user.ID) (user.Revision, error) {
	return s.Update(ctx, a, func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, sample.Person(id)) })
}

// TestUpdatesShareACommit: those that wait for each other have one commit, each a revision of its
// own, and each sees what the one before it wrote. A lone Update waits for no other.
func TestUpdatesShareACommit(t *testing.T) {
	s := open(t)
	var c commits
	c.of(s)
	enginetest.ShareCommit(t, s, func(updates ...func()) []int {
		c.sizes = nil
		queueUp(t, s, updates...)
		return c.sizes
	})
	c.sizes = nil
	for i := range 3 {
		_, err := put(s, t.Context(), "alone", user.ID(i+1))
		must(t, err)
	}
	if fmt.Sprint(c.sizes) != "[1 1 1]" {
		t.Errorf("lone Updates took the commits %v", c.sizes)
	}
}

// TestNeighborsOfAFailure: in a shared transaction, an Update that fails in any way undoes what it
// wrote, and nothing of its neighbors.
func TestNeighborsOfAFailure(t *testing.T) {
	s := open(t)
	enginetest.Neighbors(t, s, func(updates ...func()) { queueUp(t, s, updates...) })
}

func TestCommitOfUnknownOutcome(t *testing.T) {
	for _, happened := range []bool{true, false} {
		s := open(t)
		_, err := put(s, t.Context(), "acme", 1)
		must(t, err)
		f := failOn(s, "COMMIT", coded(sqlite3.SQLITE_IOERR_FSYNC), happened)
		if _, err := put(s, t.Context(), "acme", 2); !errors.Is(err, storage.ErrUnknownOutcome) {
			t.Errorf("a commit that failed on the disk: %v", err)
		}
		f.err = nil
		_, err = s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			_, err := w.User(ctx, 2)
			if found := err == nil; found != happened {
				t.Errorf("happened: %t, found: %t", happened, found)
			}
			return w.PutUser(ctx, sample.Person(2))
		})
		must(t, err) // the store goes on
	}
}

// TestLostTransaction lets a commit that several Updates share fail: each runs once more alone.
func TestLostTransaction(t *testing.T) {
	s := open(t)
	var c commits
	f := failOn(s, "COMMIT", coded(sqlite3.SQLITE_FULL), false)
	s.committed = func(members int) { c.sizes, f.err = append(c.sizes, members), nil }
	var updates []func()
	for i := range user.ID(5) {
		updates = append(updates, func() {
			_, err := put(s, t.Context(), "acme", i+1)
			must(t, err)
		})
	}
	queueUp(t, s, updates...)
	if fmt.Sprint(c.sizes) != "[6 1 1 1 1 1 1]" {
		t.Errorf("the commits were %v", c.sizes)
	}
	f.err = coded(sqlite3.SQLITE_FULL)
	if _, err := put(s, t.Context(), "acme", 9); !errors.Is(err, ErrFull) {
		t.Errorf("a lone Update: %v", err)
	}
}

// TestBrokenConnection gives up a connection that can't roll back, and opens another.
func TestBrokenConnection(t *testing.T) {
	s := open(t)
	failOn(s, "BEGIN", coded(sqlite3.SQLITE_MISUSE), false)
	_, err := s.Update(t.Context(), "acme", func(context.Context, storage.Writer) error { return context.Canceled })
	if !errors.Is(err, context.Canceled) || s.writer != nil {
		t.Errorf("error %v, connection %v", err, s.writer)
	}
	_, err = put(s, t.Context(), "acme", 1)
	must(t, err)
}
