package pgstore_test

import (
	"context"
	"fmt"
	"os"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/user"
)

// A server that outgrows a file changes the line that makes the store.
func Example() {
	ctx := context.Background()
	store, err := pgstore.Open(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = store.Close() }()
	rev, err := store.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
		id, err := w.NextID(ctx, storage.UserIDs)
		if err != nil {
			return err
		}
		return w.PutUser(ctx, user.User{ID: user.ID(id), Identity: user.Identity{Login: "kim"}})
	})
	fmt.Println("revision", rev, err)
}
