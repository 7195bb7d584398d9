package cookbook_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// setUp creates the account and its first owner. A server calls it at each start: if both exist, it
// changes nothing.
func setUp(ctx context.Context, host roster.Handle, login, password string) error {
	_, err := host.CreateAccount(ctx, user.Account{Currency: "USD"})
	if err != nil && !errors.Is(err, storage.ErrExists) {
		return err
	}
	owner := user.User{Identity: user.Identity{Login: login}, Access: user.Access{Granted: user.RolesOf(user.Owner)}}
	_, err = host.Create(ctx, roster.CreateParams{User: owner, Password: roster.PasswordOf(password)})
	if errors.Is(err, storage.ErrExists) {
		return nil
	}
	return err
}

func Example_owner() {
	if err := owned(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// users: 1
	// the owner creates an agent: <nil>
	// the owner leaves: last_administrator
}

func owned(ctx context.Context) error {
	dir := roster.New(memstore.New())
	host := dir.As("acme", roster.SystemActor())
	for range 2 { // the second time is a restart
		if err := setUp(ctx, host, "olga", "a long enough phrase"); err != nil {
			return err
		}
	}
	n, err := host.Count(ctx, roster.ListParams{})
	if err != nil {
		return err
	}
	fmt.Println("users:", n)

	olga, err := dir.SignIn(ctx, "acme", "olga", roster.PasswordOf("a long enough phrase"))
	if err != nil {
		return err
	}
	asOlga := dir.As("acme", roster.UserActor(olga.ID).SignedIn(olga.Credentials.SignInStamp))
	agent := user.User{Identity: user.Identity{Login: "ann"}, Access: user.Access{Granted: user.RolesOf(user.Agent)}}
	_, err = asOlga.Create(ctx, roster.CreateParams{User: agent})
	fmt.Println("the owner creates an agent:", err)
	_, err = asOlga.Delete(ctx, olga.ID) // no account loses its last administrator so
	fmt.Println("the owner leaves:", roster.CodeOf(err))
	return nil
}
