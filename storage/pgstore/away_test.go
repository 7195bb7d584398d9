package pgstore

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestServerIsAway: each call returns an error with the code unavailable when the server cannot be
// reached: with no connection yet, and with connections that end.
func TestServerIsAway(t *testing.T) {
	t.Parallel()
	for _, used := range []bool{false, true} {
		s, _, cutter := throughShears(t)
		cut := func() {
			cutter.mu.Lock()
			defer cutter.mu.Unlock()
			cutter.end()
		}
		if used {
			must(t, s.Migrate(t.Context()))
			sample.Fund(t, s, "acme")
		}
		calls := maps.Clone(connecting)
		delete(calls, "Wait")
		calls["a read in a View"] = func(ctx context.Context, s *Store) error {
			return s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
				cut()
				_, err := r.User(ctx, 1)
				return err
			})
		}
		calls["a read in an Update"] = func(ctx context.Context, s *Store) error {
			_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
				cut()
				_, err := w.User(ctx, 1)
				return err
			})
			return err
		}
		cut()
		for name, call := range calls {
			for range 2 { // connections that ended are gone at the second time
				if used {
					cutter.stop()
					must(t, s.View(t.Context(), "acme", func(context.Context, storage.Reader) error { return nil }))
					if !strings.HasPrefix(name, "a read") {
						cut()
					}
				}
				if err := call(t.Context(), s); roster.CodeOf(err) != roster.CodeUnavailable {
					t.Errorf("%s, with connections before: %t: code %s of %v", name, used, roster.CodeOf(err), err)
				}
			}
		}
		must(t, s.Close())
	}
}
