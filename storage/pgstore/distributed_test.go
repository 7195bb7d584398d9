package pgstore

import (
	"os"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
)

// distributed reports whether ROSTER_POSTGRES_DSN names a Citus cluster.
func distributed() bool { return os.Getenv("ROSTER_POSTGRES_DISTRIBUTED") == "1" }

// oneNode skips a test that asks the server about rows that a cluster has on other nodes.
func oneNode(tb testing.TB, why string) {
	tb.Helper()
	if distributed() {
		tb.Skip("ROSTER_POSTGRES_DISTRIBUTED is set, and one node is needed: " + why)
	}
}

// standIn makes a function of the name that Citus has. It notes which tables it was called for.
func standIn(tb testing.TB, dsn string) {
	tb.Helper()
	for _, sql := range []string{
		"CREATE TABLE spread (name text, by_column text, beside text)",
		`CREATE FUNCTION create_distributed_table(t regclass, c text, colocate_with text DEFAULT 'default') RETURNS void
			LANGUAGE sql AS 'INSERT INTO spread VALUES (t::text, c, colocate_with)'`,
	} {
		must(tb, execute(tb.Context(), dsn, sql))
	}
}

// TestDistributionNamesEveryTable: Migrate spreads every table that has accounts, and by the
// account.
func TestDistributionNamesEveryTable(t *testing.T) {
	oneNode(t, "a function stands in for that of Citus")
	s := open(t, Distributed())
	list := func(sql string) []string {
		rows, err := s.pool.Query(t.Context(), sql)
		must(t, err)
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		must(t, err)
		return names
	}
	want := list(`SELECT relname::text COLLATE "C" FROM pg_class WHERE relnamespace = current_schema()::regnamespace
		AND relkind = 'r' AND relname LIKE 'roster\_%' AND relname <> 'roster_schema' ORDER BY 1`)
	if got := list(`SELECT name COLLATE "C" FROM spread ORDER BY 1`); !slices.Equal(got, want) || len(got) < 10 {
		t.Errorf("spread are\n%q\nwant\n%q", got, want)
	}
	if got := list(`SELECT name FROM spread WHERE name = 'roster_accounts' AND by_column <> 'id'
		OR name <> 'roster_accounts' AND (by_column <> 'account' OR beside <> 'roster_accounts')`); len(got) > 0 {
		t.Errorf("not beside the account are %q", got)
	}
}

// TestStorageDistributed holds the commits for a cluster to the contract, on one node.
func TestStorageDistributed(t *testing.T) {
	t.Parallel()
	oneNode(t, "a function stands in for that of Citus")
	again := emptied(t, Distributed())
	enginetest.Updates(t, func(t testing.TB) storage.Storage { return again(t) })
}
