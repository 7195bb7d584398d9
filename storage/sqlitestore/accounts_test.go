package sqlitestore

import (
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestNoRowOfADeletedAccountStays: of a deleted account only its counters are in the file, in every
// table, the full-text index included. The rows of another account stay.
func TestNoRowOfADeletedAccountStays(t *testing.T) {
	s := open(t)
	operator.Fill(t, s, time.Now())
	sample.Crowd(t, s, "other", 3)
	rows := func(table, account string) (n int64) {
		t.Helper()
		column := "account"
		if table == "roster_accounts" {
			column = "id"
		}
		v, _, err := one(s.writer, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s = ?", table, column), account)
		must(t, err)
		return v.number(0)
	}
	found := func(account string) int64 {
		t.Helper()
		v, _, err := one(s.writer, `SELECT count(*) FROM roster_user_grams WHERE roster_user_grams MATCH (SELECT '"' || ? || '"')`,
			account)
		must(t, err)
		return v.number(0)
	}
	var tables []string
	must(t, s.writer.query(t.Context(), `SELECT name FROM pragma_table_list
		WHERE name LIKE 'roster%' AND type = 'table' AND name NOT IN ('roster_schema')`, func(v row) (bool, error) {
		tables = append(tables, v.text(0))
		return true, nil
	}))
	v, _, err := one(s.writer, "SELECT number FROM roster_accounts WHERE id = 'acme'")
	must(t, err)
	gram := accountGram(v.number(0))
	filled, others, indexed := 0, map[string]int64{}, found(gram)
	for _, table := range tables {
		if rows(table, "acme") > 0 {
			filled++
		}
		others[table] = rows(table, "other")
	}
	if filled < 10 || indexed == 0 {
		t.Fatalf("only %d of the tables %v have rows, and the index %d", filled, tables, indexed)
	}
	_, err = s.DeleteAccount(t.Context(), "acme")
	must(t, err)
	for _, table := range tables {
		switch n := rows(table, "acme"); table {
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
		if n := rows(table, "other"); n != others[table] {
			t.Errorf("%s has %d rows of another account, and had %d", table, n, others[table])
		}
	}
	if n := found(gram); n != 0 {
		t.Errorf("the index keeps %d users of a deleted account", n)
	}
	v, _, err = one(s.writer, "SELECT settings FROM roster_accounts WHERE id = 'acme'")
	must(t, err)
	if v.text(0) != "" {
		t.Errorf("the settings of a deleted account stay: %s", v.text(0))
	}
}
