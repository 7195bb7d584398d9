package sqlitestore

import (
	"testing"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/operator"
)

// TestTheSchemaRefuses: the file itself refuses what must never happen to money and to keys,
// whatever program writes to it.
func TestTheSchemaRefuses(t *testing.T) {
	s := open(t)
	kinds := map[int]string{
		sqlite3.SQLITE_CONSTRAINT_CHECK: enginetest.Check, sqlite3.SQLITE_CONSTRAINT_NOTNULL: enginetest.NotNull,
		sqlite3.SQLITE_CONSTRAINT_UNIQUE: enginetest.Unique, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: enginetest.Unique,
		sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: enginetest.Foreign,
	}
	enginetest.Schema(t, s, func(sql string) string {
		_, err := s.writer.exec(sql)
		return kinds[codeOf(err)]
	}, map[string]enginetest.Refused{
		"a balance of 19 digits":    {SQL: "UPDATE roster_balances SET units = 1000000000000000000", Kind: enginetest.Check},
		"an overdraft of 19 digits": {SQL: "UPDATE roster_accounts SET units = -1000000000000000000", Kind: enginetest.Check},
		"a transfer of no kind":     {SQL: "UPDATE roster_postings SET kind = NULL", Kind: enginetest.Check},
		"a reversal of no account":  {SQL: "INSERT INTO roster_reversals VALUES ('none', 1, 2)", Kind: enginetest.Foreign},
	})
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
