package enginetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// account is the id of the account in the tests that have a store of their own.
const account = "acme"

// countdown is a context that is canceled after its Err method was called left times.
type countdown struct {
	context.Context
	left *atomic.Int64
	end  context.CancelFunc
}

func (c countdown) Err() error {
	if c.left.Add(-1) <= 0 {
		c.end()
	}
	return c.Context.Err()
}

// Cancel tests that an Update whose context is canceled returns context.Canceled and writes
// nothing. s must be empty. Cancel repeats one Update, with the context canceled at the first check
// that the storage makes, then at the second check, and so on, until a run succeeds. The test fails
// if fewer than atLeast runs were made.
func Cancel(t *testing.T, s storage.Storage, atLeast int64) {
	t.Helper()
	sample.Fund(t, s, account)
	sample.Crowd(t, s, account, 4)
	for steps := int64(1); ; steps++ {
		inner, cancel := context.WithCancel(t.Context())
		left := new(atomic.Int64)
		left.Store(steps)
		before := sample.State(t, s, account)
		_, err := s.Update(countdown{inner, left, cancel}, account, func(ctx context.Context, w storage.Writer) error {
			if err := sample.Post(ctx, w, 1, fmt.Sprint("key ", steps)); err != nil {
				return err
			}
			u, err := w.User(ctx, 2)
			if err != nil {
				return err
			}
			before := u
			u.Names.Display = fmt.Sprint("changed ", steps)
			if err := w.PutUser(ctx, u); err != nil {
				return err
			}
			if _, err := w.Users(ctx, storage.Query{Text: "changed"}); err != nil { // sends what is pending
				return err
			}
			return w.AppendChange(ctx, storage.Change{Type: storage.UserUpdated, UserID: 2, Diff: user.Diff(before, u)})
		})
		cancel()
		after := sample.State(t, s, account)
		switch {
		case err == nil && after == before:
			t.Fatalf("after %d steps Update returned no error and changed nothing", steps)
		case err == nil && steps < atLeast:
			t.Fatalf("only %d steps look at the context", steps)
		case err == nil:
			return
		case !errors.Is(err, context.Canceled) || after != before:
			t.Fatalf("after %d steps: error %v, state\n%s, before\n%s", steps, err, after, before)
		}
	}
}
