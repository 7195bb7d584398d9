package history

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// broken is a storage that breaks the contract from its n-th View or Update on: it loses the writes
// of one Update that it acknowledges, or twenty Views show the state that the first of them saw.
type broken struct {
	*memstore.Store
	n       int64
	loses   bool // an Update; or else Views are stale
	updates atomic.Int64

	mu      sync.Mutex
	views   int64
	earlier *memstore.Store
}

var errLost = errors.New("lost")

// Update runs fn in an update of the account a, and returns the revision and the error of the
// storage. The chosen Update is rolled back if fn returns nil and appends a change; then Update
// returns the revision that the commit would have made, and no error.
func (s *broken) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	var next user.Revision
	rev, err := s.Store.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		changes := &changeCounter{Writer: w}
		if err := fn(ctx, changes); err != nil || ctx.Err() != nil {
			return err
		}
		if next = w.Next(); s.loses && changes.n > 0 && s.updates.Add(1) == s.n {
			return errLost
		}
		return nil
	})
	if errors.Is(err, errLost) {
		return next, nil
	}
	return rev, err
}

// View runs fn in a read transaction of the account a, and returns the error of the storage.
func (s *broken) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	s.mu.Lock()
	s.views++
	n := s.views
	var err error
	if n == s.n && !s.loses {
		var saved bytes.Buffer
		err = s.Snapshot(context.WithoutCancel(ctx), &saved)
		if err == nil {
			s.earlier, err = memstore.Restore(context.WithoutCancel(ctx), &saved)
		}
	}
	earlier := s.earlier
	s.mu.Unlock()
	switch {
	case err != nil:
		return err
	case earlier != nil && n < s.n+20:
		return earlier.View(ctx, a, fn)
	}
	return s.Store.View(ctx, a, fn)
}

type changeCounter struct {
	storage.Writer
	n int
}

func (w *changeCounter) AppendChange(ctx context.Context, c storage.Change) error {
	w.n++
	return w.Writer.AppendChange(ctx, c)
}

// TestBrokenStoragesAreNoticed records histories on a storage that breaks the contract, and all are
// refused. Histories on the storage that is beneath are not.
func TestBrokenStoragesAreNoticed(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // for the pages that Check writes
	for what, c := range map[string]struct{ breaks, loses bool }{
		"nothing": {}, "a lost write": {true, true}, "a stale read": {true, false},
	} {
		t.Run(what, func(t *testing.T) {
			for seed := range uint64(4) {
				store := memstore.New()
				defer store.Close()
				s := &broken{Store: store, loses: c.loses}
				if c.breaks {
					s.n = 20 + rand.New(rand.NewPCG(seed, 7)).Int64N(30) // there are some 70 to 110 writes and views
				}
				h, err := Record(t.Context(), s, Setting{Seed: seed, Prefix: "s", Operations: 400, Accounts: 1})
				if err == nil {
					err = h.Check(time.Minute)
				}
				if (err != nil) != c.breaks {
					t.Errorf("seed %d: %v", seed, err)
				}
			}
		})
	}
}
