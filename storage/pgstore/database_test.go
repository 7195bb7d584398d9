package pgstore

import (
	"context"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/crash"
)

// TestMain lets the test's own program be the second process that some tests need.
func TestMain(m *testing.M) {
	open := func(dsn string) (storage.Storage, error) {
		if err := os.Setenv("PGAPPNAME", payers); err != nil {
			return nil, err
		}
		pool, err := pgxpool.New(context.Background(), dsn)
		if err != nil {
			return nil, err
		}
		return New(pool)
	}
	crash.ChildMain(open)
	if err := flag.Set("test.parallel", "4"); err != nil { // most tests wait for a server
		panic(err)
	}
	os.Exit(pgserver.Main(m))
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

// scratch makes a schema of the test's own and returns the name of a database in which it is the
// only one.
func scratch(tb testing.TB, s *pgserver.Server) (dsn string) {
	tb.Helper()
	return s.Schema(tb, execute)
}

// newPool returns a pool with the changes that the functions in configure make. The test closes it.
func newPool(tb testing.TB, dsn string, conns int32, configure ...func(*pgxpool.Config)) *pgxpool.Pool {
	tb.Helper()
	config, err := pgxpool.ParseConfig(dsn)
	must(tb, err)
	config.MaxConns = conns
	for _, change := range configure {
		change(config)
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	must(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}

// open returns a store on a fresh schema. The test closes it.
func open(tb testing.TB, opts ...Option) *Store {
	tb.Helper()
	return openAt(tb, scratch(tb, pgserver.Shared(tb)), opts...)
}

func openAt(tb testing.TB, dsn string, opts ...Option) *Store {
	tb.Helper()
	switch {
	case distributed():
		opts = append(opts, Distributed())
	case optionsOf(opts).distributed:
		standIn(tb, dsn)
	}
	s := over(tb, newPool(tb, dsn, 16), opts...)
	must(tb, s.Migrate(context.Background()))
	return s
}

// over returns a store that uses pool. The test closes it.
func over(tb testing.TB, pool *pgxpool.Pool, opts ...Option) *Store {
	tb.Helper()
	s, err := New(pool, opts...)
	must(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// idle fails the test if a connection stays in use. A View releases its connection a moment after
// it has returned.
func idle(tb testing.TB, pool *pgxpool.Pool) {
	tb.Helper()
	for limit := time.Now().Add(10 * time.Second); pool.Stat().AcquiredConns() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			tb.Fatalf("%d connections are not given back", pool.Stat().AcquiredConns())
		}
	}
}
