package faulty

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Forgetful returns s with a loss: of the Updates that write, from the n-th on, it forgets what
// the first one wrote that it can acknowledge. One whose context has ended is told so, and nothing
// is lost.
func Forgetful(s storage.Storage, n int64) storage.Storage { return &forgetful{Storage: s, n: n} }

type forgetful struct {
	storage.Storage
	n      int64
	writes atomic.Int64
	forgot atomic.Bool
}

var errForgotten = errors.New("faulty: forgotten")

func (s *forgetful) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	var next user.Revision
	mine := false
	rev, err := s.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		note := &noting{Writer: w}
		if err := fn(ctx, note); err != nil {
			return err
		}
		if next = w.Next(); note.wrote && s.writes.Add(1) >= s.n && s.forgot.CompareAndSwap(false, true) {
			mine = true
			return errForgotten
		}
		return nil
	})
	forgotten := errors.Is(err, errForgotten)
	if forgotten && ctx.Err() == nil {
		return next, nil
	}
	if mine {
		s.forgot.Store(false)
	}
	if forgotten {
		return rev, ctx.Err()
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
