package pgstore_test

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

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

// A server that keeps tables of its own in the database creates a user and the user's desk
// together, or neither.
func ExampleStore_InTx() {
	ctx := context.Background()
	create := func(pool *pgxpool.Pool, store *pgstore.Store, desk int) error {
		return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			var id int64
			_, err := store.InTx(ctx, tx, "acme", func(ctx context.Context, w storage.Writer) (err error) {
				if id, err = w.NextID(ctx, storage.UserIDs); err != nil {
					return err
				}
				return w.PutUser(ctx, user.User{ID: user.ID(id), Identity: user.Identity{Login: "kim"}})
			})
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, "INSERT INTO desks (number, owner) VALUES ($1, $2)", desk, id)
			return err
		})
	}
	_ = create
}
