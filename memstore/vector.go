package memstore

import "math/bits"

const (
	fanBits = 6
	fan     = 1 << fanBits
	fanMask = fan - 1
)

// vector is a persistent array of pages of type T, with a B for each block of 64 pages: a tree of arrays of 64 pointers,
// as high as the greatest number needs. A copy of a vector is a snapshot of it, as long as the copies are written under
// different edits.
//
// Every node remembers the edit, the number of the transaction, that made it. A transaction changes in place what it
// made itself and copies what it found, so that a thousand writes copy each node once.
type vector[T, B any] struct {
	root   *vectorNode[T, B]
	height uint // levels above the lowest
}

// vectorNode holds kids, or at the lowest level pages. They are 64 neighbours: the users of a lowest node are a
// "block" of 4,096 ids.
type vectorNode[T, B any] struct {
	edit  uint64
	kids  *[fan]*vectorNode[T, B]
	pages *[fan]T
	block B // what is known of a block as a whole
}

func (v *vector[T, B]) covers(n uint64) bool { return n>>(fanBits*(v.height+1)) == 0 }

// get returns page n, the zero T if there is none.
func (v *vector[T, B]) get(n uint64) (page T) {
	if pages := v.block(n >> fanBits); pages != nil {
		page = pages[n&fanMask]
	}
	return page
}

// block returns pages 64n to 64n+63, nil if there is none of them.
func (v *vector[T, B]) block(n uint64) *[fan]T {
	if node := v.lowest(n); node != nil {
		return node.pages
	}
	return nil
}

// ofBlock returns what is known of a block.
func (v *vector[T, B]) ofBlock(n uint64) (b B) {
	if node := v.lowest(n); node != nil {
		b = node.block
	}
	return b
}

// lowest returns the node of a block, nil if there is none.
func (v *vector[T, B]) lowest(n uint64) *vectorNode[T, B] {
	node := v.root
	if node == nil || !v.covers(n<<fanBits) || n>>(64-fanBits) != 0 {
		return nil
	}
	for h := v.height; h > 0; h-- {
		if node = node.kids[n>>(fanBits*(h-1))&fanMask]; node == nil {
			return nil
		}
	}
	return node
}

// set makes page the page n.
func (v *vector[T, B]) set(n uint64, page T, edit uint64) { v.change(n, edit).pages[n&fanMask] = page }

// setBlock sets what is known of a block.
func (v *vector[T, B]) setBlock(n uint64, b B, edit uint64) { v.change(n<<fanBits, edit).block = b }

// change returns the lowest node for page n, which may be changed then.
func (v *vector[T, B]) change(n uint64, edit uint64) *vectorNode[T, B] {
	if v.root == nil {
		v.root = &vectorNode[T, B]{edit: edit, pages: new([fan]T)}
	}
	for !v.covers(n) {
		up := &vectorNode[T, B]{edit: edit, kids: new([fan]*vectorNode[T, B])}
		up.kids[0] = v.root
		v.root, v.height = up, v.height+1
	}
	place := &v.root
	for h := v.height; ; h-- {
		node := (*place).own(edit)
		*place = node
		if h == 0 {
			return node
		}
		place = &node.kids[n>>(fanBits*h)&fanMask]
		if *place == nil {
			*place = &vectorNode[T, B]{edit: edit}
			if h == 1 {
				(*place).pages = new([fan]T)
			} else {
				(*place).kids = new([fan]*vectorNode[T, B])
			}
		}
	}
}

// own returns the node if this edit made it, else a copy.
func (n *vectorNode[T, B]) own(edit uint64) *vectorNode[T, B] {
	if n.edit == edit {
		return n
	}
	c := &vectorNode[T, B]{edit: edit, block: n.block}
	if n.kids != nil {
		kids := *n.kids
		c.kids = &kids
	} else {
		pages := *n.pages
		c.pages = &pages
	}
	return c
}

// nextBlock returns the least block that is there and not less than n.
func (v *vector[T, B]) nextBlock(n uint64) (uint64, bool) {
	if v.root == nil || !v.covers(n<<fanBits) || n>>(64-fanBits) != 0 {
		return 0, false
	}
	return v.root.seek(v.height, 0, n, true)
}

// previousBlock returns the greatest block that is there and not greater than n.
func (v *vector[T, B]) previousBlock(n uint64) (uint64, bool) {
	if v.root == nil {
		return 0, false
	}
	if n>>(64-fanBits) != 0 || !v.covers(n<<fanBits) {
		n = 1<<(fanBits*v.height) - 1
	}
	return v.root.seek(v.height, 0, n, false)
}

// seek finds the block nearest to n, at it or above it (below it, if not up), under a node whose first block is low.
func (n *vectorNode[T, B]) seek(height uint, low, from uint64, up bool) (uint64, bool) {
	if height == 0 {
		return low, up && low >= from || !up && low <= from
	}
	width := uint64(1) << (fanBits * (height - 1)) // blocks under one kid
	for i := range uint64(fan) {
		if !up {
			i = fan - 1 - i
		}
		first := low + i*width
		if n.kids[i] == nil || up && first+width-1 < from || !up && first > from {
			continue
		}
		if found, ok := n.kids[i].seek(height-1, first, from, up); ok {
			return found, true
		}
	}
	return 0, false
}

// lowest returns the place of the lowest set bit and the bits without it.
func lowest(set uint64) (int, uint64) { return bits.TrailingZeros64(set), set & (set - 1) }

// highest returns the place of the highest set bit and the bits without it.
func highest(set uint64) (int, uint64) {
	i := bits.Len64(set) - 1
	return i, set &^ (1 << i)
}
