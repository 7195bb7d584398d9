package differential

import (
	"context"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// noticed is a test that panics, as soon as a run fails, with what the run says.
type noticed struct{ testing.TB }

func (noticed) Helper() {}

func (noticed) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// drive makes runs on both storages and returns the first difference, nil if there is none.
func drive(seed uint64, runs int, a, b storage.Storage) (difference any) {
	defer func() { difference = recover() }()
	for n := range runs {
		r := New(noticed{}, seed+uint64(n), fmt.Sprintf("run %06d ", n), a, b)
		for range 20 {
			if r.IntN(2) == 0 {
				r.Update()
			} else {
				r.View()
			}
		}
		r.End()
	}
	return nil
}

func TestEqualStoragesDoNotDiffer(t *testing.T) {
	if diff := drive(1, 60, storagetest.Twice(memstore.New()), memstore.New()); diff != nil {
		t.Error(diff)
	}
}

// forgetful is a storage that does not store the list of earlier hashes.
type forgetful struct{ storage.Storage }

type forgetfulWriter struct{ storage.Writer }

func (f forgetful) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	return f.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error { return fn(ctx, forgetfulWriter{w}) })
}

func (w forgetfulWriter) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	return w.Writer.PutSecret(ctx, id, user.SecretOf(s.Hash(), s.Changed()))
}

// A difference that hardly ever shows is found by chance.
func TestForgetfulStorageIsFound(t *testing.T) {
	if drive(1, 1000, forgetful{memstore.New()}, memstore.New()) == nil {
		t.Error("no difference is found")
	}
}
