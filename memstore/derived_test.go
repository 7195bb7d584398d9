package memstore_test

import (
	"context"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// notCompared are the fields of a block that depend on how it came about: a signature may also have
// triples that are gone.
var notCompared = cmp.FilterPath(func(p cmp.Path) bool {
	return slices.Contains([]string{".generation", ".stale", ".signature"}, p.Last().String())
}, cmp.Ignore())

// After random operations, the rows that are derived from the users hold what they hold when they
// are made anew. No row is too long, and none is empty but the first ones.
func TestDerivedRowsCanBeMadeAnew(t *testing.T) {
	for seed := range uint64(4) {
		d, users := newDice(t, seed), map[user.ID]user.User{}
		s := memstore.New()
		defer s.Close()
		for round := range 30 {
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				for range 1 + d.IntN(3) {
					if err := d.write(ctx, w, users, 1+d.IntN(1<<d.IntN(7))); err != nil {
						return err
					}
					if _, err := w.CountUsers(ctx, storage.Query{}); err != nil { // flushes what was written
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if round%10 != 9 { // comparing takes long
				continue
			}
			stored, rebuilt := s.Derived("acme")
			if diff := cmp.Diff(rebuilt, stored, exact, notCompared, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d, round %d: %s", seed, round, diff)
			}
			empty := 0
			for n := range s.LeafSizes("acme") {
				if n > 64 {
					t.Fatalf("a row of %d items", n)
				}
				if n == 0 {
					empty++
				}
			}
			if empty > 2 {
				t.Fatalf("%d rows without items", empty)
			}
		}
	}
}
