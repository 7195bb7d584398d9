// Package nameset has sets of names of roles, actions and permissions, including those of a host.
package nameset

import "slices"

// MaxName is the greatest length of a name.
const MaxName = 64

// Lower reports whether s is a lower-case name: a lower-case letter, then at most 63 lower-case
// letters, digits, underscores, periods and hyphens.
func Lower(s string) bool {
	for i, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '_' || c == '.' || c == '-'):
		default:
			return false
		}
	}
	return s != "" && len(s) <= MaxName
}

// Upper reports whether s is an upper-case name: an upper-case letter, then at most 63 upper-case
// letters, digits and underscores.
func Upper(s string) bool {
	for i, c := range []byte(s) {
		switch {
		case 'A' <= c && c <= 'Z':
		case i > 0 && ('0' <= c && c <= '9' || c == '_'):
		default:
			return false
		}
	}
	return s != "" && len(s) <= MaxName
}

// Invalid replaces each invalid name in a set. It is not a valid name itself.
const Invalid = "?"

// Set is an immutable set of names. It is encoded as a string: the names in ascending order, each
// after a byte with its length. So equal sets are equal strings. The zero Set is empty.
type Set string

// Of returns the set of the given names. A name that occurs twice is in the set once. Without
// names, Of returns the empty set. Of does not check the names; each must have 1 to MaxName bytes.
func Of(names ...string) Set {
	if len(names) == 0 {
		return ""
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	b := make([]byte, 0, 256)
	for _, name := range slices.Compact(sorted) {
		b = append(append(b, byte(len(name))), name...)
	}
	return Set(b)
}

// Cut returns the first name of the set in ascending order, and the set of the other names. For the
// empty set, Cut returns "" and the empty set.
func (s Set) Cut() (name string, rest Set) {
	if s == "" {
		return "", ""
	}
	end := 1 + int(s[0])
	return string(s[1:end]), s[end:]
}

// Len returns the number of names.
func (s Set) Len() (n int) {
	for name, rest := s.Cut(); name != ""; name, rest = rest.Cut() {
		n++
	}
	return n
}

// Has reports whether the set contains the name.
func (s Set) Has(name string) bool {
	for first, rest := s.Cut(); first != ""; first, rest = rest.Cut() {
		if first == name {
			return true
		}
	}
	return false
}

// HasAny reports whether s and t have a name in common.
func (s Set) HasAny(t Set) bool {
	for name, rest := s.Cut(); name != ""; name, rest = rest.Cut() {
		if t.Has(name) {
			return true
		}
	}
	return false
}

// HasAll reports whether s contains every name of t.
func (s Set) HasAll(t Set) bool {
	for name, rest := t.Cut(); name != ""; name, rest = rest.Cut() {
		if !s.Has(name) {
			return false
		}
	}
	return true
}

// With returns the union of s and t.
func (s Set) With(t Set) Set {
	switch {
	case s == "" || s == t:
		return t
	case t == "":
		return s
	}
	return Of(append(s.names(), t.names()...)...)
}

// Without returns the names of s that are not in t.
func (s Set) Without(t Set) Set {
	return s.keep(func(name string) bool { return !t.Has(name) })
}

// Common returns the intersection of s and t.
func (s Set) Common(t Set) Set { return s.keep(t.Has) }

// keep returns the set of the names in s for which wanted returns true. If wanted returns true for
// none or all of the names, keep does not allocate. keep may call wanted twice for a name.
func (s Set) keep(wanted func(string) bool) Set {
	kept := 0
	for name, rest := s.Cut(); name != ""; name, rest = rest.Cut() {
		if wanted(name) {
			kept += 1 + len(name)
		}
	}
	if kept == 0 || kept == len(s) {
		return s[:kept]
	}
	return Of(slices.DeleteFunc(s.names(), func(name string) bool { return !wanted(name) })...)
}

func (s Set) names() (list []string) {
	for name, rest := s.Cut(); name != ""; name, rest = rest.Cut() {
		list = append(list, name)
	}
	return list
}
