package faulty

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Forgetful returns s with a fault: of the Updates that write, from the n-th on, it loses the
// writes of the first that it acknowledges.
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

// noting records whether the function of an Update appends a change, as every writing call of the
// front door does.
type noting struct {
	storage.Writer
	wrote bool
}

func (w *noting) AppendChange(ctx context.Context, c storage.Change) error {
	w.wrote = true
	return w.Writer.AppendChange(ctx, c)
}
