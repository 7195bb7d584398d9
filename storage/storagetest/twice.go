package storagetest

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// errFirst rolls back the first of the two runs.
var errFirst = errors.New("storagetest: the first of two runs")

// Twice returns a storage that runs the function of every Update twice: first in a transaction that
// is rolled back, then in one that may commit. The contract allows this to any storage. Under Twice
// a test finds functions that have effects besides their writes. If the first run returns an error,
// Update returns it. The returned storage is a storage.Waiter if s is one.
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

// Update runs fn twice: first in a transaction that it rolls back, then in a second transaction. It
// returns the result of the second one. If the first run of fn or its transaction fails, Update
// returns that error and does not start the second transaction.
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
