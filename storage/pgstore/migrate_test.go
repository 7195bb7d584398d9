package pgstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/storage/stream"
)

// TestMigrateForward brings databases of every earlier version, with data in them, to the present
// one, and compares what they export. A new migration needs what undoes it here.
func TestMigrateForward(t *testing.T) {
	undo := map[int]string{
		2: "DROP VIEW roster_balance, roster_transfer, roster_statement",
	}
	for version := 1; version < len(schema.Files); version++ {
		s := open(t)
		operator.Fill(t, s, time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
		exported := func(s *Store) string {
			var b strings.Builder
			_, err := stream.Export(t.Context(), s, &b)
			must(t, err)
			return b.String()
		}
		before := exported(s)
		for n := len(schema.Files); n > version; n-- {
			_, err := s.pool.Exec(t.Context(), undo[n]+"; UPDATE roster_schema SET version = "+fmt.Sprint(n-1))
			must(t, err)
		}
		later := over(t, s.pool)
		must(t, later.Migrate(t.Context()))
		if after := exported(later); after != before {
			t.Errorf("from version %d: exported was\n%s\nand is\n%s", version, before, after)
		}
	}
}

// TestMigrateAtOnce lets many processes migrate one database at the same time.
func TestMigrateAtOnce(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	var all sync.WaitGroup
	for range 6 {
		s := over(t, newPool(t, dsn, 2))
		all.Go(func() {
			if err := s.Migrate(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	sample.Crowd(t, openAt(t, dsn), "acme", 1)
}

func TestNewerSchemaIsRefused(t *testing.T) {
	s := open(t)
	_, err := s.pool.Exec(t.Context(), "UPDATE roster_schema SET version = 99")
	must(t, err)
	later := over(t, s.pool)
	_, update := later.Update(t.Context(), "acme", func(context.Context, storage.Writer) error { return nil })
	_, accounts := later.Accounts(t.Context(), storage.NotDeleted, "", 0)
	_, wait := later.Wait(t.Context(), "acme", 0)
	view := later.View(t.Context(), "acme", func(context.Context, storage.Reader) error { return nil })
	for what, err := range map[string]error{
		"Migrate": later.Migrate(t.Context()), "View": view, "Update": update,
		"Accounts": accounts, "Wait": wait,
	} {
		var detail *SchemaError
		if !errors.Is(err, ErrNewerSchema) || !errors.As(err, &detail) || detail.Found != 99 || detail.Known != 2 ||
			!strings.Contains(err.Error(), "99") {
			t.Errorf("%s on a later database: %v", what, err)
		}
	}
}

func TestWithoutMigration(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	s := over(t, newPool(t, dsn, 4))
	put := func() error { return sample.Put(t.Context(), s, 1) }
	if err := put(); !errors.Is(err, ErrNotMigrated) || errors.Is(err, ErrNewerSchema) || !strings.Contains(err.Error(), "run Migrate") {
		t.Errorf("on a database without a schema: %v", err)
	}
	for _, sql := range schema.Files[0].Statements() {
		must(t, execute(t.Context(), dsn, sql))
	}
	if err := put(); !errors.Is(err, ErrNotMigrated) || !strings.Contains(err.Error(), "schema 1") {
		t.Errorf("on a database of an earlier schema: %v", err)
	}
	must(t, s.Migrate(t.Context()))
	must(t, put())
	must(t, s.Close())
	if err := s.Migrate(t.Context()); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("Migrate after Close: %v", err)
	}
	if _, err := New(nil); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("New without a pool: %v", err)
	}
}

// A store that was opened by its DSN has its schema, keeps what it is told, and takes its pool
// along when it ends.
func TestOpen(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	for _, use := range []func(*Store){
		func(s *Store) { sample.Fund(t, s, "acme") },
		func(s *Store) { sample.Check(t, s, "acme") },
	} {
		s, err := Open(t.Context(), dsn)
		must(t, err)
		use(s)
		must(t, s.Close())
		if err := s.pool.Ping(t.Context()); err == nil {
			t.Error("the pool is still open")
		}
	}
}

// A server that cannot be reached is unavailable; a statement that it cancels is not.
func TestNamesOfTheServersErrors(t *testing.T) {
	for code, want := range map[string]bool{
		"08006": true, "53300": true, "57P01": true, "57P03": true, "57014": false, "23505": false, "28P01": false,
	} {
		err := named(t.Context(), &pgconn.PgError{Code: code})
		if got := errors.Is(err, storage.ErrUnavailable); got != want {
			t.Errorf("%s: unavailable is %t", code, got)
		}
	}
}

// What cannot be opened is refused without a word of what may be secret.
func TestOpenRefuses(t *testing.T) {
	for name, dsn := range map[string]string{
		"no DSN":                  "postgres://desk:s3cret@127.0.0.1:port/desk",
		"a port without a server": "postgres://desk:s3cret@127.0.0.1:1/desk",
	} {
		s, err := Open(t.Context(), dsn)
		if err == nil || s != nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
		want := map[string]error{"no DSN": storage.ErrInvalid, "a port without a server": storage.ErrUnavailable}[name]
		if !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

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
