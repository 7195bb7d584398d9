package roster_test

import (
	"context"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// The examples use a fixed clock and cheap password hashes. A server needs neither option.

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func cheap() *password.Hasher {
	return must(password.New(password.WithCost(password.Cost{Memory: 8, Time: 1, Threads: 1})))
}

func newDirectory(opts ...roster.Option) *roster.Directory {
	opts = append([]roster.Option{
		roster.WithClock(func() time.Time { return noon }), roster.WithHasher(cheap()),
	}, opts...)
	return roster.New(memstore.New(), opts...)
}

// open creates the account "acme" with the currency USD and returns a handle of the system actor.
func open(dir *roster.Directory) roster.Handle {
	host := dir.As("acme", roster.SystemActor())
	must(host.CreateAccount(context.Background(), user.Account{Currency: "USD"}))
	return host
}

// add creates a user with roles.
func add(host roster.Handle, login string, roles ...user.Role) user.User {
	return must(host.Create(context.Background(), roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: login}, Access: user.Access{Granted: user.RolesOf(roles...)},
	}})).User
}

func usd(text string) balance.Money { return balance.MustParse(text, "USD") }
