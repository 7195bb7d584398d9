package sqlitestore

import (
	"testing"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestTheSchemaRefuses: the file itself refuses what must never happen to money and to keys,
// whatever program writes to it.
func TestTheSchemaRefuses(t *testing.T) {
	s := open(t)
	sample.Fund(t, s, "acme")
	sample.Crowd(t, s, "acme", 2)
	const (
		posting  = "INSERT INTO roster_postings (account, payer_after, payee_after, login, transfer, position, payer, payee, amount"
		line     = posting + ") VALUES ('acme', 0, 0, '', "
		transfer = posting + ", kind, key, strict) VALUES ('acme', 0, 0, '', "
		reversal = "INSERT INTO roster_reversals VALUES ('acme', "
		balance  = "INSERT INTO roster_balances VALUES ('acme', "
		login    = "INSERT INTO roster_unique_keys VALUES ('acme', 'login', "
	)
	for _, sql := range []string{
		transfer + "100, 0, 0, 1, 5, 'funding', 'a', 0)",
		line + "100, 1, 0, 2, 5)",
		reversal + "99, 100)",
		balance + "100, 0)",
		login + "'t', 1)",
	} {
		if _, err := s.writer.exec(sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	const check, null, unique, primary, foreign = sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_NOTNULL,
		sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
	for what, c := range map[string]struct {
		sql  string
		code int
	}{
		"a user with less than nothing":      {"UPDATE roster_balances SET units = -1 WHERE holder = 100", check},
		"a new user with less than nothing":  {balance + "101, -1)", check},
		"a balance of 19 digits":             {"UPDATE roster_balances SET units = 1000000000000000000 WHERE holder = 100", check},
		"an overdraft of 19 digits":          {"UPDATE roster_accounts SET units = -1000000000000000000", check},
		"a transfer of no kind":              {line + "101, 0, 0, 1, 5)", check},
		"a second balance of one user":       {balance + "100, 1)", primary},
		"an amount of nothing":               {"UPDATE roster_postings SET amount = 0 WHERE transfer = 100", check},
		"an amount below nothing":            {"UPDATE roster_postings SET amount = -1 WHERE transfer = 100", check},
		"money from a holder to itself":      {"UPDATE roster_postings SET payee = 0 WHERE transfer = 100", check},
		"money from no holder":               {"UPDATE roster_postings SET payer = NULL WHERE transfer = 100", null},
		"money to no holder":                 {"UPDATE roster_postings SET payee = NULL WHERE transfer = 100", null},
		"no amount":                          {"UPDATE roster_postings SET amount = NULL WHERE transfer = 100", check},
		"a payer with no balance afterwards": {"UPDATE roster_postings SET payer_after = NULL WHERE transfer = 100", null},
		"a transfer that is there":           {transfer + "100, 0, 0, 1, 5, 'funding', 'b', 0)", primary},
		"an idempotency key that is used":    {transfer + "101, 0, 0, 1, 5, 'funding', 'a', 0)", unique},
		"a transfer that is taken back":      {reversal + "99, 100)", primary},
		"a reversal of no account":           {"INSERT INTO roster_reversals VALUES ('none', 1, 2)", foreign},
		"a posting that is there":            {line + "100, 1, 0, 2, 5)", primary},
		"a login that is taken":              {login + "'t', 2)", primary},
		"a login of no user":                 {login + "'u', 404)", foreign},
	} {
		if _, err := s.writer.exec(c.sql); codeOf(err) != c.code {
			t.Errorf("%s: %v, want code %d", what, err, c.code)
		}
	}
}

// TestTablesCanBeRead: every column is a text or a number, and no value is in a binary form. The
// tables of the full-text index are SQLite's own.
func TestTablesCanBeRead(t *testing.T) {
	s := open(t)
	operator.Fill(t, s, time.Now())
	var columns [][2]string
	must(t, s.writer.query(t.Context(), `SELECT t.name, c.name, c.type FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
		WHERE t.name LIKE 'roster%' AND t.type = 'table'`, func(v row) (bool, error) {
		columns = append(columns, [2]string{v.text(0), v.text(1)})
		if v.text(2) != "TEXT" && v.text(2) != "INTEGER" {
			t.Errorf("%s.%s is %s", v.text(0), v.text(1), v.text(2))
		}
		return true, nil
	}))
	if len(columns) < 80 {
		t.Errorf("only %d columns", len(columns))
	}
	for _, c := range columns {
		v, _, err := one(s.writer, "SELECT count(*), min("+c[1]+") FROM "+c[0]+" WHERE CAST("+c[1]+" AS TEXT) GLOB '*[^ -~]*' AND "+
			c[1]+" NOT LIKE '%｜%'")
		must(t, err)
		if v.number(0) > 0 {
			t.Errorf("%s.%s has %q, which people cannot read", c[0], c[1], v.text(1))
		}
	}
}

// TestStatusChangeIsSmall: a change of a status takes at most 400 bytes in its table.
func TestStatusChangeIsSmall(t *testing.T) {
	s := open(t)
	operator.Fill(t, s, time.Now())
	v, _, err := one(s.writer, `SELECT count(*), max(octet_length(account) + octet_length(at) + octet_length(type) + octet_length(ifnull(reason, '')) +
		octet_length(diff) + 8 * 5) FROM roster_changes WHERE type = 'user.status_changed' AND created IS NULL`)
	must(t, err)
	if v.number(0) == 0 || v.number(1) > 400 {
		t.Errorf("%d changes of a status, the largest has %d bytes", v.number(0), v.number(1))
	}
}
