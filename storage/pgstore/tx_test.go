package pgstore

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestTx runs an Update inside transactions of the host: users and the host's rows stay together or
// neither does, and Wait learns of the host's commit.
func TestTx(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	_, err := s.pool.Exec(ctx, "CREATE TABLE orders (buyer bigint)")
	must(t, err)
	enginetest.Tx(t, s, func() enginetest.HostTx {
		tx, err := s.pool.Begin(ctx)
		must(t, err)
		return enginetest.HostTx{
			In:       Tx(tx),
			Exec:     func(sql string) error { _, err := tx.Exec(ctx, sql); return err },
			Commit:   func() error { return tx.Commit(ctx) },
			Rollback: func() error { return tx.Rollback(ctx) },
		}
	}, func() (orders int) {
		must(t, s.pool.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&orders))
		return orders
	})
	if _, err := Tx(nil).Accounts(ctx, storage.NotDeleted, "", 0); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("a storage without a transaction: %v", err)
	}
}

// TestTxLevels: at READ COMMITTED what a View has read stays true until the host's transaction
// ends, also that an account is empty. An Update of another caller returns when its own deadline
// has passed, and writes nothing. At REPEATABLE READ an Update fails with 40001 if another one came
// first, and a read-only transaction can read.
func TestTxLevels(t *testing.T) {
	oneNode(t, "locks of one row are compared")
	s := open(t)
	ctx := t.Context()
	sample.Fund(t, s, "acme")
	must(t, sample.Put(ctx, s, 1)) // the Store has the account in its cache now
	for _, account := range []user.AccountID{"acme", "new"} {
		must(t, pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			must(t, Tx(tx).View(ctx, account, func(context.Context, storage.Reader) error { return nil }))
			for id := range user.ID(2) {
				ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
				began := time.Now()
				_, err := s.Update(ctx, account, func(ctx context.Context, w storage.Writer) error {
					return w.PutUser(ctx, sample.Person(2+id))
				})
				cancel()
				if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > 5*time.Second {
					t.Errorf("a write to %q, which the host's transaction has read, took %v: %v", account, took, err)
				}
			}
			return nil
		}))
	}
	must(t, sample.Put(ctx, s, 3))
	if n, rev := sample.Count(t, s, "acme", storage.Query{}); n != 2 || rev != 3 {
		t.Errorf("%d users at revision %d, want 2 at 3", n, rev)
	}
	repeatable := pgx.TxOptions{IsoLevel: pgx.RepeatableRead}
	err := pgx.BeginTxFunc(ctx, s.pool, repeatable, func(tx pgx.Tx) error {
		inside := Tx(tx)
		must(t, inside.View(ctx, "acme", func(context.Context, storage.Reader) error { return nil }))
		must(t, sample.Pay(ctx, s, "acme", 1, "first"))
		must(t, inside.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
			_, err := r.TransferByKey(ctx, "first")
			if !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("a later commit shows: %v", err)
			}
			return nil
		}))
		return sample.Pay(ctx, inside, "acme", 1, "second")
	})
	if codeOf(err) != codeSerialization {
		t.Errorf("an Update behind another one at REPEATABLE READ: %v", err)
	}
	repeatable.AccessMode = pgx.ReadOnly
	must(t, pgx.BeginTxFunc(ctx, s.pool, repeatable, func(tx pgx.Tx) error {
		return Tx(tx).View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
			_, err := r.TransferByKey(ctx, "first")
			return err
		})
	}))
}

// TestTxNotMigrated: the error names what to do, and the host's transaction goes on.
func TestTxNotMigrated(t *testing.T) {
	s := open(t)
	tx, err := s.pool.Begin(t.Context())
	must(t, err)
	defer func() { must(t, tx.Rollback(context.Background())) }()
	_, err = tx.Exec(t.Context(), "ALTER TABLE roster_schema RENAME TO roster_away")
	must(t, err)
	if _, err := Tx(tx).Accounts(t.Context(), storage.NotDeleted, "", 0); !errors.Is(err, ErrNotMigrated) {
		t.Errorf("a database without tables: %v", err)
	}
	_, err = tx.Exec(t.Context(), "SELECT 1")
	must(t, err)
}
