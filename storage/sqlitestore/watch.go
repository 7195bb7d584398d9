package sqlitestore

import (
	"context"
	"sync"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/waiters"
	"github.com/ca74b63c/roster/user"
)

// watch wakes the calls of Wait. A commit of this Store wakes the calls for its accounts. Each call
// also asks, once in a poll interval, whether another process committed. The calls share the
// answer.
type watch struct {
	waiters.Waiters
	store *Store

	mu      sync.Mutex
	conn    *conn // nil until it is needed
	asked   time.Time
	version int64 // differs after a commit of another connection
}

// Wait implements storage.Waiter. It waits until the revision of account a is greater than the
// parameter after, and returns the revision. If the revision is already greater, Wait returns at
// once. An account that does not exist has revision 0. Wait returns at once after a commit of this
// Store. After a commit of another process or of a transaction of the host, it returns within the
// PollInterval, or within one and a half times the PollInterval if several calls of Wait run.
//
// Errors: storage.ErrClosed, the context's, and the engine's.
func (s *Store) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	s.watch.Join(a)
	defer s.watch.Leave(a)
	tick := time.NewTicker(s.opt.poll)
	defer tick.Stop()
	for {
		moved := s.watch.Moved(a) // before reading, so that no commit is missed
		seen, err := s.watch.ask()
		if err != nil {
			return 0, named(ctx, err)
		}
		if rev, err := s.revision(ctx, a); err != nil || rev > after {
			return rev, err
		}
		for now := seen; now == seen && err == nil; {
			select {
			case <-moved:
				now = -1
			case <-tick.C:
				now, err = s.watch.ask()
			case <-ctx.Done():
				return 0, ctx.Err()
			case <-s.gate.Closing():
				return 0, storage.ErrClosed
			}
		}
	}
}

func (s *Store) revision(ctx context.Context, a user.AccountID) (user.Revision, error) {
	c, err := s.readers.get(ctx)
	if err != nil {
		return 0, err
	}
	defer s.readers.put(c)
	v, ok, err := one(c, selectAccount, string(a))
	if err != nil || !ok {
		return 0, named(ctx, err)
	}
	return user.Revision(v.number(1)), nil
}

// ask returns a number that changes when another connection commits to the file. If the last read
// is less than half a poll interval ago, ask returns the remembered number. Otherwise it reads the
// number from the file. At its first call it opens a connection for this. After an error the number
// is not valid.
func (w *watch) ask() (version int64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == nil {
		if w.conn, err = w.store.dialReader(); err != nil {
			return 0, err
		}
	}
	if time.Since(w.asked) < w.store.opt.poll/2 {
		return w.version, nil
	}
	v, ok, err := one(w.conn, "PRAGMA data_version")
	if err == nil && ok {
		w.version, w.asked = v.number(0), time.Now()
	}
	return w.version, err
}

// close closes the connection that ask opened. It returns nil if there is none. The caller must
// have ended all calls of Wait before, and must call close only once.
func (w *watch) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == nil {
		return nil
	}
	return w.conn.close()
}
