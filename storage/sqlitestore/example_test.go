package sqlitestore_test

import (
	"context"
	"database/sql"
	"errors"
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

// A server with tables of its own in the file creates a user and their desk together, or neither.
func ExampleStore_InTx() {
	dir, _ := os.MkdirTemp("", "roster")
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, path := context.Background(), filepath.Join(dir, "desk.db")

	store, err := sqlitestore.Open(ctx, path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = store.Close() }()
	db, err := sql.Open("sqlite", path+"?_txlock=immediate&_pragma=busy_timeout(5000)")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = db.Close() }()
	_, _ = db.Exec("CREATE TABLE desks (user INTEGER PRIMARY KEY, room TEXT)")

	hire := func(id user.ID, login, room string) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		_, err = store.InTx(ctx, tx, "acme", func(ctx context.Context, w storage.Writer) error {
			return w.PutUser(ctx, user.User{ID: id, Identity: user.Identity{Login: login}})
		})
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO desks VALUES (?, ?)", int64(id), room); err != nil {
			return err
		}
		return tx.Commit()
	}
	fmt.Println(hire(1, "kim", "2.14"))
	err = hire(2, "kim", "2.15")
	var taken *storage.ExistsError
	fmt.Println(errors.As(err, &taken), err)
	var desks int
	_ = db.QueryRow("SELECT count(*) FROM desks").Scan(&desks)
	fmt.Println(desks, "desk")
	// Output:
	// <nil>
	// true storage: the login is taken by user 1
	// 1 desk
}
