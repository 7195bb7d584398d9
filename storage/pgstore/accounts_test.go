package pgstore

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestNoRowOfADeletedAccountStays: of a deleted account only its counters are in the database, in
// every table. The rows of another account stay.
func TestNoRowOfADeletedAccountStays(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	operator.Fill(t, s, time.Now())
	sample.Crowd(t, s, "other", 3)
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
	filled, others := 0, map[string]int{}
	for _, table := range tables {
		if count(table, "acme") > 0 {
			filled++
		}
		others[table] = count(table, "other")
	}
	if filled < 10 {
		t.Fatalf("only %d of the tables %v have rows", filled, tables)
	}
	_, err = s.DeleteAccount(ctx, "acme")
	must(t, err)
	for _, table := range tables {
		switch n := count(table, "acme"); table {
		case "roster_accounts", "roster_compactions":
			if n != 1 {
				t.Errorf("%s has %d rows", table, n)
			}
		case "roster_sequences":
		default:
			if n != 0 {
				t.Errorf("%s keeps %d rows of a deleted account", table, n)
			}
		}
		if n := count(table, "other"); n != others[table] {
			t.Errorf("%s has %d rows of another account, and had %d", table, n, others[table])
		}
	}
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
	there := func() bool {
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
		if !there() {
			t.Error("a deletion shows before the commit")
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
	if there() {
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
