package sqlitestore

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/ca74b63c/roster/storage"
)

// The file's write lock goes to the process that asks while it is free, not to the one that waited
// longest. A process that waits therefore asks at random intervals that do not grow. A process that
// met others at the lock leaves the lock free for a moment before it takes it again. This costs
// processes that compete a third of what they write together, and one that writes alone nothing.
const (
	askAgain = 500 * time.Microsecond
	courtesy = 500 * time.Microsecond
	rivalry  = 32 // for so many transactions after it met others
)

// jittered returns a random duration between half of d and one and a half times d.
func jittered(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// connect opens the writing connection unless it is open.
func (s *Store) connect(ctx context.Context) error {
	if s.writer != nil {
		return nil
	}
	return s.untilFree(ctx, func() (err error) {
		s.writer, err = s.dialWriter()
		return err
	})
}

// begin begins a transaction that has the file's write lock, on the writing connection, which it
// opens if there is none. It waits at most BusyTimeout for a lock that another process has. If
// another process had the lock recently, begin first leaves the lock free for about 500 µs
// (courtesy). Errors: ErrBusy, ErrReadOnly, storage.ErrClosed, the context's, those of dialWriter
// and the engine's.
func (s *Store) begin(ctx context.Context) error {
	if err := s.connect(ctx); err != nil {
		return err
	}
	if s.rivals > 0 && time.Since(s.ended) < courtesy {
		if err := s.sleep(ctx, jittered(courtesy)); err != nil {
			return err
		}
	}
	s.rivals = max(s.rivals-1, 0)
	return s.untilFree(ctx, func() error {
		_, err := s.writer.exec("BEGIN IMMEDIATE")
		if isBusy(err) {
			s.rivals = rivalry
		}
		return err
	})
}

// untilFree repeats do while another process holds the file's lock, until BusyTimeout has passed or
// ctx ends. SQLite's own waiting ignores contexts.
func (s *Store) untilFree(ctx context.Context, do func() error) error {
	limit := time.Now().Add(s.opt.busy)
	for {
		err := do()
		if !isBusy(err) || time.Now().After(limit) {
			return named(ctx, err)
		}
		if err := s.sleep(ctx, jittered(askAgain)); err != nil {
			return err
		}
	}
}

// sleep waits for the duration d. Errors: the context's; storage.ErrClosed if the Store is closed.
func (s *Store) sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.gate.Closing():
		return storage.ErrClosed
	}
}

// rollback ends the open transaction of the writing connection, also if SQLite has ended the
// transaction already. If the connection then cannot begin and end an empty transaction, rollback
// closes the connection.
func (s *Store) rollback() {
	_, _ = s.writer.exec("ROLLBACK")
	if _, err := s.writer.exec("BEGIN"); err == nil { // proves that none is open
		if _, err = s.writer.exec("ROLLBACK"); err == nil {
			return
		}
	}
	_ = s.writer.close()
	s.writer = nil
}
