package user

import (
	"fmt"
	"strconv"
	"time"
)

// attributeRow is what the package knows of one attribute. What treats every attribute alike (difference, replacement,
// reset) goes through the table of these rows. Only Patch.Attributes, Patch.assign and User.Equal, which every write
// calls, name each attribute once more, because that is several times as fast; a test fails on one forgotten.
type attributeRow struct {
	name  string // as the model calls it, "maxChats"
	path  string // JSON pointer into the encoded user, "/capacity/maxChats"
	equal func(a, b *User) bool
	text  func(*User) string

	// The rest is there for attributes that a patch can name, and nil for the others.
	keep  func(*Patch, *User) // makes the patch set what the user has
	drop  func(*Patch)        // makes the patch leave the attribute as it is
	reset func(*User)         // takes the attribute back to its default
}

// plain is a row for an attribute that == compares.
func plain[T comparable](name, path string, at func(*User) *T, in func(*Patch) *Field[T]) attributeRow {
	return direct(name, path, at, in, func(a, b T) bool { return a == b })
}

// valued is a row for an attribute with an Equal method.
func valued[T interface{ Equal(T) bool }](name, path string, at func(*User) *T, in func(*Patch) *Field[T]) attributeRow {
	return direct(name, path, at, in, func(a, b T) bool { return a.Equal(b) })
}

func direct[T any](name, path string, at func(*User) *T, in func(*Patch) *Field[T], same func(a, b T) bool) attributeRow {
	return special(name, path,
		func(a, b *User) bool { return same(*at(a), *at(b)) },
		func(u *User) string { return fmt.Sprint(*at(u)) },
		in, func(u *User) T { return *at(u) },
		func(u *User) { *at(u) = *new(T) })
}

// special is a row for an attribute that Patch.Apply sets by a rule of its own.
func special[T any](name, path string, equal func(a, b *User) bool, text func(*User) string,
	in func(*Patch) *Field[T], value func(*User) T, reset func(*User),
) attributeRow {
	return attributeRow{
		name: name, path: path, equal: equal, text: text, reset: reset,
		keep: func(p *Patch, u *User) { *in(p) = Set(value(u)) },
		drop: func(p *Patch) { *in(p) = Field[T]{} },
	}
}

// moment is a row for a time that only the library sets.
func moment(name, path string, at func(*User) time.Time) attributeRow {
	return attributeRow{
		name: name, path: path,
		equal: func(a, b *User) bool { return at(a).Equal(at(b)) },
		text: func(u *User) string {
			return instant(at(u))
		},
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// instant returns the time in words; equal times have equal words. The zero time has none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
