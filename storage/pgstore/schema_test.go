package pgstore

import (
	"testing"

	"github.com/ca74b63c/roster/storage/internal/enginetest"
)

// TestTheSchemaRefuses: the constraints of the tables keep balances and unique keys valid, also
// when another program writes to the tables.
func TestTheSchemaRefuses(t *testing.T) {
	s := open(t)
	kinds := map[string]string{
		"23514": enginetest.Check, "23502": enginetest.NotNull, "23505": enginetest.Unique, "23503": enginetest.Foreign, "": "",
	}
	enginetest.Schema(t, s, func(sql string) string {
		_, err := s.pool.Exec(t.Context(), sql)
		return kinds[codeOf(err)]
	}, nil)
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
