// Package migration proves that tools that are made for it run the schemas of the SQL stores as
// they are.
package migration

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/user"
)

func TestMain(m *testing.M) { os.Exit(pgserver.Main(m)) }

// TestGooseMigratesPostgreSQL: Migrate finds nothing left to do after goose.
func TestGooseMigratesPostgreSQL(t *testing.T) {
	config := engine.Schema(t)
	db := stdlib.OpenDB(*config.ConnConfig)
	defer func() { _ = db.Close() }()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, pgstore.Schema())
	must(t, err)
	done, err := provider.Up(t.Context())
	must(t, err)
	if len(done) < 2 {
		t.Errorf("goose ran %d migrations", len(done))
	}
	s := engine.PostgreSQL(t, config) // its Migrate finds nothing left to do
	account := user.Account{Currency: "USD"}
	_, err = roster.New(s).As("acme", roster.SystemActor()).CreateAccount(t.Context(), account)
	must(t, err)
}

// TestGooseMigratesSQLite: a file that goose migrated needs no migration by Open.
func TestGooseMigratesSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roster.db")
	db, err := sql.Open("sqlite", path)
	must(t, err)
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, sqlitestore.Schema())
	must(t, err)
	done, err := provider.Up(t.Context())
	must(t, err)
	if len(done) < 2 {
		t.Errorf("goose ran %d migrations", len(done))
	}
	must(t, db.Close())
	s, err := sqlitestore.Open(t.Context(), path, sqlitestore.WithoutMigration())
	must(t, err)
	defer func() { _ = s.Close() }()
	account := user.Account{Currency: "USD"}
	_, err = roster.New(s).As("acme", roster.SystemActor()).CreateAccount(t.Context(), account)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
