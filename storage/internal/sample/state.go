package sample

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// State returns a text with the revision of the account, the balances of the account and of user 1,
// the display name of user 2, and the number of changes, counted up to storage.MaxPage. A test
// compares the texts before and after an Update that fails, to check that the Update wrote nothing.
// State fails the test if it cannot read, or if user 2 does not exist.
func State(tb testing.TB, s storage.Storage, account user.AccountID) (state string) {
	tb.Helper()
	err := s.View(tb.Context(), account, func(ctx context.Context, r storage.Reader) error {
		has, err := r.Balances(ctx, 0, 1)
		u, err2 := r.User(ctx, 2)
		changes, err3 := r.Changes(ctx, storage.ChangeQuery{})
		state = fmt.Sprintln(r.Revision(), has, u.Names.Display, len(changes))
		return errors.Join(err, err2, err3)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return state
}
