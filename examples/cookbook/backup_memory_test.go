package cookbook_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

func Example_backupMemory() {
	if err := saveAndLoad(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// restored: ann
}

func saveAndLoad(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "cookbook")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "roster.snapshot")

	store := memstore.New()
	host := roster.New(store).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	if _, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}}); err != nil {
		return err
	}
	// SaveFile writes a whole snapshot or nothing, while others read and write.
	if err := store.SaveFile(ctx, file); err != nil {
		return err
	}

	restored, err := memstore.LoadFile(ctx, file) // checks the checksums
	if err != nil {
		return err
	}
	defer func() { _ = restored.Close() }()
	ann, err := roster.New(restored).As("acme", roster.SystemActor()).Get(ctx, 1)
	fmt.Println("restored:", ann.Identity.Login)
	return err
}
