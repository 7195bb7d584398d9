package sqlitestore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/user"
)

// The user is still there when the file is opened again.
func Example() {
	dir, _ := os.MkdirTemp("", "roster")
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, path := context.Background(), filepath.Join(dir, "roster.db")

	store, err := sqlitestore.Open(ctx, path)
	if err != nil {
		fmt.Println(err)
		return
	}
	rev, err := store.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
		id, err := w.NextID(ctx, storage.UserIDs)
		if err != nil {
			return err
		}
		return w.PutUser(ctx, user.User{ID: user.ID(id), Identity: user.Identity{Login: "kim"}})
	})
	fmt.Println("revision", rev, err)
	_ = store.Close()

	store, err = sqlitestore.Open(ctx, path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = store.Close() }()
	err = store.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
		u, err := r.UserByKey(ctx, user.Key{Kind: user.KeyLogin, Value: "kim"})
		fmt.Println("user", u.ID, u.Identity.Login)
		return err
	})
	fmt.Println(err)
	// Output:
	// revision 1 <nil>
	// user 1 kim
	// <nil>
}
