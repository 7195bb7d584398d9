package history

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// noUser is the id of no user.
const noUser = user.ID(1 << 40)

// misuses are calls that must be refused in every state of the account and for every id. The
// storage decides about them, or they are refused after a lock was taken. The tests of the root
// package have more of them.
var misuses = []struct {
	name string
	call func(ctx context.Context, h roster.Handle, id user.ID, because roster.CommonOption) error
}{
	{"create two with one login", func(ctx context.Context, h roster.Handle, _ user.ID, because roster.CommonOption) error {
		list := make([]roster.CreateParams, 2)
		list[0].User.Identity.Login, list[1].User.Identity.Login = "twin", "TWIN"
		return second(h.CreateMany(ctx, list, because))
	}},
	{"patch a version that never was", func(ctx context.Context, h roster.Handle, id user.ID, because roster.CommonOption) error {
		return second(h.Patch(ctx, id, user.Patch{Description: user.Set("x")}, because, roster.IfVersion(math.MaxInt64)))
	}},
	{"transfer more than there is", func(ctx context.Context, h roster.Handle, id user.ID, because roster.CommonOption) error {
		t := roster.TransferParams{Users: []user.ID{id}, Amount: dollars(9_999_999_999_999_999)}
		return second(h.Transfer(ctx, t, because))
	}},
	{"transfer to a user who does not exist", func(ctx context.Context, h roster.Handle, _ user.ID, because roster.CommonOption) error {
		return second(h.Transfer(ctx, roster.TransferParams{Users: []user.ID{noUser}, Amount: dollars(1)}, because))
	}},
	{"reverse a transfer that never was", func(ctx context.Context, h roster.Handle, _ user.ID, because roster.CommonOption) error {
		return second(h.Reverse(ctx, roster.ReverseParams{TransferID: balance.TransferID(noUser)}, because))
	}},
}

// second returns the error of a call.
func second[T any](_ T, err error) error { return err }

// accepted returns an error if err, the error of the misuse o, shows that the call was not refused:
// if it is nil, or if it says that the call came as far as the commit.
func accepted(o operation, err error) error {
	if err == nil || errors.Is(err, storage.ErrUnknownOutcome) {
		return fmt.Errorf("%s: it was not refused: %v", misuses[o.bad].name, err)
	}
	return nil
}
