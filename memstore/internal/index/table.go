package index

import (
	"cmp"
	"math/bits"
	"slices"
)

// table maps each key to the users of a block that have it, sorted by key.
type table[K cmp.Ordered] []tableRow[K]

type tableRow[K cmp.Ordered] struct {
	key   K
	users *userBits // never empty
}

// clone returns a copy with room for a few more keys.
func (t table[K]) clone() table[K] {
	return append(make(table[K], 0, len(t)+4), t...)
}

// find looks up a key in the sorted table. It returns the index of the key and true if the table
// contains the key. Otherwise it returns the index at which the key must be inserted and false.
func (t table[K]) find(key K) (int, bool) {
	return slices.BinarySearchFunc(t, key, func(row tableRow[K], key K) int { return cmp.Compare(row.key, key) })
}

// users returns the users with a key, nil if there are none.
func (t table[K]) users(key K) *userBits {
	if i, found := t.find(key); found {
		return t[i].users
	}
	return nil
}

// change updates the table for one changed user, given by page and slot. before and after are the
// user's sorted keys.
func (t *table[K]) change(before, after []K, page, slot int) {
	for len(before)+len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && before[0] < after[0]:
			t.remove(before[0], page, slot)
			before = before[1:]
		case len(before) == 0 || after[0] < before[0]:
			t.add(after[0], page, slot)
			after = after[1:]
		default:
			before, after = before[1:], after[1:]
		}
	}
}

func (t *table[K]) add(key K, page, slot int) {
	i, found := t.find(key)
	if !found {
		*t = slices.Insert(*t, i, tableRow[K]{key, &userBits{}})
	}
	row := &(*t)[i]
	row.users = row.users.with(page, slot)
}

// remove removes the user at page and slot from the users of the key. The table must have the user
// under this key. If no user has the key any more, remove also removes the key.
func (t *table[K]) remove(key K, page, slot int) {
	i, _ := t.find(key)
	users := (*t)[i].users.without(page, slot)
	if (*t)[i].users = users; users.pages == 0 {
		*t = slices.Delete(*t, i, i+1)
	}
}

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

// with returns a copy of the set that also contains a user. page and slot give the user: the number
// of the page, and the index in the page. The set must not be nil.
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

// without returns a copy of the set without a user. page and slot give the user: the number of the
// page, and the index in the page. The set must contain the user.
func (s *userBits) without(page, slot int) *userBits {
	s = s.clone()
	i := s.index(page)
	if s.words[i] &^= 1 << slot; s.words[i] == 0 {
		s.words = slices.Delete(s.words, i, i+1)
		s.pages &^= 1 << page
	}
	return s
}
