package cookbook_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
)

// move copies every account with its users, hashes, money and history, and compares both sides. It
// goes on where it was if an earlier call was interrupted. Nothing may write to from meanwhile.
func move(ctx context.Context, from, to storage.Storage) error {
	if _, err := stream.Copy(ctx, from, to); err != nil {
		return err
	}
	accounts, err := stream.Verify(ctx, from, to)
	for _, a := range accounts {
		fmt.Printf("%s: %d users, %d changes\n", a.Account, a.Counts.Users, a.Counts.Changes)
	}
	return err
}

func Example_move() {
	if err := memoryToFile(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// acme: 1 users, 2 changes
}

func memoryToFile(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "cookbook")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	from := memstore.New()
	host := roster.New(from).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	if _, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}}); err != nil {
		return err
	}
	to, err := sqlitestore.Open(ctx, filepath.Join(folder, "roster.db"))
	if err != nil {
		return err
	}
	defer func() { _ = to.Close() }()
	return move(ctx, from, to)
}
