package memstore_test

import (
	"context"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/google/go-cmp/cmp"
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
		d, m := newDice(seed), model{}
		s := memstore.New()
		defer s.Close()
		for round := range 30 {
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				for range 1 + d.IntN(1<<d.IntN(8)) {
					u := d.user(d.id(), w.Next())
					if old, ok := m[u.ID]; ok && d.one(2) {
						u = d.vary(old, w.Next())
					}
					if m.taken(u) {
						continue
					}
					if err := w.PutUser(ctx, u); err != nil {
						return err
					}
					m[u.ID] = u
					if d.one(50) { // flushes what was written
						if _, err := w.CountUsers(ctx, storage.Query{}); err != nil {
							return err
						}
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
			if diff := cmp.Diff(rebuilt, stored, exact, notCompared); diff != "" {
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
