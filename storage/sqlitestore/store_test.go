package sqlitestore

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// open returns a store on a fresh file. The caller closes it.
func open(t testing.TB, opts ...Option) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "roster.db"), opts...)
}

func openAt(t testing.TB, path string, opts ...Option) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestStorage holds the store to the contract of package storage.
func TestStorage(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Storage { return open(t) })
}

// hosted is a store whose every Update runs inside a transaction of the embedding server's.
type hosted struct {
	*Store
	db *sql.DB
}

func (h hosted) Update(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	end, err := h.gate.EnterTx(ctx, fn != nil) // a server would not ask for a transaction then
	if err != nil {
		return 0, err
	}
	defer end()
	tx, err := h.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	rev, err := h.InTx(ctx, tx, a, fn)
	if err != nil {
		return 0, err
	}
	return rev, tx.Commit()
}

// TestStorageInTx holds InTx to the same contract as Update.
func TestStorageInTx(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Storage {
		s := open(t)
		db := plain(t, s.path)
		db.SetMaxOpenConns(1)
		return hosted{s, db}
	})
}

// TestNestedOnOneConnection: a function that opens a second transaction gets ErrNestedTx and does
// not wait for the only reader, which its own transaction has.
func TestNestedOnOneConnection(t *testing.T) {
	for _, c := range storagetest.Cases() {
		if c.Name == "Nested/Refused" {
			c.Test(t, func(t testing.TB) storage.Storage { return open(t, Readers(1)) })
			return
		}
	}
	t.Error("the suite has no case Nested/Refused")
}
