package pgstore

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// TestStorage holds the store to the contract of package storage.
func TestStorage(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Storage { return open(t) })
}

// TestStorageTwice holds it to the contract when every fn runs two times.
func TestStorageTwice(t *testing.T) {
	enginetest.Variant(t, func(t testing.TB) storage.Storage { return storagetest.Twice(open(t)) })
}

// hosted is a store whose every View and Update runs inside a transaction of the host's own.
type hosted struct{ *Store }

// in runs call on the storage inside a transaction. The storage ends with the store.
func (h hosted) in(ctx context.Context, level pgx.TxIsoLevel, call func(storage.Storage) error) error {
	tx, err := h.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: level})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	inside := Tx(tx).(*hostTx)
	inside.store.gate = h.gate
	if err := call(inside); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (h hosted) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	end, err := h.enterTx(ctx, fn != nil) // a host would not begin a transaction then
	if err != nil {
		return err
	}
	defer end()
	return h.in(ctx, pgx.RepeatableRead, func(s storage.Storage) error { return s.View(ctx, a, fn) })
}

func (h hosted) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (rev user.Revision, _ error) {
	end, err := h.enterTx(ctx, fn != nil)
	if err != nil {
		return 0, err
	}
	defer end()
	err = h.in(ctx, pgx.ReadCommitted, func(s storage.Storage) error {
		rev, err = s.Update(ctx, a, fn)
		return err
	})
	return rev, err
}

func (h hosted) DeleteAccount(ctx context.Context, a user.AccountID) (rev user.Revision, _ error) {
	end, err := h.enterTx(ctx, true)
	if err != nil {
		return 0, err
	}
	defer end()
	err = h.in(ctx, pgx.ReadCommitted, func(s storage.Storage) error {
		rev, err = s.DeleteAccount(ctx, a)
		return err
	})
	return rev, err
}

// TestStorageInTx holds Tx to the contract of package storage.
func TestStorageInTx(t *testing.T) {
	enginetest.Variant(t, func(t testing.TB) storage.Storage { return hosted{open(t)} })
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
