package enginetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// errTaken stands for a refusal of the domain's.
var errTaken = errors.New("the login is taken")

// Refusal proves that an Update that is refused because of what another one in the same transaction
// wrote returns after the commit, when others can read that too. queueUp runs Updates of the
// account so that they share a transaction, in their order.
func Refusal(t *testing.T, s storage.Storage, account user.AccountID, queueUp func(updates ...func())) {
	t.Helper()
	refused := make(chan struct{})
	queueUp(
		func() {
			_, err := s.Update(t.Context(), account, func(ctx context.Context, w storage.Writer) error {
				return w.PutUser(ctx, user.User{ID: 1})
			})
			must(t, err)
		},
		func() {
			defer close(refused)
			_, err := s.Update(t.Context(), account, func(ctx context.Context, w storage.Writer) error {
				if _, err := w.User(ctx, 1); err != nil {
					return err
				}
				return errTaken
			})
			if !errors.Is(err, errTaken) {
				t.Errorf("the refused Update: %v", err)
			}
			must(t, s.View(t.Context(), account, func(ctx context.Context, r storage.Reader) error {
				_, err := r.User(ctx, 1)
				return err
			}))
		},
		func() {
			cancelled, cancel := context.WithCancel(t.Context())
			_, err := s.Update(cancelled, account, func(context.Context, storage.Writer) error {
				time.AfterFunc(time.Millisecond, cancel)
				return errTaken
			})
			if !errors.Is(err, context.Canceled) && !errors.Is(err, errTaken) {
				t.Errorf("who stops waiting: %v", err)
			}
		},
		func() {
			canceled, cancel := context.WithCancel(t.Context())
			_, err := s.Update(canceled, account, func(ctx context.Context, w storage.Writer) error {
				defer cancel()
				if _, err := w.User(ctx, 1); err != nil {
					return err
				}
				return errTaken
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("an Update that ends before the commit shows what is not committed: %v", err)
			}
		},
		func() {
			_, err := s.Update(t.Context(), account, func(ctx context.Context, w storage.Writer) error {
				select {
				case <-refused:
					t.Error("the refused one was told before the commit")
				case <-time.After(20 * time.Millisecond):
				}
				return w.PutUser(ctx, user.User{ID: 2})
			})
			must(t, err)
		},
	)
}

// RefusalOfNothing proves that, if a transaction is lost, who was refused in it is asked again.
// lost is an Update whose write of user 1 does not happen: how that comes about is the engine's.
func RefusalOfNothing(
	t *testing.T, s storage.Storage, account user.AccountID, queueUp func(updates ...func()), lost func(),
) {
	t.Helper()
	runs := 0
	queueUp(lost, func() {
		_, err := s.Update(t.Context(), account, func(ctx context.Context, w storage.Writer) error {
			runs++
			if _, err := w.User(ctx, 1); err == nil {
				return errTaken
			}
			return w.PutUser(ctx, user.User{ID: 2})
		})
		must(t, err)
	})
	if runs != 2 {
		t.Errorf("the refused one ran %d times", runs)
	}
}

// must ends nothing, because it is called by goroutines too.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
