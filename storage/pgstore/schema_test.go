package pgstore

import (
	"testing"

	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestTheSchemaRefuses: the constraints of the tables keep balances and unique keys valid, also
// when another program writes to the tables.
func TestTheSchemaRefuses(t *testing.T) {
	s := open(t)
	sample.Fund(t, s, "acme")
	sample.Crowd(t, s, "acme", 2)
	const posting = `INSERT INTO roster_postings (account, transfer, position, payer, payee, amount, payer_after, payee_after, login, key)
		VALUES ('acme', 100, 0, `
	for _, sql := range []string{
		posting + "0, 1, 5, 0, 0, '', 'a')",
		"INSERT INTO roster_reversals VALUES ('acme', 100, 101)",
		"INSERT INTO roster_balances VALUES ('acme', 100, 0)",
		"INSERT INTO roster_unique_keys VALUES ('acme', 'login', 'taken', 1)",
	} {
		if _, err := s.pool.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	const check, null, unique, foreign = "23514", "23502", "23505", "23503"
	for what, c := range map[string]struct{ sql, code string }{
		"a user with less than nothing":      {"UPDATE roster_balances SET units = -1 WHERE holder = 100", check},
		"a new user with less than nothing":  {"INSERT INTO roster_balances VALUES ('acme', 101, -1)", check},
		"a second balance of one user":       {"INSERT INTO roster_balances VALUES ('acme', 100, 1)", unique},
		"an amount of nothing":               {"UPDATE roster_postings SET amount = 0 WHERE transfer = 100", check},
		"an amount below nothing":            {"UPDATE roster_postings SET amount = -1 WHERE transfer = 100", check},
		"money from a holder to itself":      {"UPDATE roster_postings SET payee = 0 WHERE transfer = 100", check},
		"no amount from one to another":      {"UPDATE roster_postings SET amount = NULL WHERE transfer = 100", check},
		"money from nobody":                  {"UPDATE roster_postings SET payer = NULL WHERE transfer = 100", null},
		"money to nobody":                    {"UPDATE roster_postings SET payee = NULL WHERE transfer = 100", null},
		"a payer with no balance afterwards": {"UPDATE roster_postings SET payer_after = NULL WHERE transfer = 100", null},
		"a payee with no balance afterwards": {"UPDATE roster_postings SET payee_after = NULL WHERE transfer = 100", null},
		"a transfer that is there":           {posting + "0, 1, 5, 0, 0, '', 'b')", unique},
		"an idempotency key that is used":    {"INSERT INTO roster_postings (account, transfer, position, payer, payee, amount, payer_after, payee_after, login, key) SELECT account, 102, position, payer, payee, amount, payer_after, payee_after, login, key FROM roster_postings WHERE transfer = 100", unique},
		"a transfer that is taken back":      {"INSERT INTO roster_reversals VALUES ('acme', 100, 103)", unique},
		"a login that is taken":              {"INSERT INTO roster_unique_keys VALUES ('acme', 'login', 'taken', 2)", unique},
		"a login of no user":                 {"INSERT INTO roster_unique_keys VALUES ('acme', 'login', 'free', 404)", foreign},
	} {
		if _, err := s.pool.Exec(t.Context(), c.sql); codeOf(err) != c.code {
			t.Errorf("%s: %v, want code %s", what, err, c.code)
		}
	}
}

// TestNoCollationDecides: no column compares as the database's locale does.
func TestNoCollationDecides(t *testing.T) {
	s := open(t)
	rows, err := s.pool.Query(t.Context(), `SELECT c.relname, a.attname, l.collname FROM pg_attribute AS a
		JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_collation AS l ON l.oid = a.attcollation
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relname LIKE 'roster\_%' AND l.collname <> 'C'`)
	must(t, err)
	for rows.Next() {
		var table, column, collation string
		must(t, rows.Scan(&table, &column, &collation))
		t.Errorf("%s.%s compares as %q does", table, column, collation)
	}
	must(t, rows.Err())
	var tables int
	must(t, s.pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_class
		WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname LIKE 'roster\_%'`).Scan(&tables))
	if tables < 10 {
		t.Errorf("only %d tables were looked at", tables)
	}
}
