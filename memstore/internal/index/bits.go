package index

import (
	"math/bits"
	"slices"
)

// userBits is a set of users of one block. A nil set is empty.
type userBits struct {
	generation uint64   // of the block that it was made for
	pages      uint64   // which pages have any of the users
	words      []uint64 // the users of each such page, in order; never 0
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

// own returns a set with the same users as s that a block of the given generation may change. It
// returns s itself if s was made for that generation. Otherwise it returns a copy for that
// generation.
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
