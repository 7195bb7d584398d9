package memstore

import "slices"

// nodeItems is the most items in one node of a tree.
const nodeItems = 64

// comparer is an item of a tree: compare is negative, 0 or positive as in package cmp. Items may hold more than what
// is compared.
type comparer[T any] interface{ compare(T) int }

// tree is a persistent sorted set, a B+tree. As with a vector, a copy is a snapshot, and a transaction copies each
// node once.
type tree[T comparer[T]] struct {
	root *treeNode[T]
	size int
}

// treeNode has items only if it is a leaf; otherwise items[i] is not greater than any item under kids[i], and greater
// than all under kids[i-1].
type treeNode[T comparer[T]] struct {
	edit  uint64
	items []T
	kids  []*treeNode[T]
}

func (n *treeNode[T]) own(edit uint64) *treeNode[T] {
	if n.edit == edit {
		return n
	}
	c := &treeNode[T]{edit: edit, items: make([]T, len(n.items), len(n.items)+1)}
	copy(c.items, n.items)
	if n.kids != nil {
		c.kids = make([]*treeNode[T], len(n.kids), len(n.kids)+1)
		copy(c.kids, n.kids)
	}
	return c
}

// find returns the place of the first item not less than item, and whether that is equal to it.
func (n *treeNode[T]) find(item T) (int, bool) {
	low, high := 0, len(n.items)
	for low < high {
		mid := int(uint(low+high) >> 1)
		switch c := n.items[mid].compare(item); {
		case c < 0:
			low = mid + 1
		case c > 0:
			high = mid
		default:
			return mid, true
		}
	}
	return low, false
}

// kidFor returns the place of the kid under which item belongs.
func (n *treeNode[T]) kidFor(item T) int {
	i, found := n.find(item)
	if found || i == 0 {
		return i
	}
	return i - 1
}

// put adds an item, or replaces the one that compares equal.
func (t *tree[T]) put(item T, edit uint64) {
	if t.root == nil {
		t.root = &treeNode[T]{edit: edit}
	}
	root, right, added := t.root.put(item, edit)
	if right != nil {
		root = &treeNode[T]{
			edit: edit, items: []T{root.items[0], right.items[0]}, kids: []*treeNode[T]{root, right},
		}
	}
	t.root = root
	if added {
		t.size++
	}
}

func (n *treeNode[T]) put(item T, edit uint64) (self, right *treeNode[T], added bool) {
	n = n.own(edit)
	if n.kids == nil {
		i, found := n.find(item)
		if found {
			n.items[i] = item
			return n, nil, false
		}
		n.items = slices.Insert(n.items, i, item)
		return n, n.split(i, edit), true
	}
	i := n.kidFor(item)
	kid, beside, added := n.kids[i].put(item, edit)
	n.kids[i], n.items[i] = kid, kid.items[0]
	if beside == nil {
		return n, nil, added
	}
	n.items = slices.Insert(n.items, i+1, beside.items[0])
	n.kids = slices.Insert(n.kids, i+1, beside)
	return n, n.split(i+1, edit), added
}

// split halves a node that has too many items, the newest at place last, and returns the right half. A node that
// grows at its end stays full, so that what comes in ascending order is packed without gaps.
func (n *treeNode[T]) split(last int, edit uint64) *treeNode[T] {
	if len(n.items) <= nodeItems {
		return nil
	}
	at := len(n.items) / 2
	if last == len(n.items)-1 {
		at = last
	}
	right := &treeNode[T]{edit: edit, items: slices.Clone(n.items[at:])}
	// The left half is cloned too: what was appended one by one has room to spare that would stay for ever.
	n.items = slices.Clone(n.items[:at])
	if n.kids != nil {
		right.kids = slices.Clone(n.kids[at:])
		n.kids = slices.Clone(n.kids[:at])
	}
	return right
}

// remove takes out the item that compares equal and reports whether there was one.
func (t *tree[T]) remove(item T, edit uint64) bool {
	if _, ok := t.get(item); !ok {
		return false
	}
	root := t.root.remove(item, edit)
	for len(root.kids) == 1 {
		root = root.kids[0]
	}
	if len(root.items) == 0 {
		root = nil
	}
	t.root = root
	t.size--
	return true
}

func (n *treeNode[T]) remove(item T, edit uint64) *treeNode[T] {
	n = n.own(edit)
	if n.kids == nil {
		if i, found := n.find(item); found {
			n.items = slices.Delete(n.items, i, i+1)
		}
		return n
	}
	i := n.kidFor(item)
	kid := n.kids[i].remove(item, edit)
	if len(kid.items) == 0 {
		n.items, n.kids = slices.Delete(n.items, i, i+1), slices.Delete(n.kids, i, i+1)
		return n
	}
	n.kids[i], n.items[i] = kid, kid.items[0]
	if len(kid.items) < nodeItems/4 && len(n.kids) > 1 {
		n.merge(max(i, 1)-1, edit)
	}
	return n
}

// merge makes one node of kids i and i+1, if it is not too full then.
func (n *treeNode[T]) merge(i int, edit uint64) {
	if len(n.kids[i].items)+len(n.kids[i+1].items) > nodeItems*3/4 {
		return
	}
	left, right := n.kids[i].own(edit), n.kids[i+1]
	left.items, left.kids = append(left.items, right.items...), append(left.kids, right.kids...)
	n.kids[i] = left
	n.items, n.kids = slices.Delete(n.items, i+1, i+2), slices.Delete(n.kids, i+1, i+2)
}

// get returns the item that compares equal.
func (t *tree[T]) get(item T) (T, bool) {
	for n := t.root; n != nil; {
		if n.kids != nil {
			n = n.kids[n.kidFor(item)]
			continue
		}
		if i, found := n.find(item); found {
			return n.items[i], true
		}
		break
	}
	var none T
	return none, false
}

// atLeast returns the first item not less than item.
func (t *tree[T]) atLeast(item T) (first T, ok bool) {
	t.ascend(&item, func(found T) bool {
		first, ok = found, true
		return false
	})
	return first, ok
}

// atMost returns the last item not greater than item.
func (t *tree[T]) atMost(item T) (last T, ok bool) {
	t.descend(&item, func(found T) bool {
		last, ok = found, true
		return false
	})
	return last, ok
}

// ascend calls yield with the items not less than from (nil: all) in ascending order, until it returns false.
func (t *tree[T]) ascend(from *T, yield func(T) bool) {
	if t.root != nil {
		t.root.ascend(from, yield)
	}
}

func (n *treeNode[T]) ascend(from *T, yield func(T) bool) bool {
	start := 0
	if n.kids == nil {
		if from != nil {
			start, _ = n.find(*from)
		}
		for _, item := range n.items[start:] {
			if !yield(item) {
				return false
			}
		}
		return true
	}
	if from != nil {
		start = n.kidFor(*from)
	}
	for _, kid := range n.kids[start:] {
		if !kid.ascend(from, yield) {
			return false
		}
		from = nil // only the first kid has items before it
	}
	return true
}

// descend calls yield with the items not greater than from (nil: all) in descending order, until it returns false.
func (t *tree[T]) descend(from *T, yield func(T) bool) {
	if t.root != nil {
		t.root.descend(from, yield)
	}
}

func (n *treeNode[T]) descend(from *T, yield func(T) bool) bool {
	end := len(n.items) - 1
	if n.kids == nil {
		if from != nil {
			i, found := n.find(*from)
			if end = i; !found {
				end--
			}
		}
		for i := end; i >= 0; i-- {
			if !yield(n.items[i]) {
				return false
			}
		}
		return true
	}
	if from != nil {
		end = n.kidFor(*from)
	}
	for i := end; i >= 0; i-- {
		if !n.kids[i].descend(from, yield) {
			return false
		}
		from = nil
	}
	return true
}
