package differential

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

// checks sets how many random sequences a test plays: n, and where ROSTER_SEQUENCES is set, more in the proportion of that
// to 400.
func checks(t *testing.T, n int) {
	t.Helper()
	if s := os.Getenv("ROSTER_SEQUENCES"); s != "" {
		all, err := strconv.Atoi(s)
		if err != nil || all < 1 {
			t.Fatalf("ROSTER_SEQUENCES=%q is no number of sequences", s)
		}
		n = max(n, all*n/400)
	}
	for name, value := range map[string]string{"rapid.checks": strconv.Itoa(n), "rapid.nofailfile": "true"} {
		before := flag.Lookup(name).Value.String()
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flag.Set(name, before) })
	}
}

// all are the storages that have to agree. The last one is memory. PostgreSQL is behind two Stores on one database, as in
// two processes, so that what one remembers must not hide what the other wrote.
type all struct {
	stores []storage.Storage
	second storage.Storage // the other Store on the first one's database; nil without PostgreSQL
}

// open opens them all. Where there is no PostgreSQL, a subtest says so, and the others are compared without it.
func open(t *testing.T) *all {
	t.Helper()
	var a all
	there := false
	if t.Run("PostgreSQL is there", func(t *testing.T) { pgserver.Shared(t); there = true }); there {
		dsn := pgserver.Shared(t).Schema(t, execute)
		a.stores, a.second = append(a.stores, postgres(t, dsn)), postgres(t, dsn)
	}
	file, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "roster.db"), sqlitestore.SyncNormal())
	if err != nil {
		t.Fatal(err)
	}
	a.stores = append(a.stores, file, memstore.New())
	for _, s := range a.stores[len(a.stores)-2:] {
		closeAfter(t, s)
	}
	return &a
}

// swap goes on with the other Store on the same database.
func (a *all) swap() {
	if a.second != nil {
		a.stores[0], a.second = a.second, a.stores[0]
	}
}

func postgres(t *testing.T, dsn string) storage.Storage {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s, err := pgstore.New(pool)
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, s)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func closeAfter(t *testing.T, s storage.Storage) {
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
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
