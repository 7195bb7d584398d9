// Package index finds users by attributes and by parts of their names.
//
// A Block indexes the users with the ids of one block of 4,096 consecutive ids. Block.With returns
// a new block for changed users. A Plan is made from a storage.Query and returns the ids of the
// users that match in a block. Blocks are immutable, and can be rebuilt from the users at any time.
//
// A block has two parts. For each facet (a skill, a role, a status and so on) it has the set of
// users with that facet, one bit a user. So filters are AND, OR and AND NOT of words, and totals
// count bits. For each page of 64 users it has their folded names in one text, and a signature of
// the three-byte sequences in that text. The signature lets a search skip most pages without
// reading the text.
package index

import (
	"math/bits"

	"github.com/ca74b63c/roster/user"
)

const (
	pageBits = 6
	pageSize = 1 << pageBits

	// BlockBits is the number of lowest bits of an id that give the user's index in its block.
	BlockBits = 2 * pageBits
)

// Block is the index of the users of one block. The zero Block and a nil Block are empty.
type Block struct {
	facets table[facet]
	custom table[string] // by customKey, and by the names of custom attributes
	pages  *[pageSize]page
}

// page is the index of 64 users.
type page struct {
	there uint64 // which of them exist
	text  *pageText
}

// Change is a new or changed user. Old is nil for a new user.
type Change struct{ Old, New *user.User }

// Same reports whether a and b certainly have the same index entries. If not, they may have or not.
func Same(a, b *user.User) bool {
	return sameFacets(a, b) && a.Custom.Equal(b.Custom) && sameText(a, b)
}

// Number returns the number of the block that contains a user.
func Number(id user.ID) uint64 { return uint64(id) >> BlockBits }

// place returns the page of a user in its block, and the user's index in the page.
func place(id user.ID) (page, slot int) {
	return int(id >> pageBits & (pageSize - 1)), int(id & (pageSize - 1))
}

// With returns a copy of the block b in which each Change.New replaces the user with the same id,
// or is added to the block. All users must belong to this block, and each user may be changed only
// once. A nil b is an empty block. With does not change b; the copy shares unchanged parts with b.
func (b *Block) With(changes []Change) *Block {
	if b == nil {
		b = &Block{pages: new([pageSize]page)}
	}
	next := &Block{b.facets, b.custom, b.pages}
	var texts [pageSize]records
	facets, custom, text := false, false, false
	for _, c := range changes {
		n, slot := place(c.New.ID)
		if c.Old == nil || !sameFacets(c.Old, c.New) {
			if !facets {
				next.facets, facets = b.facets.clone(), true
			}
			var oldRoom, newRoom [64]facet // enough for nearly every user; append makes more
			before := oldRoom[:0]
			if c.Old != nil {
				before = facetsOf(c.Old, before)
			}
			next.facets.change(before, facetsOf(c.New, newRoom[:0]), n, slot)
		}
		if before := customOf(c.Old); !before.Equal(c.New.Custom) {
			if !custom {
				next.custom, custom = b.custom.clone(), true
			}
			next.custom.change(customKeys(before), customKeys(c.New.Custom), n, slot)
		}
		if c.Old == nil || !sameText(c.Old, c.New) {
			texts[n], text = append(texts[n], record{slot, textOf(c.New)}), true
		}
	}
	if text {
		pages := *b.pages
		next.pages = &pages
	}
	for n, list := range texts {
		if len(list) > 0 {
			p := &next.pages[n]
			p.text = p.text.with(list)
			for _, r := range list {
				p.there |= 1 << r.slot
			}
		}
	}
	return next
}

// lowest returns the index of the lowest set bit, and the set without that bit.
func lowest(set uint64) (int, uint64) { return bits.TrailingZeros64(set), set & (set - 1) }

// highest returns the index of the highest set bit, and the set without that bit.
func highest(set uint64) (int, uint64) {
	i := bits.Len64(set) - 1
	return i, set &^ (1 << i)
}
