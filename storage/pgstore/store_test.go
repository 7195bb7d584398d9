package pgstore

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// TestStorage holds the store to the contract of package storage.
func TestStorage(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Storage { return open(t) })
}

// TestStorageTwice holds it to the contract when every fn runs two times.
func TestStorageTwice(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Storage { return storagetest.Twice(open(t)) })
}

// hosted is a store whose every Update runs inside a transaction of the embedding server's.
type hosted struct{ *Store }

func (h hosted) Update(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	end, err := h.enterTx(ctx) // a server would not ask for a transaction then
	if err != nil {
		return 0, err
	}
	defer end()
	tx, err := h.pool.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	rev, err := h.InTx(ctx, tx, a, fn)
	if err != nil {
		return 0, err
	}
	return rev, tx.Commit(ctx)
}

// TestStorageInTx holds InTx to the same contract as Update.
func TestStorageInTx(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Storage { return hosted{open(t)} })
}
