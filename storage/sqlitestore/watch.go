package sqlitestore

import (
	"context"
	"sync"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// watch tells those who wait of commits. Those of this store it is told by the writer. For those of other processes it
// asks the file now and then whether it changed, while anybody waits: one cheap question, whoever many wait.
type watch struct {
	store *Store

	mu       sync.Mutex
	accounts map[user.AccountID]*watched
	waiting  int
	polling  bool
	stopped  chan struct{} // closed when the poller of the moment has ended
	conn     *conn         // the poller's
}

type watched struct {
	waiting  int
	revision user.Revision
	moved    chan struct{} // closed at the next commit
}

func (w *watch) init(s *Store) {
	w.store, w.accounts = s, make(map[user.AccountID]*watched)
}

// commit tells of a commit.
func (w *watch) commit(a user.AccountID, r user.Revision) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if x := w.accounts[a]; x != nil && r > x.revision {
		x.revision = r
		close(x.moved)
		x.moved = make(chan struct{})
	}
}

// Wait implements storage.Waiter. It returns at once for a commit of this Store, and within the poll interval for
// one of another process or of the embedding server's own transaction.
//
// Errors: storage.ErrClosed, the context's, and the engine's.
func (s *Store) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	end, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	w := &s.watch
	x := w.join(a)
	defer w.leave(a)
	for {
		w.mu.Lock()
		moved := x.moved // before reading, so that no commit falls between
		w.mu.Unlock()
		rev, err := s.revision(ctx, a)
		if err != nil || rev > after {
			return rev, err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-s.closing:
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
	v, ok, err := one(ctx, c, "SELECT revision FROM roster_accounts WHERE id = ?", blob(a))
	if err != nil || !ok {
		return 0, named(ctx, err)
	}
	return user.Revision(number(v[0])), nil
}

func (w *watch) join(a user.AccountID) *watched {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.accounts[a]
	if x == nil {
		x = &watched{moved: make(chan struct{})}
		w.accounts[a] = x
	}
	x.waiting++
	w.waiting++
	if !w.polling {
		w.polling = true
		previous := w.stopped
		w.stopped = make(chan struct{})
		go w.poll(previous, w.stopped)
	}
	return x
}

func (w *watch) leave(a user.AccountID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting--
	if x := w.accounts[a]; x.waiting > 1 {
		x.waiting--
	} else {
		delete(w.accounts, a)
	}
}

// poll runs until nobody waits any more.
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
		case <-w.store.closing:
		}
		w.mu.Lock()
		if w.waiting == 0 || w.store.isClosing() {
			w.polling = false
			w.mu.Unlock()
			return
		}
		w.mu.Unlock()
		if version, err := w.version(); err == nil && version == last {
			continue
		} else if err == nil {
			last = version
		}
		w.wakeAll() // after an error too: who waits asks for himself and gets it
	}
}

// version returns a number that differs after a commit of another connection than the poller's.
func (w *watch) version() (int64, error) {
	if w.conn == nil {
		c, err := w.store.dialReader()
		if err != nil {
			return 0, err
		}
		w.conn = c
	}
	v, ok, err := one(context.Background(), w.conn, "PRAGMA data_version")
	if err != nil || !ok {
		return 0, err
	}
	return number(v[0]), nil
}

// wakeAll lets everyone who waits ask for his revision again.
func (w *watch) wakeAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, x := range w.accounts {
		close(x.moved)
		x.moved = make(chan struct{})
	}
}

// close waits for the poller. Nobody waits any more.
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
