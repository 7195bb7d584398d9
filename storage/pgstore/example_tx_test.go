package pgstore_test

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/user"
)

// createAtDesk creates a user and gives the user a desk, or does neither. The desks are a table of
// the host's own.
func createAtDesk(ctx context.Context, pool *pgxpool.Pool, login string, desk int) (id user.ID, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		acme := roster.New(pgstore.Tx(tx)).As("acme", roster.SystemActor())
		created, err := acme.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: login}}})
		if err != nil {
			return err
		}
		id = created.User.ID
		_, err = tx.Exec(ctx, "INSERT INTO desks (number, owner) VALUES ($1, $2)", desk, int64(id))
		return err
	})
	return id, err
}

// A host that keeps tables of its own in the database creates a user and the user's desk together.
func ExampleTx() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	id, err := createAtDesk(ctx, pool, "kim", 12)
	if err != nil {
		fmt.Println("no user and no desk:", err)
		return
	}
	fmt.Println("user", id, "has desk 12")
}
