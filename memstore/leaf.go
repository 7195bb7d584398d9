package memstore

import (
	"bytes"
	"iter"
	"slices"
)

// leafItem is the type of the items in a leafRow. compare must order items as bytes.Compare orders
// their keys.
type leafItem[T any] interface {
	compare(T) int
	key(b []byte) []byte // appends the key to b
}

// highest is the key of the last leafRow of a table. It is greater than the key of every item.
var highest = bytes.Repeat([]byte{0xFF}, 17)

// leafOf returns the row of the table for the item: the only row that may contain the item. It
// returns nil if the table is empty. The caller must not change the row.
func leafOf[T leafItem[T]](r *reader, table string, item T) *leafRow[T] {
	found, err := r.rows.LowerBound(table, byID, r.search(item.key(r.key[:0]))...)
	must(err)
	row, _ := found.Next().(*leafRow[T])
	return row
}

// itemsFrom yields the items of a table that are greater than from or equal to it, in ascending
// order.
func itemsFrom[T leafItem[T]](r *reader, table string, from T) iter.Seq[T] {
	return func(yield func(T) bool) {
		i := -1
		for leaf := range ascend[leafRow[T]](r, table, from.key(r.key[:0])) {
			if i < 0 {
				i, _ = slices.BinarySearchFunc(leaf.items, from, T.compare)
			}
			for _, item := range leaf.items[i:] {
				if !yield(item) {
					return
				}
			}
			i = 0
		}
	}
}

// itemsBelow yields the items of a table that are less than from, in descending order.
func itemsBelow[T leafItem[T]](r *reader, table string, from T) iter.Seq[T] {
	return func(yield func(T) bool) {
		leaf := leafOf(r, table, from)
		if leaf == nil {
			return
		}
		i, _ := slices.BinarySearchFunc(leaf.items, from, T.compare)
		for leaf := range descend[leafRow[T]](r, table, append(r.key[:0], leaf.high...)) {
			if i < 0 {
				i = len(leaf.items)
			}
			for _, item := range slices.Backward(leaf.items[:i]) {
				if !yield(item) {
					return
				}
			}
			i = -1
		}
	}
}

// leafChange is the addition of an item to a table of leafRows, or its removal.
type leafChange[T any] struct {
	item   T
	remove bool
}

// changeLeaves applies the additions and removals in list to a table of leafRows, which are rows
// with sorted items. It replaces each affected row by one or several rows. It removes a row without
// items, except the last row of the table. It sorts list in place.
//
// changeLeaves reads all affected rows before it writes the first row, because go-memdb makes
// another copy of a table when a table is read after a write.
func changeLeaves[T leafItem[T]](w *writer, table string, list []leafChange[T]) {
	slices.SortStableFunc(list, func(a, b leafChange[T]) int { return a.item.compare(b.item) })
	var put, gone []*leafRow[T]
	for len(list) > 0 {
		old := leafOf(&w.reader, table, list[0].item)
		if old == nil {
			old = &leafRow[T]{high: highest}
		}
		n := 1
		for ; n < len(list); n++ {
			if w.key = list[n].item.key(w.key[:0]); bytes.Compare(w.key, old.high) > 0 {
				break
			}
		}
		rows := old.with(list[:n])
		if len(rows[0].items) > 0 || bytes.Equal(old.high, highest) {
			put = append(put, rows...)
		} else {
			gone = append(gone, old)
		}
		list = list[n:]
	}
	for _, row := range put {
		w.insert(table, row)
	}
	for _, row := range gone {
		w.remove(table, row)
	}
}

// with returns the rows that replace the row l after the additions and removals in list. list must
// be sorted and not empty. An added item replaces an equal item. with does not change l.
//
// If at most pageSize items remain, with returns one row, which may be empty. Otherwise it returns
// several rows of about the same size. But if l is empty, or all changes come after the last item
// of l, every new row except the last is full, because further items are then likely to follow.
func (l *leafRow[T]) with(list []leafChange[T]) []*leafRow[T] {
	items := make([]T, 0, len(l.items)+len(list))
	old, atEnd := l.items, len(l.items) == 0 || l.items[len(l.items)-1].compare(list[0].item) < 0
	for _, c := range list {
		i, found := slices.BinarySearchFunc(old, c.item, T.compare)
		items = append(items, old[:i]...)
		if found {
			i++
		}
		if old = old[i:]; !c.remove {
			items = append(items, c.item)
		}
	}
	items = append(items, old...)
	if len(items) <= pageSize {
		return []*leafRow[T]{{l.high, slices.Clip(items)}}
	}
	// Items that come in ascending order fill the rows; others leave room between them.
	size := pageSize
	if !atEnd {
		n := len(items)/pageSize + 1
		size = (len(items) + n - 1) / n
	}
	var rows []*leafRow[T]
	for part := range slices.Chunk(items, size) {
		rows = append(rows, &leafRow[T]{part[len(part)-1].key(nil), slices.Clone(part)})
	}
	rows[len(rows)-1].high = l.high
	return rows
}
