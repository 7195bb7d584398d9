package differential

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// dice is a Source of chance.
type dice struct {
	*rand.Rand
	failed string
}

func (d *dice) Draw(_ string, least, most int64) int64 { return least + d.Int64N(most-least+1) }
func (d *dice) Helper()                                {}

// Fatalf keeps what the first difference was.
func (d *dice) Fatalf(format string, args ...any) {
	if d.failed == "" {
		d.failed = fmt.Sprintf(format, args...)
	}
}

// drive makes runs on both storages and returns the first difference.
func drive(seed uint64, runs int, a, b storage.Storage) string {
	d := &dice{Rand: rand.New(rand.NewPCG(seed, 1))}
	for n := range runs {
		r := New(d, fmt.Sprintf("run %06d ", n), a, b)
		for range 20 {
			if d.IntN(2) == 0 {
				r.Update()
			} else {
				r.View()
			}
		}
		if r.End(); d.failed != "" {
			return d.failed
		}
	}
	return ""
}

func TestEqualStoragesDoNotDiffer(t *testing.T) {
	if diff := drive(1, 60, storagetest.Twice(memstore.New()), memstore.New()); diff != "" {
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
	if drive(1, 1000, forgetful{memstore.New()}, memstore.New()) == "" {
		t.Error("no difference is found")
	}
}
