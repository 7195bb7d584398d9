package user

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/validate"
)

// The ids of what an account knows beside its users. Each is positive; they are types of their own
// so that a skill is never passed for a group.
type (
	ApplicationID     int64
	SkillID           int64
	GroupID           int64 // of an agent group
	ProfileID         int64
	QueueID           int64
	DeviceID          int64
	LineOfBusinessID  int64
	ViewID            int64
	PermissionGroupID int64
)

// IDSet is an immutable set of ids. The zero value is the empty set.
type IDSet[T ~int64] struct{ frozen[T] }

// frozen is a slice that does not change. It is one word, because users have many and are copied
// often.
type frozen[T any] struct{ slice *[]T } // nil, or at least one item

func freeze[T any](items []T) frozen[T] {
	if len(items) == 0 {
		return frozen[T]{}
	}
	items = slices.Clip(items)
	return frozen[T]{&items}
}

// items returns the slice, which must not be changed.
func (f frozen[T]) items() []T {
	if f.slice == nil {
		return nil
	}
	return *f.slice
}

// Len returns the number of items.
func (f frozen[T]) Len() int { return len(f.items()) }

// IsZero reports whether there are no items.
func (f frozen[T]) IsZero() bool { return f.slice == nil }

// MarshalJSON writes the items as an array. It returns an error for an item that cannot be encoded.
func (f frozen[T]) MarshalJSON() ([]byte, error) {
	if f.IsZero() {
		return []byte("[]"), nil
	}
	return strictjson.Marshal(f.items())
}

// IDSetOf returns the set of the given ids. Repeated ids count once.
func IDSetOf[T ~int64](ids ...T) IDSet[T] {
	if len(ids) == 0 {
		return IDSet[T]{}
	}
	s := slices.Clone(ids)
	slices.Sort(s)
	return IDSet[T]{freeze(slices.Compact(s))}
}

// Has reports whether id is in the set.
func (s IDSet[T]) Has(id T) bool {
	_, ok := slices.BinarySearch(s.items(), id)
	return ok
}

// HasAny reports whether at least one id is in both s and t. It returns false if one of them is
// empty.
func (s IDSet[T]) HasAny(t IDSet[T]) bool {
	return slices.ContainsFunc(s.items(), t.Has)
}

// All yields the ids in ascending order.
func (s IDSet[T]) All() iter.Seq[T] { return slices.Values(s.items()) }

// Slice returns a new slice of the ids in ascending order.
func (s IDSet[T]) Slice() []T { return slices.Clone(s.items()) }

// With returns the set with ids added.
func (s IDSet[T]) With(ids ...T) IDSet[T] { return IDSetOf(slices.Concat(s.items(), ids)...) }

// Without returns the set with ids removed.
func (s IDSet[T]) Without(ids ...T) IDSet[T] {
	gone := IDSetOf(ids...)
	return IDSetOf(slices.DeleteFunc(slices.Clone(s.items()), gone.Has)...)
}

// Equal reports whether both sets hold the same ids.
func (s IDSet[T]) Equal(t IDSet[T]) bool { return s == t || slices.Equal(s.items(), t.items()) }

// String lists the ids in ascending order.
func (s IDSet[T]) String() string { return fmt.Sprint(s.items()) }

// UnmarshalJSON sets s to the ids in a JSON array, in any order. Repeated ids count once, and null
// gives the empty set. After an error, which is the JSON decoder's, s is unchanged.
func (s *IDSet[T]) UnmarshalJSON(b []byte) error {
	var ids []T
	if err := json.Unmarshal(b, &ids); err != nil {
		return err
	}
	*s = IDSetOf(ids...)
	return nil
}

// List is an immutable sequence. The zero value is empty.
type List[T comparable] struct{ frozen[T] }

// ListOf returns a list of the given items, in their order.
func ListOf[T comparable](items ...T) List[T] {
	if len(items) == 0 {
		return List[T]{}
	}
	return List[T]{freeze(slices.Clone(items))}
}

// All yields the items in order.
func (l List[T]) All() iter.Seq[T] { return slices.Values(l.items()) }

// Slice returns a new slice of the items in order.
func (l List[T]) Slice() []T { return slices.Clone(l.items()) }

// Find returns the first item for which ok returns true, and true. If there is none, it returns the
// zero value and false.
func (l List[T]) Find(ok func(T) bool) (T, bool) {
	if i := slices.IndexFunc(l.items(), ok); i >= 0 {
		return l.items()[i], true
	}
	var none T
	return none, false
}

// With returns a copy of l that contains item: in place of the first item for which same returns
// true, or at the end if there is no such item. l does not change.
func (l List[T]) With(item T, same func(T) bool) List[T] {
	items := slices.Clone(l.items())
	if i := slices.IndexFunc(items, same); i >= 0 {
		items[i] = item
	} else {
		items = append(items, item)
	}
	return List[T]{freeze(items)}
}

// Without returns the list without the items that drop returns true for.
func (l List[T]) Without(drop func(T) bool) List[T] {
	return ListOf(slices.DeleteFunc(slices.Clone(l.items()), drop)...)
}

// Equal reports whether both lists hold the same items in the same order.
func (l List[T]) Equal(m List[T]) bool { return l == m || slices.Equal(l.items(), m.items()) }

// String lists the items.
func (l List[T]) String() string { return fmt.Sprint(l.items()) }

// UnmarshalJSON sets l to the items in a JSON array. null gives the empty list. After an error l is
// unchanged. The error wraps a *validate.Error with each problem at its path.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	var items []T
	if err := strictjson.Unmarshal(b, &items); err != nil {
		return &decodeError{err, validate.Unmarshal(b, &items)}
	}
	*l = ListOf(items...)
	return nil
}

// each returns a copy of the list in which f has changed each item. It calls f with a pointer to
// each item of the copy, in order. It does not call f for the empty list. l does not change.
func (l List[T]) each(f func(*T)) List[T] {
	if l.IsZero() {
		return l
	}
	items := slices.Clone(l.items())
	for i := range items {
		f(&items[i])
	}
	return List[T]{freeze(items)}
}

// Optional is a number that may be absent. Absent is different from 0. The zero value is absent.
type Optional struct {
	n   int
	set bool
}

// Some returns a present number.
func Some(n int) Optional { return Optional{n, true} }

// Get returns the number and whether it is present.
func (o Optional) Get() (n int, ok bool) { return o.n, o.set }

// Or returns the number, or inherited if it is absent.
func (o Optional) Or(inherited int) int {
	if o.set {
		return o.n
	}
	return inherited
}

// IsZero reports whether the number is absent.
func (o Optional) IsZero() bool { return !o.set }

// String returns the number in decimal, or "none".
func (o Optional) String() string {
	if !o.set {
		return "none"
	}
	return fmt.Sprint(o.n)
}

// MarshalJSON writes the number, or null.
func (o Optional) MarshalJSON() ([]byte, error) {
	if !o.set {
		return []byte("null"), nil
	}
	return json.Marshal(o.n)
}

// UnmarshalJSON sets o to a JSON whole number, and makes o absent for null. After an error, which
// is the JSON decoder's, o is unchanged.
func (o *Optional) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*o = Optional{}
		return nil
	}
	read := Optional{set: true}
	if err := json.Unmarshal(b, &read.n); err != nil {
		return err
	}
	*o = read
	return nil
}
