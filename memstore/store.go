package memstore

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/ca74b63c/roster/internal/gate"
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

	gate *gate.Gate

	mu    sync.Mutex
	turns map[user.AccountID]*turn // of the accounts that an Update runs for; guarded by mu
}

var (
	_ storage.Storage = (*Store)(nil)
	_ storage.Waiter  = (*Store)(nil)
)

// New returns an empty store.
func New(opts ...Option) *Store {
	db := newAccount()
	return &Store{
		limits: limitsOf(opts),
		seed:   maphash.MakeSeed(),
		db:     newAccounts(),
		empty:  &accountRow{db: db, rows: db.Txn(false)},
		gate:   gate.New(),
		turns:  map[user.AccountID]*turn{},
	}
}

// begin registers a call of the store, so that Close waits for the call. hasFunction reports
// whether the caller passed a function, or needs none. If begin returns no error, the caller must
// call end.
//
// Errors: storage.ErrInvalid without a function or for a nil context; storage.ErrClosed, also for a
// nil or zero Store; the context's error; storage.ErrNestedTx inside a transaction of this store.
func (s *Store) begin(ctx context.Context, hasFunction bool) (end func(), err error) {
	switch {
	case s == nil || s.gate == nil:
		return nil, storage.ErrClosed
	case ctx == nil:
		return nil, fmt.Errorf("memstore: no context: %w", storage.ErrInvalid)
	}
	return s.gate.EnterTx(ctx, hasFunction)
}

// Close closes the store and returns nil. From then on, new calls return storage.ErrClosed. In
// transactions whose function is still running, each method with an error result returns
// storage.ErrClosed, and nothing is committed. An Update whose function has already returned may
// still commit.
//
// Close waits until all running calls have ended, so it must not be called inside the function of a
// transaction. A second call of Close only waits. For a nil or zero Store, Close does nothing.
func (s *Store) Close() error {
	if s != nil && s.gate != nil {
		s.gate.Close()
	}
	return nil
}

// View implements storage.Storage. It calls fn with a reader of the newest state of the account.
// Later commits do not change this state. View never waits for a writer. When View returns, the
// reader can no longer be used.
//
// Errors: storage.ErrInvalid if fn or the context is nil; storage.ErrClosed; the context's error;
// storage.ErrNestedTx; those of fn.
func (s *Store) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	end, err := s.begin(ctx, fn != nil)
	if err != nil {
		return err
	}
	defer end()
	r := new(reader)
	r.open(ctx, s, a, false)
	defer r.End()
	return fn(&r.inside, r)
}
