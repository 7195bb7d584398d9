package enginetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// errTaken is an error that fn returns, as if a rule of the domain refused the call.
var errTaken = errors.New("the login is taken")

// Refusal tests Updates that read an uncommitted write of the same transaction and return an error
// because of this write. Such an Update must return only after the commit, so that other readers
// can see the write. If its context ends before the commit, it must return context.Canceled.
// queueUp must run the updates in order and in one transaction, as QueueUp does.
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
					t.Error("the refused Update returned before the commit")
				case <-time.After(20 * time.Millisecond):
				}
				return w.PutUser(ctx, user.User{ID: 2})
			})
			must(t, err)
		},
	)
}

// RefusalOfNothing tests that an Update runs its function again if the function returned an error
// because of another Update's write, and the transaction with this write fails. queueUp must run
// the updates in order and in one transaction. lost must run an Update that writes user 1 and makes
// the transaction fail.
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
		t.Errorf("the refused Update ran %d times", runs)
	}
}

// must reports an error without ending the test, because goroutines call it too.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
