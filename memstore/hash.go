package memstore

import "slices"

const (
	hashBits = 4
	hashFan  = 1 << hashBits
	// hashLevels is how many levels go by the hash.
	hashLevels = 64 / hashBits
	// bucketItems is the most claims in one bucket.
	bucketItems = 24
)

// hashTree is a persistent set of keyClaims: a tree that goes by four bits of the hash at each level, highest first,
// down to buckets. As with a vector, a copy is a snapshot, and a transaction copies each node once. It writes less for
// each claim than a sorted tree of the same size, which matters since a user has up to six.
type hashTree struct{ root *hashNode }

// hashNode is a bucket of claims, or has kids. It has room for both, so that a copy is one allocation.
type hashNode struct {
	edit   uint64
	branch bool
	claims []keyClaim // sorted
	kids   [hashFan]*hashNode
}

func (n *hashNode) own(edit uint64) *hashNode {
	if n.edit == edit {
		return n
	}
	c := *n
	c.edit = edit
	if !n.branch {
		c.claims = append(make([]keyClaim, 0, len(n.claims)+1), n.claims...)
	}
	return &c
}

// digit returns the place of a claim among the kids of a node at a depth. Claims of one hash, as those of a telephone
// that thousands share, are told apart by the ids when the hash has no more bits.
func digit(c keyClaim, depth int) int {
	bits := c.hash
	if depth >= hashLevels {
		bits, depth = uint64(c.id), depth-hashLevels
	}
	return int(bits >> (64 - hashBits*(depth+1)) & (hashFan - 1))
}

// add adds a claim.
func (t *hashTree) add(c keyClaim, edit uint64) {
	place, depth := &t.root, 0
	for ; ; depth++ {
		if *place == nil {
			*place = &hashNode{edit: edit}
		}
		*place = (*place).own(edit)
		if !(*place).branch {
			break
		}
		place = &(*place).kids[digit(c, depth)]
	}
	bucket := *place
	if i, found := slices.BinarySearchFunc(bucket.claims, c, keyClaim.compare); !found {
		bucket.claims = slices.Insert(bucket.claims, i, c)
	}
	for len(bucket.claims) > bucketItems {
		for _, claim := range bucket.claims {
			kid := &bucket.kids[digit(claim, depth)]
			if *kid == nil {
				*kid = &hashNode{edit: edit}
			}
			(*kid).claims = append((*kid).claims, claim)
		}
		bucket.claims, bucket.branch = nil, true
		bucket = bucket.kids[digit(c, depth)]
		depth++
	}
}

// remove takes a claim out.
func (t *hashTree) remove(c keyClaim, edit uint64) {
	for place, depth := &t.root, 0; *place != nil; depth++ {
		*place = (*place).own(edit)
		node := *place
		if !node.branch {
			if i, found := slices.BinarySearchFunc(node.claims, c, keyClaim.compare); found {
				node.claims = slices.Delete(node.claims, i, i+1)
			}
			return
		}
		place = &node.kids[digit(c, depth)]
	}
}

// with calls yield with the claims of a hash in ascending order of their ids, until it returns false.
func (t *hashTree) with(hash uint64, yield func(keyClaim) bool) {
	node := t.root
	for depth := 0; node != nil && node.branch && depth < hashLevels; depth++ {
		node = node.kids[digit(keyClaim{hash: hash}, depth)]
	}
	node.each(hash, yield)
}

func (n *hashNode) each(hash uint64, yield func(keyClaim) bool) bool {
	switch {
	case n == nil:
		return true
	case n.branch:
		for _, kid := range n.kids {
			if !kid.each(hash, yield) {
				return false
			}
		}
		return true
	}
	from, _ := slices.BinarySearchFunc(n.claims, keyClaim{hash: hash}, keyClaim.compare)
	for _, c := range n.claims[from:] {
		if c.hash != hash {
			break
		}
		if !yield(c) {
			return false
		}
	}
	return true
}
