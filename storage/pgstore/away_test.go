package pgstore

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestServerIsAway: each call returns an error with the code unavailable when the server cannot be
// reached: with no connection yet, and with connections that end.
func TestServerIsAway(t *testing.T) {
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
		calls := map[string]func(context.Context) error{
			"View": func(ctx context.Context) error {
				return s.View(ctx, "acme", func(context.Context, storage.Reader) error { return nil })
			},
			"a read in a View": func(ctx context.Context) error {
				return s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
					cut()
					_, err := r.User(ctx, 1)
					return err
				})
			},
			"a read in an Update": func(ctx context.Context) error {
				_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
					cut()
					_, err := w.User(ctx, 1)
					return err
				})
				return err
			},
			"Update":        func(ctx context.Context) error { return sample.Pay(ctx, s, "acme", 1, "key") },
			"DeleteAccount": func(ctx context.Context) error { _, err := s.DeleteAccount(ctx, "acme"); return err },
			"Accounts": func(ctx context.Context) error {
				_, err := s.Accounts(ctx, storage.NotDeleted, "", 0)
				return err
			},
			"Migrate": s.Migrate,
		}
		if !used {
			cut()
		}
		for _, name := range []string{"a read in a View", "a read in an Update", "View", "Update", "DeleteAccount", "Accounts", "Migrate"} {
			for range 2 { // connections that ended are gone at the second time
				if err := calls[name](t.Context()); roster.CodeOf(err) != roster.CodeUnavailable {
					t.Errorf("%s, with connections before: %t: code %s of %v", name, used, roster.CodeOf(err), err)
				}
				if used {
					cutter.stop()
					must(t, s.View(t.Context(), "acme", func(context.Context, storage.Reader) error { return nil }))
					cut()
				}
			}
		}
		must(t, s.Close())
	}
}
