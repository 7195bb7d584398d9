package memstore

import (
	"maps"
	"math/rand/v2"
	"testing"
)

// holding says that a user of a block has a facet.
type holding struct {
	facet      facet
	page, slot int
}

// A table says of each user which facets he has, whatever came and went, and its copies stay what they were.
func FuzzFacetTable(f *testing.F) {
	f.Add(uint64(1), uint16(3000))
	f.Add(uint64(2), uint16(40))
	f.Fuzz(func(t *testing.T, seed uint64, steps uint16) {
		d := rand.New(rand.NewPCG(seed, 5))
		var now facetTable
		var tables []facetTable
		var wants []map[holding]bool
		want, count := map[holding]bool{}, map[facet]int{}
		for i := range int(steps) {
			if i%50 == 0 && len(tables) < 20 {
				tables, wants = append(tables, now), append(wants, maps.Clone(want))
			}
			edit := uint64(1 + i/50)
			now = now.own(edit)
			h := holding{facet(d.IntN(6)), d.IntN(fan), d.IntN(2)}
			if want[h] {
				delete(want, h)
				count[h.facet]--
				if last := now.remove(h.facet, h.page, h.slot, edit); last != (count[h.facet] == 0) {
					t.Fatalf("step %d: the last of facet %d: %v", i, h.facet, last)
				}
				continue
			}
			want[h] = true
			count[h.facet]++
			if first := now.add(h.facet, h.page, h.slot, edit); first != (count[h.facet] == 1) {
				t.Fatalf("step %d: the first of facet %d: %v", i, h.facet, first)
			}
		}
		for i, table := range append(tables, now) {
			checkFacets(t, table, append(wants, want)[i])
		}
	})
}

func checkFacets(t *testing.T, table facetTable, want map[holding]bool) {
	t.Helper()
	for f := range facet(6) {
		users := table.users(f)
		for page := range fan {
			var word uint64
			for slot := range 2 {
				if want[holding{f, page, slot}] {
					word |= 1 << slot
				}
			}
			if got := users.of(page); got != word {
				t.Fatalf("facet %d, page %d: %b, want %b", f, page, got, word)
			}
			if users != nil && users.pages>>page&1 != 0 != (word != 0) {
				t.Fatalf("facet %d: pages %b", f, users.pages)
			}
		}
	}
}
