package sqlitestore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/user"
)

// hire creates a user and their desk in one transaction.
func hire(ctx context.Context, db *sql.DB, login, room string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	host := roster.New(sqlitestore.Tx(tx)).As("acme", roster.SystemActor())
	created, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: login}}})
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO desks VALUES (?, ?)", int64(created.User.ID), room); err != nil {
		return err
	}
	return tx.Commit()
}

// A server with tables of its own in the file creates a user and their desk together, or neither.
func ExampleTx() {
	if err := desks(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// kim hired
	// refused: true
	// 1 desk
}

func desks() error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "roster")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "desk.db")
	store, err := sqlitestore.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	host := roster.New(store).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}

	db, err := sql.Open("sqlite", path+"?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=foreign_keys(ON)")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, "CREATE TABLE desks (user INTEGER PRIMARY KEY, room TEXT)"); err != nil {
		return err
	}
	if err := hire(ctx, db, "kim", "2.14"); err != nil {
		return err
	}
	fmt.Println("kim hired")
	fmt.Println("refused:", errors.Is(hire(ctx, db, "kim", "2.15"), storage.ErrExists))
	var n int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM desks").Scan(&n); err != nil {
		return err
	}
	fmt.Println(n, "desk")
	return nil
}
