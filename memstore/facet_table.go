package memstore

import (
	"math/bits"
	"slices"

	"github.com/ca74b63c/roster/user"
)

// facetTable says which users of a block have which facet.
type facetTable struct {
	edit uint64
	rows []facetRow // sorted by facet
}

type facetRow struct {
	facet facet
	users *userBits // never empty
}

// find returns the place of f, or where it would stand.
func (t facetTable) find(f facet) (int, bool) {
	low, high := 0, len(t.rows)
	for low < high {
		if mid := int(uint(low+high) >> 1); t.rows[mid].facet < f {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(t.rows) && t.rows[low].facet == f
}

// users returns who has f; nil is nobody.
func (t facetTable) users(f facet) *userBits {
	if i, found := t.find(f); found {
		return t.rows[i].users
	}
	return nil
}

// page returns where the user of a facet aboutID is.
func (f facet) page() (page uint64, slot int) { return pageOf(user.ID(f &^ aboutID)) }

// userIn returns the user of a facet aboutID as a set, nil if the user is in another block.
func (f facet) userIn(block uint64) *userBits {
	page, slot := f.page()
	if page>>fanBits != block {
		return nil
	}
	return &userBits{pages: 1 << (page & fanMask), words: []uint64{1 << slot}}
}

// own returns the table if this edit made it, else a copy that may be changed.
func (t facetTable) own(edit uint64) facetTable {
	if t.edit == edit {
		return t
	}
	rows := make([]facetRow, len(t.rows), len(t.rows)+4) // most changes bring few facets that are new to a block
	copy(rows, t.rows)
	return facetTable{edit, rows}
}

// add gives f to a user of the block. It reports whether nobody had it.
func (t *facetTable) add(f facet, page, slot int, edit uint64) (first bool) {
	i, found := t.find(f)
	if !found {
		t.rows = slices.Insert(t.rows, i, facetRow{f, &userBits{edit: edit}})
	}
	t.rows[i].users = t.rows[i].users.with(page, slot, edit)
	return !found
}

// remove takes f from a user of the block, who has it. It reports whether nobody has it any more.
func (t *facetTable) remove(f facet, page, slot int, edit uint64) (last bool) {
	i, _ := t.find(f)
	users := t.rows[i].users.without(page, slot, edit)
	if t.rows[i].users = users; users.pages == 0 {
		t.rows = slices.Delete(t.rows, i, i+1)
		return true
	}
	return false
}

// userBits is a set of users of a block. A nil one is empty.
type userBits struct {
	edit  uint64
	pages uint64   // which pages have any of them
	words []uint64 // those of each such page, in order; never 0
}

// of returns which users of a page are in the set.
func (s *userBits) of(page int) uint64 {
	if s == nil || s.pages>>page&1 == 0 {
		return 0
	}
	return s.words[s.place(page)]
}

// place returns where the word of a page is, or would stand.
func (s *userBits) place(page int) int { return bits.OnesCount64(s.pages & (1<<page - 1)) }

// own returns the set if this edit made it, else a copy that may be changed.
func (s *userBits) own(edit uint64) *userBits {
	if s.edit == edit {
		return s
	}
	words := make([]uint64, len(s.words), len(s.words)+1)
	copy(words, s.words)
	return &userBits{edit, s.pages, words}
}

func (s *userBits) with(page, slot int, edit uint64) *userBits {
	s = s.own(edit)
	i := s.place(page)
	if s.pages>>page&1 == 0 {
		s.words = slices.Insert(s.words, i, 0)
		s.pages |= 1 << page
	}
	s.words[i] |= 1 << slot
	return s
}

func (s *userBits) without(page, slot int, edit uint64) *userBits {
	s = s.own(edit)
	i := s.place(page)
	if s.words[i] &^= 1 << slot; s.words[i] == 0 {
		s.words = slices.Delete(s.words, i, i+1)
		s.pages &^= 1 << page
	}
	return s
}
