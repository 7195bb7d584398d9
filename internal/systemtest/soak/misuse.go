package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// misuse makes one random call that must be refused, on the account p. If the call succeeds, panics
// or fails with storage.ErrUnknownOutcome, misuse records this as an accepted input. A panic does
// not end the program. Any other error of the call is the expected result. misuse also notes the
// call as refused, so that a later check finds a change of this call.
func (c *client) misuse(p *place) {
	bad := &misuses[c.random.IntN(len(misuses))]
	ctx, cancel := c.patience()
	defer cancel()
	c.count.bad++
	reason := "bad " + c.call()
	p.note(reason, promise{said: refused})
	defer func() {
		if thrown := recover(); thrown != nil {
			p.accept(fmt.Sprintf("%s: panic: %v\n%s", bad.name, thrown, debug.Stack()))
		}
	}()
	switch err := bad.call(ctx, p, roster.WithReason(reason)); {
	case err == nil:
		p.accept(bad.name)
	case errors.Is(err, storage.ErrUnknownOutcome):
		p.accept(bad.name + ": it came as far as the commit")
	}
}

// nobody is an id that no user has.
const nobody = user.ID(1 << 40)

var described = user.Patch{Description: user.Set("x")}

func second[T any](_ T, err error) error { return err }

func paid(ctx context.Context, p *place, units balance.Units, to user.ID, because roster.CommonOption) error {
	m, _ := balance.FromUnits(units, "USD")
	return second(p.handle.Transfer(ctx, roster.TransferParams{Users: []user.ID{to}, Amount: m}, because))
}

// misuses are calls that must be refused in every state of the account. The tests of the root
// package have more of them. These are refused by what the storage says, or after a lock was taken.
var misuses = []struct {
	name string
	call func(ctx context.Context, p *place, because roster.CommonOption) error
}{
	{"create with an id that is taken", func(ctx context.Context, p *place, b roster.CommonOption) error {
		n := agent("another")
		n.User.ID = p.known()[0]
		return second(p.handle.Create(ctx, n, b))
	}},
	{"create two with one login", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return second(p.handle.CreateMany(ctx, []roster.CreateParams{agent("twin"), agent("TWIN")}, b))
	}},
	{"patch a version that never was", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return second(p.handle.Patch(ctx, p.known()[0], described, b, roster.IfVersion(math.MaxInt64)))
	}},
	{"patch as an actor who does not exist", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return second(p.dir.As(p.id, roster.UserActor(nobody)).Patch(ctx, p.known()[0], described, b))
	}},
	{"transfer more than there is", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return paid(ctx, p, 999_999_999_999_999_900, p.known()[0], b)
	}},
	{"transfer to a user who does not exist", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return paid(ctx, p, 100_00, nobody, b)
	}},
	{"reverse a transfer that never was", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return second(p.handle.Reverse(ctx, roster.ReverseParams{TransferID: 1 << 40}, b))
	}},
	{"change the currency", func(ctx context.Context, p *place, b roster.CommonOption) error {
		return second(p.handle.UpdateAccount(ctx, user.Account{Currency: "EUR"}, b))
	}},
}
