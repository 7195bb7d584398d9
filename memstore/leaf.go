package memstore

import (
	"bytes"
	"iter"
	"slices"

	memdb "github.com/hashicorp/go-memdb"
)

// leafItem is what a leafRow holds: items are sorted by compare, and their keys by bytes in the same
// way.
type leafItem[T any] interface {
	compare(T) int
	key() []byte
}

// lowest is the key of the first leafRow of a table, below the keys of all items.
var lowest = []byte{0}

// leafOf returns the row that an item belongs to, nil if the table is empty.
func leafOf[T leafItem[T]](rows *memdb.Txn, table string, item T) *leafRow[T] {
	return first(descend[leafRow[T]](rows, table, item.key()))
}

// itemsFrom yields the items of a table from one on, up or down. The one itself is among them if it
// is there.
func itemsFrom[T leafItem[T]](rows *memdb.Txn, table string, from T, down bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		key := from.key()
		if down {
			top := true
			for leaf := range descend[leafRow[T]](rows, table, key) {
				items := leaf.items
				if top {
					items = items[:leaf.end(from)]
					top = false
				}
				for _, item := range slices.Backward(items) {
					if !yield(item) {
						return
					}
				}
			}
			return
		}
		leaf := first(descend[leafRow[T]](rows, table, key))
		if leaf == nil {
			return
		}
		i, _ := slices.BinarySearchFunc(leaf.items, from, T.compare)
		for _, item := range leaf.items[i:] {
			if !yield(item) {
				return
			}
		}
		for next := range ascend[leafRow[T]](rows, table, leaf.low) {
			if next == leaf {
				continue
			}
			for _, item := range next.items {
				if !yield(item) {
					return
				}
			}
		}
	}
}

// end returns how many items of the row are not greater than one.
func (l *leafRow[T]) end(item T) int {
	i, found := slices.BinarySearchFunc(l.items, item, T.compare)
	if found {
		i++
	}
	return i
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
		old := leafOf(w.rows, table, list[0].item)
		n := 1
		for n < len(list) && (old == nil || leafOf(w.rows, table, list[n].item) == old) {
			n++
		}
		if old == nil {
			n, old = len(list), &leafRow[T]{low: lowest}
		}
		rows := old.with(list[:n])
		if len(rows[0].items) > 0 || bytes.Equal(old.low, lowest) {
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
		return []*leafRow[T]{{l.low, slices.Clip(items)}}
	}
	// Items that come in ascending order fill the rows; others leave room between them.
	size := pageSize
	if !atEnd {
		n := len(items)/pageSize + 1
		size = (len(items) + n - 1) / n
	}
	var rows []*leafRow[T]
	for part := range slices.Chunk(items, size) {
		row := &leafRow[T]{l.low, slices.Clone(part)}
		if len(rows) > 0 {
			row.low = part[0].key()
		}
		rows = append(rows, row)
	}
	return rows
}
