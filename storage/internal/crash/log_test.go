package crash

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// broken is a storage of which every n-th Update fails or lies.
type broken struct {
	storage.Storage
	n    atomic.Int64
	each int64
	how  func(update func() error, s storage.Storage) error
}

func (b *broken) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if b.n.Add(1)%b.each != 0 {
		return b.Storage.Update(ctx, a, fn)
	}
	return 1, b.how(func() error {
		_, err := b.Storage.Update(ctx, a, fn)
		return err
	}, b.Storage)
}

// recorder is a test that may fail without failing this one.
type recorder struct {
	testing.TB
	failed atomic.Bool
}

func (r *recorder) Errorf(string, ...any) { r.failed.Store(true) }

// TestDrive drives storages that fail in turn, of which a careful client loses nothing, and
// storages that lie, which the log finds out.
func TestDrive(t *testing.T) {
	errLost := errors.New("connection lost")
	for name, c := range map[string]struct {
		how                 func(update func() error, s storage.Storage) error
		lies, unknown, kept bool
	}{
		"fails": {how: func(func() error, storage.Storage) error { return errLost }},
		"does not know, and it happened": {how: func(update func() error, _ storage.Storage) error {
			return errors.Join(update(), storage.ErrUnknownOutcome)
		}, unknown: true, kept: true},
		"does not know, and it did not happen": {how: func(func() error, storage.Storage) error {
			return storage.ErrUnknownOutcome
		}, unknown: true},
		"acknowledges what did not happen": {how: func(func() error, storage.Storage) error { return nil }, lies: true},
		"fails, and it happened": {how: func(update func() error, _ storage.Storage) error {
			return errors.Join(errLost, update())
		}, lies: true},
		"does something else too": {how: func(update func() error, s storage.Storage) error {
			return errors.Join(update(), sample.Pay(t.Context(), s, "acme", 1, fmt.Sprint("second ", time.Now().UnixNano())))
		}, lies: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := memstore.New()
			sample.Fund(t, s, "acme")
			l, r := NewLog("acme"), &recorder{TB: t}
			stop := l.Drive(r, &broken{Storage: s, each: 17, how: c.how}, 4, "key")
			for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); time.Sleep(time.Millisecond) {
				if l.Acknowledged() >= 300 || r.failed.Load() {
					break
				}
			}
			stop()
			l.End(r, s)
			if r.failed.Load() != c.lies {
				t.Errorf("failed: %t", r.failed.Load())
			}
			if !c.lies && (l.Errors() == 0 || l.Acknowledged() < 300 || l.Unknown > 0 != c.unknown || l.Kept > 0 != c.kept) {
				t.Errorf("%d errors, %d transfers, %d unknown, %d kept", l.Errors(), l.Acknowledged(), l.Unknown, l.Kept)
			}
		})
	}
}
