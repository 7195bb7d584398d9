package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/user"
)

// hosted is a store whose every Update is a transaction of the embedding server.
type hosted struct {
	*Store
	db *sql.DB
}

func (h hosted) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	tx, err := h.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	rev, err := Tx(tx).Update(ctx, a, fn)
	if err != nil {
		return 0, err
	}
	return rev, tx.Commit()
}

// TestConcurrencyOfTx holds the contract for calls at once whose Updates are transactions of the
// server.
func TestConcurrencyOfTx(t *testing.T) {
	enginetest.Cases(t, "Concurrency", func(t testing.TB) storage.Storage {
		s := open(t)
		db := plain(t, s.path)
		db.SetMaxOpenConns(1) // waiting for a connection is faster than asking SQLite for the lock
		return hosted{s, db}
	})
}

// TestStorageOfTx runs each case of the suite in one transaction: Views and Updates see what those
// before them wrote.
func TestStorageOfTx(t *testing.T) {
	enginetest.Variant(t, func(t testing.TB) storage.Storage {
		tx, err := plain(t, open(t).path).Begin()
		must(t, err)
		t.Cleanup(func() { _ = tx.Rollback() })
		return Tx(tx)
	})
}

func TestTxRefuses(t *testing.T) {
	accounts := func(tx *sql.Tx) error {
		_, err := Tx(tx).Accounts(t.Context(), storage.NotDeleted, "", 0)
		return err
	}
	if err := accounts(nil); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("no transaction: %v", err)
	}
	tx, err := plain(t, filepath.Join(t.TempDir(), "new.db")).Begin()
	must(t, err)
	if err := accounts(tx); !errors.Is(err, ErrNotMigrated) {
		t.Errorf("a file without the schema: %v", err)
	}
	must(t, tx.Rollback())
	if err := accounts(tx); !errors.Is(err, sql.ErrTxDone) {
		t.Errorf("a transaction that has ended: %v", err)
	}
}

// TestTx runs an Update inside the server's own transactions on the same file: both stay or
// neither.
func TestTx(t *testing.T) {
	path := filepath.Join(t.TempDir(), "host.db")
	host := plain(t, path)
	_, err := host.Exec("CREATE TABLE orders (user INTEGER)")
	must(t, err)
	enginetest.Tx(t, openAt(t, path), func() enginetest.HostTx {
		tx, err := host.Begin()
		must(t, err)
		return enginetest.HostTx{
			In:     Tx(tx),
			Exec:   func(sql string) error { _, err := tx.Exec(sql); return err },
			Commit: tx.Commit, Rollback: tx.Rollback,
		}
	}, func() (orders int) {
		must(t, host.QueryRow("SELECT count(*) FROM orders").Scan(&orders))
		return orders
	})
}
