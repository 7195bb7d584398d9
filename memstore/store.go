package memstore

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// Store is a storage.Storage and a storage.Waiter in memory. New, Restore and LoadFile make one. A
// nil Store and a zero Store behave like a closed one.
type Store struct {
	limits limits
	seed   maphash.Seed // of the hashes of keys
	db     *memdb.MemDB // of the accounts
	kept   int          // how many they are; guarded by db's own writer lock
	empty  *accountRow  // the state of an account that was never written to

	mu    sync.Mutex
	turns map[user.AccountID]*turn // of the accounts that an Update runs for; guarded by mu

	// calls counts the calls that run, and has the closed bit after Close was called.
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
	db := newAccount()
	return &Store{
		limits:  limitsOf(opts),
		seed:    maphash.MakeSeed(),
		db:      newAccounts(),
		empty:   &accountRow{db: db, rows: db.Txn(false)},
		turns:   map[user.AccountID]*turn{},
		closing: make(chan struct{}),
		drained: make(chan struct{}),
	}
}

// begin registers a call of the store, so that Close waits for the call. If begin returns nil, the
// caller must call end. If it returns an error, the caller must not call end.
//
// Errors, in this order: storage.ErrClosed, also for a nil or zero Store; storage.ErrInvalid for a
// nil context; the context's; storage.ErrNestedTx inside a transaction of this store.
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

// Close closes the store and returns nil. From then on, new calls return storage.ErrClosed. In
// transactions whose function is still running, each method with an error result returns
// storage.ErrClosed, and nothing is committed. An Update whose function has already returned may
// still commit.
//
// Close waits until all running calls have ended, so it must not be called inside the function of a
// transaction. A second call of Close only waits. For a nil or zero Store, Close does nothing.
func (s *Store) Close() error {
	if s == nil || s.empty == nil {
		return nil
	}
	if s.calls.Or(closed)&closed == 0 {
		close(s.closing)
		// Close counts as a call itself, so that some call ends after the bit was set.
		s.calls.Add(1)
		s.end()
	}
	<-s.drained
	return nil
}

// View implements storage.Storage. It calls fn with a reader of the newest state of the account.
// Later commits do not change this state. View never waits for a writer. When View returns, the
// reader can no longer be used.
//
// Errors: storage.ErrInvalid if fn or the context is nil; storage.ErrClosed; the context's;
// storage.ErrNestedTx; those of fn.
func (s *Store) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if fn == nil {
		return errNoFunction
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	r := new(reader)
	r.open(ctx, s, a)
	defer r.over.Store(true)
	return fn(r, r)
}
