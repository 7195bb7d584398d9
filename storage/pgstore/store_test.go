package pgstore

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// emptied returns a function that returns a Store on an empty database. Cases that run at the same
// time get different databases. To empty the database of an earlier case takes less time than a new
// schema, and DELETE less than TRUNCATE, which makes new files.
func emptied(t *testing.T, opts ...Option) func(testing.TB) *Store {
	t.Helper()
	empty := ""
	for table := sqlwrite.NumTables; table > 0; table-- { // one comes before those that it refers to
		empty += "DELETE FROM " + (table - 1).Name() + "; "
	}
	free := make(chan *Store, 100)
	return func(tb testing.TB) *Store {
		var s *Store
		select {
		case s = <-free:
		default:
			s = open(t, opts...)
		}
		tb.Cleanup(func() { free <- s })
		_, err := s.pool.Exec(tb.Context(), empty+"DELETE FROM roster_accounts")
		must(tb, err)
		again, err := New(s.pool, opts...)
		must(tb, err)
		tb.Cleanup(func() { _ = again.Close() })
		return again
	}
}

// TestStorage holds the store to the contract of package storage.
func TestStorage(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	enginetest.All(t, func(t testing.TB) storage.Storage { return again(t) })
}

// TestStorageTwice holds it to the contract when every fn runs two times.
func TestStorageTwice(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	enginetest.Updates(t, func(t testing.TB) storage.Storage { return storagetest.Twice(again(t)) })
}

// TestStorageOfTx runs each case of the suite in one transaction of the host's: Views and Updates
// see what those before them wrote, and one that fails leaves the transaction usable.
func TestStorageOfTx(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	enginetest.Variant(t, func(t testing.TB) storage.Storage {
		tx, err := again(t).pool.Begin(t.Context())
		must(t, err)
		t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
		return Tx(tx)
	}, "Context/Others", "Deletion/Turn") // the context of one caller would end the connection of all
}

// hosted is a store whose every Update is a transaction of the host's own.
type hosted struct{ *Store }

func (h hosted) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (rev user.Revision, err error) {
	err = pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		rev, err = Tx(tx).Update(ctx, a, fn)
		return err
	})
	return rev, err
}

// TestConcurrencyOfTx holds transactions of the host's that run at once to the contract.
func TestConcurrencyOfTx(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	enginetest.Cases(t, "Concurrency", func(t testing.TB) storage.Storage { return hosted{again(t)} })
}

// two is a store whose Updates take turns between two Stores on one database, as two processes
// would.
type two struct {
	*Store
	other *Store
	n     *atomic.Int64
}

func (s two) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if s.n.Add(1)%2 == 0 {
		return s.other.Update(ctx, a, fn)
	}
	return s.Store.Update(ctx, a, fn)
}

// TestConcurrencyOfTwoStores holds two Stores on one database to the contract for calls at once. No
// commit of a lease raises the revision, so a Store that compared revisions would lose some.
func TestConcurrencyOfTwoStores(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	for _, cases := range []string{"Concurrency", "Delivery/Lease"} {
		enginetest.Cases(t, cases, func(t testing.TB) storage.Storage {
			s := again(t)
			other, err := New(s.pool)
			must(t, err)
			t.Cleanup(func() { _ = other.Close() })
			return two{s, other, new(atomic.Int64)}
		})
	}
}

// TestNestedOnOneConnection: a function that opens a second transaction gets ErrNestedTx and does
// not wait for the pool's only connection, which its own transaction has.
func TestNestedOnOneConnection(t *testing.T) {
	enginetest.Cases(t, "Nested/Refused", func(t testing.TB) storage.Storage {
		s, err := New(newPool(t, scratch(t, pgserver.Shared(t)), 1))
		must(t, err)
		must(t, s.Migrate(t.Context()))
		return s
	})
}
