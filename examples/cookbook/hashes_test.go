package cookbook_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// newTestDirectory returns a directory for tests of a host: it is in memory, its password hashes
// take microseconds, and its clock stands still.
func newTestDirectory(now time.Time) (*roster.Directory, error) {
	hasher, err := password.New(password.WithCost(password.Cost{Memory: 8, Time: 1, Threads: 1}))
	if err != nil {
		return nil, err
	}
	clock := func() time.Time { return now }
	return roster.New(memstore.New(), roster.WithHasher(hasher), roster.WithClock(clock)), nil
}

func Example_hashes() {
	if err := manySignIns(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// 100 sign-ins
	// created on 2026-03-01
}

func manySignIns(ctx context.Context) error {
	dir, err := newTestDirectory(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	host := dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	created, err := host.Create(ctx, roster.CreateParams{
		User: user.User{Identity: user.Identity{Login: "ann"}}, Password: roster.PasswordOf("a long enough phrase"),
	})
	if err != nil {
		return err
	}
	for range 100 {
		if _, err := dir.SignIn(ctx, "acme", "ann", roster.PasswordOf("a long enough phrase")); err != nil {
			return err
		}
	}
	fmt.Println("100 sign-ins")
	fmt.Println("created on", created.User.Lifecycle.Created.Format(time.DateOnly))
	return nil
}
