package index

import (
	"math/bits"
	"slices"
)

// userBits is a set of users of one block. It is immutable. A nil set is empty.
type userBits struct {
	pages uint64   // which pages have any of the users
	words []uint64 // the users of each such page, in order; never 0
}

// of returns the users of a page that are in the set, as bits by their index in the page.
func (s *userBits) of(page int) uint64 {
	if s == nil || s.pages>>page&1 == 0 {
		return 0
	}
	return s.words[s.index(page)]
}

// index returns the index in words of a page's word, or the index at which to insert it.
func (s *userBits) index(page int) int { return bits.OnesCount64(s.pages & (1<<page - 1)) }

// clone returns a copy with room for one more word.
func (s *userBits) clone() *userBits {
	return &userBits{s.pages, append(make([]uint64, 0, len(s.words)+1), s.words...)}
}

// with returns a copy of the set that also has the user at page and slot. s must not be nil.
func (s *userBits) with(page, slot int) *userBits {
	s = s.clone()
	i := s.index(page)
	if s.pages>>page&1 == 0 {
		s.words = slices.Insert(s.words, i, 0)
		s.pages |= 1 << page
	}
	s.words[i] |= 1 << slot
	return s
}

// without returns a copy of the set without the user at page and slot. The set must contain the
// user.
func (s *userBits) without(page, slot int) *userBits {
	s = s.clone()
	i := s.index(page)
	if s.words[i] &^= 1 << slot; s.words[i] == 0 {
		s.words = slices.Delete(s.words, i, i+1)
		s.pages &^= 1 << page
	}
	return s
}
