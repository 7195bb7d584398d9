package engine

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
)

// SQLite opens the database file at path and returns the storage. It creates the file if the file
// does not exist. The storage is closed at the end of the test. If the file cannot be opened,
// SQLite fails the test.
func SQLite(t *testing.T, path string) storage.Storage {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), path, sqlitestore.SyncNormal())
	must(t, err)
	CloseAfter(t, s)
	return s
}

// Schema creates a schema on the PostgreSQL server that all tests share, and returns the connection
// settings for the schema. The schema is dropped at the end of the test. Without PostgreSQL, Schema
// skips the test and prints the reason, or fails the test if the environment variable CI is true.
// If the schema cannot be created, Schema fails the test.
func Schema(t *testing.T) *pgxpool.Config {
	t.Helper()
	config, err := pgxpool.ParseConfig(pgserver.Shared(t).Schema(t, execute))
	must(t, err)
	return config
}

// PostgreSQL opens a new pool with config, migrates the database, and returns a storage that uses
// the pool. The storage and the pool are closed at the end of the test. Two such storages on one
// database behave like two processes. If the storage cannot be opened or migrated, PostgreSQL fails
// the test.
func PostgreSQL(t *testing.T, config *pgxpool.Config) storage.Storage {
	t.Helper()
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	must(t, err)
	t.Cleanup(pool.Close)
	s, err := pgstore.New(pool)
	must(t, err)
	CloseAfter(t, s)
	must(t, s.Migrate(t.Context()))
	return s
}

// CloseAfter closes a storage at the end of the test.
func CloseAfter(t *testing.T, s storage.Storage) {
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// execute opens a connection to the database with the connection string dsn, executes sql and
// closes the connection. It is a pgserver.Exec. Errors: those of connecting and of the SQL.
func execute(ctx context.Context, dsn, sql string) error {
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, sql)
	return err
}
