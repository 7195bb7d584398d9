package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
	sqlite3 "modernc.org/sqlite/lib"
)

// queueUp holds the turn of the writer, starts the Updates so that they wait in their order, and
// ends the turn. It returns how many Updates each commit had.
func queueUp(t *testing.T, s *Store, updates ...func()) (commits []int) {
	t.Helper()
	s.opt.batchAge = time.Hour // however slow the machine is
	before := s.committed
	defer func() { s.committed = before }()
	s.committed = func(members int) {
		commits = append(commits, members)
		if before != nil {
			before(members)
		}
	}
	enginetest.QueueUp(t, s, "first", s.turn.Waiting, updates...)
	return commits
}

// TestNeighborsOfAFailure: Updates that wait for each other share a transaction. One that fails in
// any way undoes what it wrote, and nothing of its neighbors.
func TestNeighborsOfAFailure(t *testing.T) {
	s := open(t)
	enginetest.Neighbors(t, s, func(updates ...func()) []int { return queueUp(t, s, updates...) })
}

// TestLoneUpdateWaitsForNoOther: each Update that has no neighbors is committed when it returns.
func TestLoneUpdateWaitsForNoOther(t *testing.T) {
	s := open(t)
	alone := 0
	s.committed = func(members int) { alone += members }
	for i := range 3 {
		must(t, sample.Put(t.Context(), s, user.ID(i+1)))
		if alone != i+1 {
			t.Errorf("%d Updates are committed after %d", alone, i+1)
		}
	}
}

func TestCommitOfUnknownOutcome(t *testing.T) {
	for _, happened := range []bool{true, false} {
		s := open(t)
		must(t, sample.Put(t.Context(), s, 1))
		f := failOn(s, "COMMIT", coded(sqlite3.SQLITE_IOERR_FSYNC), happened)
		if err := sample.Put(t.Context(), s, 2); !errors.Is(err, storage.ErrUnknownOutcome) {
			t.Errorf("a commit that failed on the disk: %v", err)
		}
		f.err = nil
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
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
	f := failOn(s, "COMMIT", coded(sqlite3.SQLITE_FULL), false)
	s.committed = func(int) { f.err = nil }
	var updates []func()
	for i := range user.ID(5) {
		updates = append(updates, func() {
			must(t, sample.Put(t.Context(), s, i+1))
		})
	}
	if commits := queueUp(t, s, updates...); fmt.Sprint(commits) != "[6 1 1 1 1 1 1]" {
		t.Errorf("the commits were %v", commits)
	}
	f.err = coded(sqlite3.SQLITE_FULL)
	if err := sample.Put(t.Context(), s, 9); !errors.Is(err, ErrFull) {
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
	must(t, sample.Put(t.Context(), s, 1))
}
