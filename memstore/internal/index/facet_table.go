package index

import (
	"math/bits"
	"slices"
)

// facetTable has the users of a block for each facet that one of them has, sorted by facet.
type facetTable []facetRow

type facetRow struct {
	facet facet
	users *userBits // never empty
}

// clone returns a copy that may be changed. Most changes bring few facets that are new to a block.
func (t facetTable) clone() facetTable {
	return append(make(facetTable, 0, len(t)+4), t...)
}

// find returns the place of f, or where it belongs.
func (t facetTable) find(f facet) (int, bool) {
	low, high := 0, len(t)
	for low < high {
		if mid := int(uint(low+high) >> 1); t[mid].facet < f {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(t) && t[low].facet == f
}

// users returns the users with f, nil if there are none.
func (t facetTable) users(f facet) *userBits {
	if i, found := t.find(f); found {
		return t[i].users
	}
	return nil
}

// change brings the table up to date with a user, who has a slot of a page. Sets of an older
// generation are copied.
func (t *facetTable) change(c Change, page, slot int, generation uint64) {
	var oldRoom, newRoom [64]facet // enough for nearly every user; append makes more
	before, after := oldRoom[:0], facetsOf(c.New, newRoom[:0])
	if c.Old != nil {
		before = facetsOf(c.Old, before)
	}
	for len(before)+len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && before[0] < after[0]:
			t.remove(before[0], page, slot, generation)
			before = before[1:]
		case len(before) == 0 || after[0] < before[0]:
			t.add(after[0], page, slot, generation)
			after = after[1:]
		default:
			before, after = before[1:], after[1:]
		}
	}
}

func (t *facetTable) add(f facet, page, slot int, generation uint64) {
	i, found := t.find(f)
	if !found {
		*t = slices.Insert(*t, i, facetRow{f, &userBits{generation: generation}})
	}
	row := &(*t)[i]
	row.users = row.users.with(page, slot, generation)
}

// remove takes f from a user that has it.
func (t *facetTable) remove(f facet, page, slot int, generation uint64) {
	i, _ := t.find(f)
	users := (*t)[i].users.without(page, slot, generation)
	if (*t)[i].users = users; users.pages == 0 {
		*t = slices.Delete(*t, i, i+1)
	}
}

// userBits is a set of users of a block. nil is empty.
type userBits struct {
	generation uint64   // of the block that it was made for
	pages      uint64   // which pages have any of the users
	words      []uint64 // the users of each such page, in order; never 0
}

// of returns which users of a page are in the set.
func (s *userBits) of(page int) uint64 {
	if s == nil || s.pages>>page&1 == 0 {
		return 0
	}
	return s.words[s.index(page)]
}

// index returns where the word of a page is, or belongs.
func (s *userBits) index(page int) int { return bits.OnesCount64(s.pages & (1<<page - 1)) }

// own returns the set if it is of this generation, else a copy.
func (s *userBits) own(generation uint64) *userBits {
	if s.generation == generation {
		return s
	}
	words := append(make([]uint64, 0, len(s.words)+1), s.words...)
	return &userBits{generation, s.pages, words}
}

func (s *userBits) with(page, slot int, generation uint64) *userBits {
	s = s.own(generation)
	i := s.index(page)
	if s.pages>>page&1 == 0 {
		s.words = slices.Insert(s.words, i, 0)
		s.pages |= 1 << page
	}
	s.words[i] |= 1 << slot
	return s
}

func (s *userBits) without(page, slot int, generation uint64) *userBits {
	s = s.own(generation)
	i := s.index(page)
	if s.words[i] &^= 1 << slot; s.words[i] == 0 {
		s.words = slices.Delete(s.words, i, i+1)
		s.pages &^= 1 << page
	}
	return s
}
