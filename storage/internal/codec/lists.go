package codec

import (
	"encoding/binary"

	"github.com/ca74b63c/roster/user"
)

// idSet is a field that holds a set of ids: each as what it is more than the one before.
func idSet[T ~int64](f *fields, number uint64, name string, v *user.IDs[T]) {
	if f.object != nil {
		objectSet(f, name, v)
		return
	}
	if !f.at(number, v.IsZero()) {
		return
	}
	if !f.reading {
		var b []byte
		var last uint64
		for id := range v.All() {
			b = binary.AppendUvarint(b, uint64(id)-last) // wraps around for ids below 0, and back when read
			last = uint64(id)
		}
		f.appendBytes(string(b))
		return
	}
	inner := fields{reading: true, in: f.bytes()}
	var ids []T
	var last uint64
	for inner.in != "" {
		last += inner.uvarint()
		ids = append(ids, T(last))
	}
	if inner.err != nil {
		f.fail("set")
	}
	*v = user.IDsOf(ids...)
	f.advance()
}

// list is a field that holds a list of records.
func list[T comparable](f *fields, number uint64, name string, v *user.List[T], walk func(*fields, *T)) {
	if !f.reading && f.object != nil {
		items := v.Slice()
		objectSlice(f, name, &items, walk)
		return
	}
	if !f.reading {
		if items := v.Slice(); f.at(number, len(items) == 0) {
			f.appendItems(itemsOf(items, walk))
		}
		return
	}
	var items []T
	slice(f, number, name, &items, walk)
	*v = user.ListOf(items...)
}

// slice is a field that holds a slice of records.
func slice[T any](f *fields, number uint64, name string, v *[]T, walk func(*fields, *T)) {
	if f.object != nil {
		objectSlice(f, name, v, walk)
		return
	}
	if !f.at(number, len(*v) == 0) {
		return
	}
	if !f.reading {
		f.appendItems(itemsOf(*v, walk))
		return
	}
	inner := fields{reading: true, in: f.bytes()}
	for inner.in != "" {
		item := fields{reading: true, in: inner.bytes()}
		if inner.err != nil {
			break
		}
		var t T
		item.advance()
		walk(&item, &t)
		if item.end(); item.err != nil {
			inner.fail("item")
			break
		}
		*v = append(*v, t)
	}
	if inner.err != nil {
		f.fail("list")
	}
	f.advance()
}

func (f *fields) appendItems(b []byte) {
	f.out = binary.AppendUvarint(f.out, uint64(len(b)))
	f.out = append(f.out, b...)
}

// itemsOf writes each item with its length before it.
func itemsOf[T any](items []T, walk func(*fields, *T)) []byte {
	var b []byte
	var one fields
	for i := range items {
		one.out = one.out[:0]
		walk(&one, &items[i])
		b = binary.AppendUvarint(b, uint64(len(one.out)))
		b = append(b, one.out...)
	}
	return b
}
