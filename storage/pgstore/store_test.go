package pgstore

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster/internal/pgserver"
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
	end, err := h.enterTx(ctx, fn != nil) // a server would not ask for a transaction then
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

// TestNestedOnOneConnection: a function that opens a second transaction gets ErrNestedTx and does
// not wait for the pool's only connection, which its own transaction has.
func TestNestedOnOneConnection(t *testing.T) {
	for _, c := range storagetest.Cases() {
		if c.Name == "Nested/Refused" {
			c.Test(t, func(t testing.TB) storage.Storage {
				s, err := New(newPool(t, scratch(t, pgserver.Shared(t)), 1))
				must(t, err)
				must(t, s.Migrate(t.Context()))
				return s
			})
			return
		}
	}
	t.Error("the suite has no case Nested/Refused")
}
