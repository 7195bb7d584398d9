package engine

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Both returns a storage that uses two open storages of one database in turn, like two processes.
// Each View and each Update goes to the next of the two.
func Both(one, other storage.Storage) storage.Storage { return &both{Storage: one, other: other} }

type both struct {
	storage.Storage
	other storage.Storage
	calls atomic.Int64
}

func (b *both) next() storage.Storage {
	if b.calls.Add(1)%2 == 0 {
		return b.Storage
	}
	return b.other
}

func (b *both) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	return b.next().View(ctx, a, fn)
}

func (b *both) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	return b.next().Update(ctx, a, fn)
}

func (b *both) Close() error { return errors.Join(b.Storage.Close(), b.other.Close()) }
