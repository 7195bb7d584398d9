package index

import (
	"cmp"
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
	low, high := 0, len(t)
	for low < high {
		if mid := int(uint(low+high) >> 1); t[mid].key < key {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(t) && t[low].key == key
}

// users returns the users with a key, nil if there are none.
func (t table[K]) users(key K) *userBits {
	if i, found := t.find(key); found {
		return t[i].users
	}
	return nil
}

// change updates the table for one changed user, given by page and slot. before and after are the
// user's sorted keys. It copies each set of an older generation before it changes the set.
func (t *table[K]) change(before, after []K, page, slot int, generation uint64) {
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

func (t *table[K]) add(key K, page, slot int, generation uint64) {
	i, found := t.find(key)
	if !found {
		*t = slices.Insert(*t, i, tableRow[K]{key, &userBits{generation: generation}})
	}
	row := &(*t)[i]
	row.users = row.users.with(page, slot, generation)
}

// remove removes the user at page and slot from the set of the key. The set must exist and must
// contain the user. remove copies the set first if the set belongs to an older generation. If the
// set becomes empty, remove also removes the key from the table.
func (t *table[K]) remove(key K, page, slot int, generation uint64) {
	i, _ := t.find(key)
	users := (*t)[i].users.without(page, slot, generation)
	if (*t)[i].users = users; users.pages == 0 {
		*t = slices.Delete(*t, i, i+1)
	}
}
