package crash

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// broken is a storage whose Updates fail or lie in turn.
type broken struct {
	storage.Storage
	n    atomic.Int64
	each int64
	how  string
}

var errLost = errors.New("connection lost")

func (b *broken) Update(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	if b.n.Add(1)%b.each != 0 {
		return b.Storage.Update(ctx, a, fn)
	}
	switch b.how {
	case "fails":
		return 0, errLost
	case "does not know, and it happened":
		if _, err := b.Storage.Update(ctx, a, fn); err != nil {
			return 0, err
		}
		return 0, storage.ErrUnknownOutcome
	case "does not know, and it did not happen":
		return 0, storage.ErrUnknownOutcome
	case "acknowledges what did not happen":
		return 1, nil
	case "fails, and it happened":
		_, err := b.Storage.Update(ctx, a, fn)
		return 0, errors.Join(errLost, err)
	case "does it twice":
		for key := range 2 {
			if _, err := b.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
				return sample.Post(ctx, w, 1, fmt.Sprint("second ", b.n.Load(), key))
			}); err != nil {
				return 0, err
			}
		}
	}
	return b.Storage.Update(ctx, a, fn)
}

// recorder is a test that may fail without failing this one.
type recorder struct {
	testing.TB
	failed atomic.Bool
}

func (r *recorder) Errorf(string, ...any) { r.failed.Store(true) }

// drive drives a storage for a moment and ends.
func drive(t *testing.T, each int64, how string) (*Log, bool) {
	s := memstore.New()
	sample.Fund(t, s, "acme")
	l, r := NewLog("acme"), &recorder{TB: t}
	stop := l.Drive(r, &broken{Storage: s, each: each, how: how}, 4, "key")
	for limit := time.Now().Add(10 * time.Second); l.Acknowledged() < 300 && time.Now().Before(limit) && !r.failed.Load(); {
		time.Sleep(time.Millisecond)
	}
	stop()
	l.End(r, s)
	return l, r.failed.Load()
}

func TestACarefulClientLosesNothing(t *testing.T) {
	for _, how := range []string{"fails", "does not know, and it happened", "does not know, and it did not happen"} {
		l, failed := drive(t, 7, how)
		if failed || l.Errors() == 0 || l.Acknowledged() < 300 {
			t.Errorf("a storage that %s: failed %t, %d errors, %d transfers", how, failed, l.Errors(), l.Acknowledged())
		}
		if unknown := strings.Contains(how, "know"); (l.Unknown > 0) != unknown || (l.Kept > 0) != strings.Contains(how, "it happened") {
			t.Errorf("a storage that %s: %d unknown, %d kept", how, l.Unknown, l.Kept)
		}
	}
}

func TestALiarIsFound(t *testing.T) {
	for _, how := range []string{"acknowledges what did not happen", "fails, and it happened", "does it twice"} {
		if _, failed := drive(t, 100, how); !failed {
			t.Errorf("nothing was noticed of a storage that %s", how)
		}
	}
}

// What a process said before it was killed is checked, and what it did not say healed.
func TestHealAfterAProcess(t *testing.T) {
	s := memstore.New()
	sample.Fund(t, s, "acme")
	for name, c := range map[string]struct {
		happened, tried, done string
		fails                 bool
	}{
		"acknowledged":                   {"a b", "a b", "a b", false},
		"kept and not acknowledged":      {"c d", "c d", "c", false},
		"neither kept nor acknowledged":  {"e", "e f", "e", false},
		"acknowledged and lost":          {"g", "g h", "g h", true},
		"there, and nobody tried":        {"i j", "i", "i", true},
		"nothing tried, nothing happens": {"", "", "", false},
	} {
		account := user.AccountID(name)
		sample.Fund(t, s, account)
		l, r := NewLog(account), &recorder{TB: t}
		for _, key := range strings.Fields(c.happened) {
			if err := sample.Pay(t.Context(), s, account, 1, key); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range strings.Fields(c.tried) {
			l.Try(key)
		}
		for _, key := range strings.Fields(c.done) {
			l.Done(key)
		}
		if l.End(r, s); r.failed.Load() != c.fails {
			t.Errorf("%s: failed %t", name, r.failed.Load())
		}
	}
}

func TestLedgerThatDoesNotAddUp(t *testing.T) {
	s := memstore.New()
	sample.Fund(t, s, "acme")
	r := &recorder{TB: t}
	var l sample.Ledger
	l.ReadOn(r, s, "acme")
	if err := sample.Pay(t.Context(), s, "acme", 1, "key"); err != nil || r.failed.Load() {
		t.Fatal(err)
	}
	l.ReadOn(r, loses{s}, "acme")
	if !r.failed.Load() {
		t.Error("a unit that is missing was not noticed")
	}
}

// loses is a storage that shows a unit less than there is.
type loses struct{ storage.Storage }

type losesReader struct{ storage.Reader }

func (s loses) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	return s.Storage.View(ctx, a, func(ctx context.Context, r storage.Reader) error { return fn(ctx, losesReader{r}) })
}

func (r losesReader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	list, err := r.Reader.Balances(ctx, holders...)
	if err == nil && holders[0] == 1 {
		list[0]--
	}
	return list, err
}
