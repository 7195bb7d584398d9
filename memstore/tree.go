package memstore

// nodeItems is the most items in one node of a tree: more make a copy dear, fewer the tree high.
const nodeItems = 16

// comparer is an item of a tree: compare is negative, 0 or positive as in package cmp. Items may hold more than what
// is compared.
type comparer[T any] interface{ compare(T) int }

// tree is a persistent sorted set, a B+tree. As with a vector, a copy is a snapshot, and a transaction copies each
// node once.
type tree[T comparer[T]] struct {
	root *treeNode[T]
	size int
}

// treeNode is a leaf, or a branch with as many kids as items: items[i] is not greater than any item under kids[i], and
// greater than all under kids[i-1]. A leaf has room for kids too, so that every copy is one allocation.
type treeNode[T comparer[T]] struct {
	edit   uint64
	n      int // items that it has
	branch bool
	items  [nodeItems]T
	kids   [nodeItems]*treeNode[T]
}

func (n *treeNode[T]) own(edit uint64) *treeNode[T] {
	if n.edit == edit {
		return n
	}
	c := *n
	c.edit = edit
	return &c
}

// find returns the place of the first item not less than item, and whether that is equal to it.
func (n *treeNode[T]) find(item T) (int, bool) {
	low, high := 0, n.n
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
		up := &treeNode[T]{edit: edit, branch: true}
		up.insert(0, root.items[0], root)
		up.insert(1, right.items[0], right)
		root = up
	}
	t.root = root
	if added {
		t.size++
	}
}

func (n *treeNode[T]) put(item T, edit uint64) (self, right *treeNode[T], added bool) {
	n = n.own(edit)
	if !n.branch {
		i, found := n.find(item)
		if found {
			n.items[i] = item
			return n, nil, false
		}
		return n, n.add(i, item, nil, edit), true
	}
	i := n.kidFor(item)
	kid, beside, added := n.kids[i].put(item, edit)
	n.kids[i], n.items[i] = kid, kid.items[0]
	if beside == nil {
		return n, nil, added
	}
	return n, n.add(i+1, beside.items[0], beside, edit), added
}

// add inserts an item at place i. If there is no room, half of the items go to a new node, which is returned. A node
// that grows at its end stays full, so that what comes in ascending order is packed without gaps.
func (n *treeNode[T]) add(i int, item T, kid *treeNode[T], edit uint64) (right *treeNode[T]) {
	if n.n < nodeItems {
		n.insert(i, item, kid)
		return nil
	}
	at := nodeItems / 2
	if i == nodeItems {
		at = nodeItems
	}
	right = &treeNode[T]{edit: edit, n: nodeItems - at, branch: n.branch}
	copy(right.items[:], n.items[at:])
	copy(right.kids[:], n.kids[at:])
	clear(n.items[at:])
	clear(n.kids[at:])
	n.n = at
	if i <= at && at < nodeItems {
		n.insert(i, item, kid)
	} else {
		right.insert(i-at, item, kid)
	}
	return right
}

// insert inserts an item, and the kid under it if this is no leaf, where there is room.
func (n *treeNode[T]) insert(i int, item T, kid *treeNode[T]) {
	copy(n.items[i+1:n.n+1], n.items[i:n.n])
	n.items[i] = item
	if n.branch {
		copy(n.kids[i+1:n.n+1], n.kids[i:n.n])
		n.kids[i] = kid
	}
	n.n++
}

// cut takes out the item at place i, and the kid under it.
func (n *treeNode[T]) cut(i int) {
	var none T
	n.n--
	copy(n.items[i:n.n], n.items[i+1:n.n+1])
	n.items[n.n] = none
	if n.branch {
		copy(n.kids[i:n.n], n.kids[i+1:n.n+1])
		n.kids[n.n] = nil
	}
}

// remove takes out the item that compares equal and reports whether there was one.
func (t *tree[T]) remove(item T, edit uint64) bool {
	if _, ok := t.get(item); !ok {
		return false
	}
	root := t.root.remove(item, edit)
	for root.branch && root.n == 1 {
		root = root.kids[0]
	}
	if root.n == 0 {
		root = nil
	}
	t.root = root
	t.size--
	return true
}

func (n *treeNode[T]) remove(item T, edit uint64) *treeNode[T] {
	n = n.own(edit)
	if !n.branch {
		if i, found := n.find(item); found {
			n.cut(i)
		}
		return n
	}
	i := n.kidFor(item)
	kid := n.kids[i].remove(item, edit)
	if kid.n == 0 {
		n.cut(i)
		return n
	}
	n.kids[i], n.items[i] = kid, kid.items[0]
	if kid.n < nodeItems/4 && n.n > 1 {
		n.merge(max(i, 1)-1, edit)
	}
	return n
}

// merge makes one node of kids i and i+1, if it is not too full then.
func (n *treeNode[T]) merge(i int, edit uint64) {
	if n.kids[i].n+n.kids[i+1].n > nodeItems*3/4 {
		return
	}
	left, right := n.kids[i].own(edit), n.kids[i+1]
	copy(left.items[left.n:], right.items[:right.n])
	copy(left.kids[left.n:], right.kids[:right.n])
	left.n += right.n
	n.kids[i] = left
	n.cut(i + 1)
}

// get returns the item that compares equal.
func (t *tree[T]) get(item T) (T, bool) {
	for n := t.root; n != nil; {
		if n.branch {
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
	if !n.branch {
		if from != nil {
			start, _ = n.find(*from)
		}
		for _, item := range n.items[start:n.n] {
			if !yield(item) {
				return false
			}
		}
		return true
	}
	if from != nil {
		start = n.kidFor(*from)
	}
	for _, kid := range n.kids[start:n.n] {
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
	end := n.n - 1
	if !n.branch {
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
