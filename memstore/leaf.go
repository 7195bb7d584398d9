package memstore

import (
	"bytes"
	"iter"
	"slices"
)

// leafItem is what a leafRow holds: items are sorted by compare, and their keys by bytes in the
// same way.
type leafItem[T any] interface {
	compare(T) int
	key(b []byte) []byte // appends the key to b
}

// highest is the key of the last leafRow of a table, above the keys of all items.
var highest = bytes.Repeat([]byte{0xFF}, 17)

// leafOf returns the row that an item belongs to, nil if the table is empty.
func leafOf[T leafItem[T]](r *reader, table string, item T) *leafRow[T] {
	found, err := r.rows.LowerBound(table, byID, r.search(item.key(r.key[:0]))...)
	must(err)
	row, _ := found.Next().(*leafRow[T])
	return row
}

// itemsFrom yields the items of a table that are not less than one, in ascending order.
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

// itemsBelow yields the items of a table that are less than one, in descending order.
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

// leafChange adds an item, or removes it.
type leafChange[T any] struct {
	item   T
	remove bool
}

// changeLeaves applies changes to the leaves of a table. All rows are read before the first is
// written: a table that is read after it was written is copied again by go-memdb.
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

// with returns the rows that take the place of a row after some changes: one, or more if the items
// are too many for one.
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
