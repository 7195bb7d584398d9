package cookbook_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/user"
)

// restore puts a backup in the place of the data of a server. Stop the server first.
func restore(backup, path string) error {
	for _, old := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return os.Rename(backup, path)
}

func Example_backupSQLite() {
	if err := copyAndRestore(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// restored: 1 user
}

func copyAndRestore(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "cookbook")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path, backup := filepath.Join(folder, "roster.db"), filepath.Join(folder, "backup.db")

	store, err := sqlitestore.Open(ctx, path)
	if err != nil {
		return err
	}
	host := roster.New(store).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	if _, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}}); err != nil {
		return err
	}
	// Backup copies the open file while others write. A copy by cp lacks what is in the log.
	if err := store.Backup(ctx, backup); err != nil {
		return err
	}
	if _, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "bob"}}}); err != nil {
		return err
	}
	if err := store.Close(); err != nil {
		return err
	}

	if err := restore(backup, path); err != nil {
		return err
	}
	restored, err := sqlitestore.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { _ = restored.Close() }()
	n, err := roster.New(restored).As("acme", roster.SystemActor()).Count(ctx, roster.ListParams{})
	fmt.Println("restored:", n, "user")
	return err
}
