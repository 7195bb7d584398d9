package sqlitestore

import (
	"context"
	"sync"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/waiters"
	"github.com/ca74b63c/roster/user"
)

// watch wakes the calls of Wait. A commit of this Store wakes those of its accounts. While any call
// waits, a poller asks the file whether another process committed, one cheap question for all.
type watch struct {
	waiters.Waiters
	store *Store

	mu      sync.Mutex
	polling bool
	stopped chan struct{} // closed when the latest poller has ended
	conn    *conn         // the poller's
}

// Wait implements storage.Waiter. It returns at once for a commit of this Store, and within the poll
// interval for one of another process or of a transaction of the embedding server.
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
	s.watch.start()
	for {
		moved := s.watch.Moved(a)
		rev, err := s.revision(ctx, a)
		if err != nil || rev > after {
			return rev, err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-s.gate.Closing():
			return 0, storage.ErrClosed
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

// start starts the poller, unless it runs.
func (w *watch) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.polling {
		w.polling = true
		previous := w.stopped
		w.stopped = make(chan struct{})
		go w.poll(previous, w.stopped)
	}
}

// poll runs until no call waits.
func (w *watch) poll(previous <-chan struct{}, stopped chan<- struct{}) {
	defer close(stopped)
	if previous != nil {
		<-previous
	}
	tick := time.NewTicker(w.store.opt.poll)
	defer tick.Stop()
	last := int64(-1)
	for {
		select {
		case <-tick.C:
		case <-w.store.gate.Closing():
		}
		w.mu.Lock()
		accounts := w.Accounts()
		if len(accounts) == 0 || w.store.gate.IsClosing() {
			w.polling = false
			w.mu.Unlock()
			return
		}
		w.mu.Unlock()
		version, err := w.version()
		if err == nil && version == last {
			continue
		}
		last = version
		w.Wake(accounts...) // after an error too: the calls get it when they read
	}
}

// version returns a number that differs after a commit of another connection.
func (w *watch) version() (int64, error) {
	if w.conn == nil {
		c, err := w.store.dialReader()
		if err != nil {
			return 0, err
		}
		w.conn = c
	}
	v, ok, err := one(w.conn, "PRAGMA data_version")
	if err != nil || !ok {
		return 0, err
	}
	return v.number(0), nil
}

// close waits for the poller. No call waits any more.
func (w *watch) close() error {
	w.mu.Lock()
	stopped := w.stopped
	w.mu.Unlock()
	if stopped != nil {
		<-stopped
	}
	if w.conn == nil {
		return nil
	}
	return w.conn.close()
}
