package storagetest

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// errFirst rolls back the first of two runs.
var errFirst = errors.New("storagetest: the first of two runs")

// Twice returns a storage that runs the function of every Update two times: first in a transaction
// that is rolled back, then in one that may commit. The contract allows it to any storage, so what
// uses one has to bear it: a function with an effect beside its writes shows under Twice. If the
// first run ends with an error, that is the Update's. The storage that is returned offers
// storage.Waiter if s does.
func Twice(s storage.Storage) storage.Storage {
	if w, ok := s.(storage.Waiter); ok {
		return twiceWaiter{twice{s}, w}
	}
	return twice{s}
}

type twice struct{ storage.Storage }

type twiceWaiter struct {
	twice
	storage.Waiter
}

// Update runs fn two times.
func (t twice) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if fn == nil {
		return t.Storage.Update(ctx, a, nil)
	}
	rev, err := t.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		if err := fn(ctx, w); err != nil {
			return err
		}
		return errFirst
	})
	if !errors.Is(err, errFirst) {
		return rev, err
	}
	return t.Storage.Update(ctx, a, fn)
}
