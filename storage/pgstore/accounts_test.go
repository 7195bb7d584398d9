package pgstore

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestNoRowOfADeletedAccountStays: of a deleted account only its counters are in the database, in
// every table. The rows of another account stay.
func TestNoRowOfADeletedAccountStays(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	count := func(table, account string) (n int) {
		t.Helper()
		column := "account"
		if table == "roster_accounts" {
			column = "id"
		}
		must(t, s.pool.QueryRow(ctx, "SELECT count(*) FROM "+table+" WHERE "+column+" = $1", account).Scan(&n))
		return n
	}
	rows, err := s.pool.Query(ctx, `SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
		AND relkind IN ('r', 'p') AND relname LIKE 'roster\_%' AND relname <> 'roster_schema'`)
	must(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	enginetest.Deletion(t, s, tables, count)
	var bare bool
	must(t, s.pool.QueryRow(ctx, "SELECT settings IS NULL AND units = 0 FROM roster_accounts WHERE id = 'acme'").Scan(&bare))
	if !bare {
		t.Error("a deleted account has settings or money")
	}
}

// TestDeletionInTx: a deletion in a host's transaction takes place when the host commits. Then Wait
// returns, and the Store that remembered the account sees an empty one.
func TestDeletionInTx(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	sample.Fund(t, s, "acme")
	there := func(s storage.Storage) bool {
		list, err := s.Accounts(ctx, storage.NotDeleted, "", 0)
		must(t, err)
		return len(list) == 1
	}
	for _, commit := range []bool{false, true} {
		tx, err := s.pool.Begin(ctx)
		must(t, err)
		rev, err := Tx(tx).DeleteAccount(ctx, "acme")
		must(t, err)
		if again, err := Tx(tx).DeleteAccount(ctx, "acme"); again != rev || err != nil {
			t.Errorf("a second deletion makes revision %d, %v; the first one %d", again, err, rev)
		}
		if !there(s) || there(Tx(tx)) {
			t.Error("a deletion shows outside of the transaction, or not inside")
		}
		if !commit {
			must(t, tx.Rollback(ctx))
			continue
		}
		woken := make(chan error, 1)
		go func() {
			ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
			defer cancel()
			_, err := s.Wait(ctx, "acme", rev-1)
			woken <- err
		}()
		must(t, tx.Commit(ctx))
		must(t, <-woken)
	}
	if there(s) {
		t.Error("a deleted account is listed")
	}
	// The Store had cached the deleted account.
	must(t, sample.Pay(ctx, s, "acme", 1, "key"))
	must(t, s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
		list, err := r.Transfers(ctx, storage.TransferQuery{})
		if len(list) != 1 || list[0].ID != 2 {
			t.Errorf("transfers of the new account: %v", list)
		}
		return err
	}))
}
