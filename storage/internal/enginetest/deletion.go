package enginetest

import (
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// Deletion tests that DeleteAccount removes the rows of an account. It fills the account "acme",
// whose rows must then be in at least 10 of the tables, and deletes the account. Then the account
// must have one row each in roster_accounts and roster_compactions. It may have rows in
// roster_sequences, and must have none in the other tables. The number of rows of another account
// must not change. s must be empty. count returns how many rows of an account a table has.
func Deletion(t *testing.T, s storage.Storage, tables []string, count func(table, account string) int) {
	t.Helper()
	operator.Fill(t, s, time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
	sample.Crowd(t, s, "other", 3)
	filled, others := 0, map[string]int{}
	for _, table := range tables {
		if count(table, account) > 0 {
			filled++
		}
		others[table] = count(table, "other")
	}
	if filled < 10 {
		t.Fatalf("only %d of the tables %v have rows", filled, tables)
	}
	_, err := s.DeleteAccount(t.Context(), account)
	must(t, err)
	for _, table := range tables {
		switch n := count(table, account); table {
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
}
