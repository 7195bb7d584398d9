package faulty

import (
	"bytes"
	"context"
	"sync"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// window counts the calls for an account, and chooses those with the numbers from to to-1, counted
// from 1.
type window struct {
	account  user.AccountID
	from, to int

	mu    sync.Mutex
	calls int
}

// next counts a call if a is the account of w, and returns true if the number of the call is from
// w.from to w.to-1. For another account it counts nothing and returns false. The call with the
// number w.from runs the function begin. Errors: that of begin.
func (w *window) next(a user.AccountID, begin func() error) (chosen bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a == w.account {
		if w.calls++; w.calls == w.from {
			err = begin()
		}
		chosen = w.calls >= w.from && w.calls < w.to
	}
	return chosen, err
}

type stale struct {
	*memstore.Store
	window
	earlier *memstore.Store
}

// Stale returns s with a fault: the Views of the account with the numbers from to to-1, counted
// from 1, all show the state that the first of them saw.
func Stale(s *memstore.Store, account user.AccountID, from, to int) storage.Storage {
	return &stale{Store: s, window: window{account: account, from: from, to: to}}
}

// View calls fn with the current state of the account a. If a is s.account, the calls with the
// numbers from s.from to s.to-1 show an earlier state: the first of these calls saves the state,
// and all of them show the saved state. Errors: those of fn and of the storage, also of saving the
// state.
func (s *stale) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	chosen, err := s.next(a, func() error {
		var saved bytes.Buffer
		err := s.Snapshot(context.WithoutCancel(ctx), &saved)
		if err == nil {
			s.earlier, err = memstore.Restore(context.WithoutCancel(ctx), &saved)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case chosen:
		return s.earlier.View(ctx, a, fn)
	}
	return s.Store.View(ctx, a, fn)
}

type behind struct {
	storage.Storage
	window
	users map[user.ID]user.User
}

// Behind returns s with a fault: in the Updates of the account with the numbers from to to-1,
// counted from 1, the writer reads the users of the state that the first of them saw. So their
// writes undo other updates.
func Behind(s storage.Storage, account user.AccountID, from, to int) storage.Storage {
	return &behind{Storage: s, window: window{account: account, from: from, to: to}, users: map[user.ID]user.User{}}
}

// Update runs fn in an update of the account a, and returns the revision that the storage returns.
// If a is s.account, the calls with the numbers from s.from to s.to-1 have a fault: the method User
// of the writer returns users as they were before the first of these calls. Errors: those of fn and
// of the storage, also of reading the users.
func (s *behind) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	chosen, err := s.next(a, func() error {
		return s.View(context.WithoutCancel(ctx), a, func(ctx context.Context, r storage.Reader) error {
			list, err := r.Users(ctx, storage.Query{Deleted: storage.WithDeleted})
			for _, u := range list {
				s.users[u.ID] = u
			}
			return err
		})
	})
	if err != nil {
		return 0, err
	}
	return s.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		if chosen {
			w = earlierUsers{w, s.users}
		}
		return fn(ctx, w)
	})
}

type earlierUsers struct {
	storage.Writer
	users map[user.ID]user.User
}

func (w earlierUsers) User(_ context.Context, id user.ID) (user.User, error) {
	u, ok := w.users[id]
	if !ok {
		return u, storage.ErrNotFound
	}
	return u, nil
}
