package pgstore

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestNoRowOfADeletedAccountStays: of a deleted account only its counters are in the database, in
// every table. The rows of another account stay.
func TestNoRowOfADeletedAccountStays(t *testing.T) {
	t.Parallel()
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

// TestDeletionInTx: a deletion in a host's transaction takes place when the host commits. Then the
// Store that had cached the account sees an empty one.
func TestDeletionInTx(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	sample.Fund(t, s, "acme")
	for _, commit := range []bool{false, true} {
		tx, err := s.pool.Begin(ctx)
		must(t, err)
		_, err = Tx(tx).DeleteAccount(ctx, "acme")
		must(t, err)
		for in, want := range map[storage.Storage]int{s: 1, Tx(tx): 0} {
			list, err := in.Accounts(ctx, storage.NotDeleted, "", 0)
			if len(list) != want || err != nil {
				t.Errorf("before the end of the transaction %T lists %v, %v", in, list, err)
			}
		}
		if !commit {
			must(t, tx.Rollback(ctx))
			continue
		}
		must(t, tx.Commit(ctx))
	}
	must(t, sample.Pay(ctx, s, "acme", 1, "key"))
	must(t, s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
		list, err := r.Transfers(ctx, storage.TransferQuery{})
		if len(list) != 1 || list[0].ID != 2 {
			t.Errorf("transfers of the new account: %v", list)
		}
		return err
	}))
}
