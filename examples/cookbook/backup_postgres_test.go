package cookbook_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/user"
)

func TestMain(m *testing.M) { os.Exit(pgserver.Main(m)) }

// run runs a program of PostgreSQL. A host runs both in a shell.
func run(t *testing.T, s *pgserver.Server, name string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), cmp.Or(s.Program(name), name), args...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// TestBackupPostgres dumps a database while its server runs, and restores the dump into another
// database.
func TestBackupPostgres(t *testing.T) {
	ctx, server, file := t.Context(), pgserver.Shared(t), filepath.Join(t.TempDir(), "roster.dump")
	from, to := database(t, server, "first"), database(t, server, "second")
	if err := createUser(ctx, from, "ann"); err != nil {
		t.Fatal(err)
	}

	run(t, server, "pg_dump", "-Fc", "--file", file, from)
	run(t, server, "pg_restore", "--no-owner", "--exit-on-error", "--dbname", to, file)

	store, err := pgstore.Open(ctx, to)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	ann, err := roster.New(store).As("acme", roster.SystemActor()).Get(ctx, 1)
	if err != nil || ann.Identity.Login != "ann" {
		t.Errorf("restored: %q, %v", ann.Identity.Login, err)
	}
}

// createUser creates an account with one user.
func createUser(ctx context.Context, dsn, login string) error {
	store, err := pgstore.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	host := roster.New(store).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	_, err = host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: login}}})
	return err
}

// database creates an empty database for the test and returns its DSN.
func database(t *testing.T, s *pgserver.Server, name string) string {
	t.Helper()
	name = fmt.Sprintf("cookbook_%s_%d", name, os.Getpid())
	execute := func(ctx context.Context, sql string) error {
		c, err := pgx.Connect(ctx, s.DSN())
		if err != nil {
			return err
		}
		defer func() { _ = c.Close(ctx) }()
		_, err = c.Exec(ctx, sql)
		return err
	}
	if err := execute(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.With("dbname=" + name)
}
