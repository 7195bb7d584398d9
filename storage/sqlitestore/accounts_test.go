package sqlitestore

import (
	"testing"

	"github.com/ca74b63c/roster/storage/internal/enginetest"
)

// TestNoRowOfADeletedAccountStays: of a deleted account only its counters are in the file, in every
// table, the full-text index included. The rows of another account stay.
func TestNoRowOfADeletedAccountStays(t *testing.T) {
	s := open(t)
	number := func(query string, args ...any) int {
		t.Helper()
		v, _, err := one(s.writer, query, args...)
		must(t, err)
		return int(v.number(0))
	}
	const index = "roster_user_grams"
	grams := map[string]string{} // of the accounts
	count := func(table, account string) int {
		switch table {
		case "roster_accounts":
			return number("SELECT count(*) FROM roster_accounts WHERE id = ?", account)
		case index:
			if grams[account] == "" {
				grams[account] = accountGram(int64(number("SELECT number FROM roster_accounts WHERE id = ?", account)))
			}
			return number("SELECT count(*) FROM "+index+" WHERE "+index+" MATCH (SELECT '\"' || ? || '\"')", grams[account])
		}
		return number("SELECT count(*) FROM "+table+" WHERE account = ?", account)
	}
	tables := []string{index}
	must(t, s.writer.query(t.Context(), `SELECT name FROM pragma_table_list
		WHERE name LIKE 'roster%' AND type = 'table' AND name NOT IN ('roster_schema')`, func(v row) (bool, error) {
		tables = append(tables, v.text(0))
		return true, nil
	}))
	enginetest.Deletion(t, s, tables, count)
	v, _, err := one(s.writer, "SELECT settings FROM roster_accounts WHERE id = 'acme'")
	must(t, err)
	if v.text(0) != "" {
		t.Errorf("the settings of a deleted account stay: %s", v.text(0))
	}
}
