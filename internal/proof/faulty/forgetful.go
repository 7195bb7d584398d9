package faulty

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Forgetful returns s with a loss: it acknowledges the n-th Update that writes, from 1, and forgets what that wrote.
func Forgetful(s storage.Storage, n int64) storage.Storage { return &forgetful{Storage: s, n: n} }

type forgetful struct {
	storage.Storage
	n      int64
	writes atomic.Int64
}

var errForgotten = errors.New("faulty: forgotten")

func (s *forgetful) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	var next user.Revision
	rev, err := s.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		note := &noting{Writer: w}
		if err := fn(ctx, note); err != nil {
			return err
		}
		if next = w.Next(); note.wrote && s.writes.Add(1) == s.n {
			return errForgotten
		}
		return nil
	})
	if errors.Is(err, errForgotten) {
		return next, nil
	}
	return rev, err
}

// noting sees whether a change is recorded, which every call of the front door does that writes.
type noting struct {
	storage.Writer
	wrote bool
}

func (w *noting) AppendChange(ctx context.Context, c storage.Change) error {
	w.wrote = true
	return w.Writer.AppendChange(ctx, c)
}
