package enginetest

import (
	"maps"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// The kinds of constraints that refuse a row.
const (
	Check   = "check"
	NotNull = "not null"
	Unique  = "unique" // or the primary key
	Foreign = "foreign key"
)

// Refused is a statement that a constraint of the schema refuses.
type Refused struct{ SQL, Kind string }

// Schema tests that the tables' constraints refuse rows that would make balances or unique keys
// wrong, even if another program writes them. s must be empty. exec must run an SQL statement and
// return the kind of the constraint that refused it, or "" if none did. more has further cases for
// this database, by name.
func Schema(t *testing.T, s storage.Storage, exec func(sql string) (kind string), more map[string]Refused) {
	t.Helper()
	sample.Fund(t, s, account)
	sample.Crowd(t, s, account, 2)
	const (
		posting  = "INSERT INTO roster_postings (account, payer_after, payee_after, login, transfer, position, payer, payee, amount"
		line     = posting + ") VALUES ('acme', 0, 0, '', "
		transfer = posting + ", kind, key) VALUES ('acme', 0, 0, '', "
		reversal = "INSERT INTO roster_reversals VALUES ('acme', "
		balance  = "INSERT INTO roster_balances VALUES ('acme', "
		login    = "INSERT INTO roster_unique_keys VALUES ('acme', 'login', "
	)
	for _, sql := range []string{
		transfer + "100, 0, 0, 1, 5, 'funding', 'a')", line + "100, 1, 0, 2, 5)", reversal + "99, 100)", balance + "100, 0)", login + "'t', 1)",
	} {
		if kind := exec(sql); kind != "" {
			t.Fatalf("%s: refused by %s", sql, kind)
		}
	}
	cases := map[string]Refused{
		"a user with less than nothing":      {"UPDATE roster_balances SET units = -1 WHERE holder = 100", Check},
		"a new user with less than nothing":  {balance + "101, -1)", Check},
		"a second balance of one user":       {balance + "100, 1)", Unique},
		"an amount of nothing":               {"UPDATE roster_postings SET amount = 0 WHERE transfer = 100", Check},
		"an amount below nothing":            {"UPDATE roster_postings SET amount = -1 WHERE transfer = 100", Check},
		"money from a holder to itself":      {"UPDATE roster_postings SET payee = 0 WHERE transfer = 100", Check},
		"no amount from one to another":      {"UPDATE roster_postings SET amount = NULL WHERE transfer = 100", Check},
		"money from no holder":               {"UPDATE roster_postings SET payer = NULL WHERE transfer = 100", NotNull},
		"money to no holder":                 {"UPDATE roster_postings SET payee = NULL WHERE transfer = 100", NotNull},
		"a payer with no balance afterwards": {"UPDATE roster_postings SET payer_after = NULL WHERE transfer = 100", NotNull},
		"a payee with no balance afterwards": {"UPDATE roster_postings SET payee_after = NULL WHERE transfer = 100", NotNull},
		"a transfer that is there":           {transfer + "100, 0, 0, 1, 5, 'funding', 'b')", Unique},
		"an idempotency key that is used":    {transfer + "101, 0, 0, 1, 5, 'funding', 'a')", Unique},
		"a posting that is there":            {line + "100, 1, 0, 2, 5)", Unique},
		"a transfer that is taken back":      {reversal + "99, 100)", Unique},
		"a login that is taken":              {login + "'t', 2)", Unique},
		"a login of no user":                 {login + "'u', 404)", Foreign},
	}
	maps.Copy(cases, more)
	for what, c := range cases {
		if kind := exec(c.SQL); kind != c.Kind {
			t.Errorf("%s: refused by %q, want %q", what, kind, c.Kind)
		}
	}
}

// Deletion tests that DeleteAccount removes the rows of the account "acme" and keeps those of
// another account. s must be empty; Deletion fills it, so that at least 10 of the tables have rows.
// After the deletion, roster_accounts and roster_compactions must have one row of "acme", and the
// other tables none, except roster_sequences. count must return the number of rows that a table has
// for an account.
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
