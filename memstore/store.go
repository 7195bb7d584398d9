package memstore

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Store is a storage.Storage and a storage.Waiter in memory. Make one with New or Restore: a nil
// and a zero Store are like a closed one.
type Store struct {
	limits limits
	seed   maphash.Seed
	empty  *state

	accounts sync.Map // of what is kept: user.AccountID to *account; added to under mu
	mu       sync.Mutex
	names    tree[name]                  // of accounts; guarded by mu
	passing  map[user.AccountID]*account // in use, and nothing kept; guarded by mu

	// calls counts the calls that run, and has the closed bit once Close was called.
	calls   atomic.Int64
	closing chan struct{} // closed by Close
	drained chan struct{} // closed when the last call ended after that
	drain   sync.Once
}

const closed = 1 << 62

var errNoFunction = fmt.Errorf("memstore: no function: %w", storage.ErrInvalid)

var (
	_ storage.Storage = (*Store)(nil)
	_ storage.Waiter  = (*Store)(nil)
)

// New returns an empty store.
func New(opts ...Option) *Store {
	db := newDB()
	return &Store{
		limits:  limitsOf(opts),
		seed:    maphash.MakeSeed(),
		empty:   &state{db: db, rows: db.Txn(false)},
		passing: map[user.AccountID]*account{},
		closing: make(chan struct{}),
		drained: make(chan struct{}),
	}
}

// begin admits a call. Unless it fails, end must follow.
func (s *Store) begin(ctx context.Context) error {
	if s == nil || s.empty == nil {
		return storage.ErrClosed
	}
	if s.calls.Add(1)&closed != 0 {
		s.end()
		return storage.ErrClosed
	}
	var err error
	switch {
	case ctx == nil:
		err = fmt.Errorf("memstore: no context: %w", storage.ErrInvalid)
	case ctx.Err() != nil:
		err = ctx.Err()
	case ctx.Value(inside{s}) != nil:
		err = storage.ErrNestedTx
	}
	if err != nil {
		s.end()
	}
	return err
}

func (s *Store) end() {
	if s.calls.Add(-1) == closed {
		s.drain.Do(func() { close(s.drained) })
	}
}

func (s *Store) isClosed() bool { return s.calls.Load()&closed != 0 }

// Close refuses new calls, makes the methods of running transactions fail with storage.ErrClosed, waits until the
// functions that run in them have returned, and commits nothing of theirs. It must not be called from inside one. The
// data are gone then, but for what a snapshot has. A second call does nothing but wait.
func (s *Store) Close() error {
	if s == nil || s.empty == nil {
		return nil
	}
	if s.calls.Or(closed)&closed == 0 {
		close(s.closing)
		// The call that this counts is Close itself: whoever ends last, it or another, tells that all ended.
		s.calls.Add(1)
		s.end()
	}
	<-s.drained
	return nil
}

// View calls fn with the account's present state. It never waits for a writer. Errors:
// storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx, and fn's
// own.
func (s *Store) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if fn == nil {
		return errNoFunction
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	now := s.empty
	if acct := s.find(a); acct != nil {
		now = acct.now.Load()
	}
	r := &reader{Context: ctx, store: s, state: now, base: now.revision}
	defer r.over.Store(true)
	return fn(r, r)
}

// Update calls fn with a copy of the account's present state, and makes the copy the present state
// if all went well. Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's,
// storage.ErrNestedTx, fn's own and that of a method of the Writer, storage.ErrLimit if there are
// as many accounts as there may be.
func (s *Store) Update(
	ctx context.Context, id user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if fn == nil {
		return 0, errNoFunction
	}
	if err := s.begin(ctx); err != nil {
		return 0, err
	}
	defer s.end()
	a, forget := s.use(id)
	defer forget()
	if err := s.await(ctx, a); err != nil {
		return 0, err
	}
	defer func() { <-a.turn }()
	a.edit++
	w := newWriter(ctx, s, a)
	committed := false
	defer func() {
		w.over.Store(true)
		if !committed {
			w.rollback(a)
		}
	}()
	err := fn(w, w)
	switch {
	case err != nil && w.poison != nil && !errors.Is(err, w.poison):
		return 0, errors.Join(err, w.poison)
	case err != nil:
		return 0, err
	case w.poison != nil:
		return 0, w.poison
	}
	rev, err := w.commit(ctx, id, a)
	committed = err == nil
	return rev, err
}

// Accounts lists the accounts that were ever written to, by bytes. Errors: storage.ErrClosed, the context's,
// storage.ErrNestedTx, storage.ErrInvalid for a limit below 0 or above storage.MaxPage.
func (s *Store) Accounts(ctx context.Context, after user.AccountID, limit int) ([]user.AccountID, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.end()
	most, err := storage.PageLimit(limit)
	if err != nil {
		return nil, fmt.Errorf("memstore: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []user.AccountID
	from := name(after)
	s.names.ascend(&from, func(n name) bool {
		if id := user.AccountID(n); id > after && s.find(id).now.Load().revision > 0 {
			list = append(list, id)
		}
		return len(list) < most
	})
	return list, nil
}

// Wait returns the account's revision as soon as it is greater than after. It keeps no goroutine. Errors:
// storage.ErrClosed, the context's, storage.ErrNestedTx.
func (s *Store) Wait(ctx context.Context, id user.AccountID, after user.Revision) (user.Revision, error) {
	if err := s.begin(ctx); err != nil {
		return 0, err
	}
	defer s.end()
	a, forget := s.use(id)
	defer forget()
	for {
		changed := a.next() // before the look, so that no commit falls between
		if now := a.now.Load().revision; now > after {
			return now, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-s.closing:
			return 0, storage.ErrClosed
		}
	}
}
