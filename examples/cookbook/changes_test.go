package cookbook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// follow calls do for each change, in order, and waits for the next one. It saves the position
// after each change, so that a restart goes on there. If the process ends between do and the save,
// do receives the change again: do must bear that.
func follow(ctx context.Context, host roster.Handle, file string, do func(storage.Change) error) error {
	after, err := load(file)
	if err != nil {
		return err
	}
	for change, err := range host.Watch(ctx, after) {
		if err != nil {
			return err // storage.ErrCompacted if the position is older than what the account keeps
		}
		if err := do(change); err != nil {
			return err
		}
		if err := save(file, change.ID); err != nil {
			return err
		}
	}
	return nil
}

// load returns the saved position, and the zero ChangeID, which is before every change, if there is
// no file.
func load(file string) (id storage.ChangeID, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return id, nil
	}
	if err != nil {
		return id, err
	}
	return id, json.Unmarshal(text, &id)
}

// save replaces the saved position at once.
func save(file string, id storage.ChangeID) error {
	text, err := json.Marshal(id)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

func Example_changes() {
	if err := consume(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// first start: account.updated
	// first start: user.created
	// restart: user.updated
}

func consume(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "cookbook")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "position")
	host := roster.New(memstore.New()).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	created, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}})
	if err != nil {
		return err
	}

	// start follows until it has seen a change of the type. A server follows until it ends.
	start := func(when string, last storage.ChangeType) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		err := follow(ctx, host, file, func(c storage.Change) error {
			fmt.Println(when, c.Type)
			if c.Type == last {
				cancel()
			}
			return nil
		})
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	}
	if err := start("first start:", storage.UserCreated); err != nil {
		return err
	}
	if _, err := host.Patch(ctx, created.User.ID, user.Patch{FirstName: user.Set("Ann")}); err != nil {
		return err
	}
	return start("restart:", storage.UserUpdated)
}
