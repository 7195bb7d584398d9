package model

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(pgserver.Main(m))
}

// checks sets how many random sequences a test plays: share, of 2,000, of what ROSTER_SEQUENCES says, or a twentieth of
// share where it says nothing. Memory plays all of the 2,000. SQLite and PostgreSQL play 1,000 each, because a sequence
// costs them ten to twenty times as much and the rules that it tries are the same.
func checks(t *testing.T, share int) {
	t.Helper()
	n := share / 20
	if s := os.Getenv("ROSTER_SEQUENCES"); s != "" {
		all, err := strconv.Atoi(s)
		if err != nil || all < 1 {
			t.Fatalf("ROSTER_SEQUENCES=%q is no number of sequences", s)
		}
		n = max(1, int(int64(all)*int64(share)/2000))
	}
	set(t, "rapid.checks", strconv.Itoa(n))
	set(t, "rapid.nofailfile", "true")
	set(t, "rapid.shrinktime", "5s") // what makes the arguments simple; the steps are left out by play
}

// set gives a flag another value while the test runs.
func set(t *testing.T, name, value string) {
	t.Helper()
	before := flag.Lookup(name).Value.String()
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(name, before) })
}

func TestMemstore(t *testing.T) {
	checks(t, 2000)
	play(t, memstore.New())
}

func TestSQLite(t *testing.T) {
	checks(t, 1000)
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "roster.db"), sqlitestore.SyncNormal())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, store) })
	play(t, store)
}

func TestPostgreSQL(t *testing.T) {
	checks(t, 1000)
	pool, err := pgxpool.New(t.Context(), pgserver.Shared(t).Schema(t, execute))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store, err := pgstore.New(pool)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, store) })
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	play(t, store)
}

func closed(t *testing.T, s storage.Storage) {
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// execute is a pgserver.Exec.
func execute(ctx context.Context, dsn, sql string) error {
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, sql)
	return err
}
