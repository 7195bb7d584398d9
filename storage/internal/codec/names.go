package codec

import (
	"encoding"
	"fmt"
	"strconv"

	"github.com/ca74b63c/roster/user"
)

// enum is an enumeration: small numbers, most of which have a name.
type enum interface {
	~uint8
	fmt.Stringer
}

// reader is what reads the name of an E.
type reader[E enum] interface {
	*E
	encoding.TextUnmarshaler
}

// named is a field that holds an enumeration: its number in a binary record, its name in JSON. A storage holds what it
// is given, so a number without a name is possible; it stays a number.
func named[E enum, P reader[E]](f *fields, number uint64, name string, v *E) {
	switch {
	case f.object == nil:
		unsigned(f, number, name, v)
	case !f.reading:
		if *v != 0 {
			f.member(name)
			f.out = appendName[E, P](f.out, *v)
		}
	default:
		if raw := f.take(name); raw != nil {
			var ok bool
			if *v, ok = parseName[E, P](raw); !ok {
				f.fail(name)
			}
		}
	}
}

// roles is a field that holds a set of roles: a number in a binary record, a list of names in JSON.
func roles(f *fields, number uint64, name string, v *user.Roles) {
	switch {
	case f.object == nil:
		unsigned(f, number, name, v)
	case !f.reading:
		if *v == 0 {
			return
		}
		f.member(name)
		sep := byte('[')
		for r := range v.All() {
			f.out = appendName(append(f.out, sep), r)
			sep = ','
		}
		f.out = append(f.out, ']')
	default:
		raw := f.take(name)
		if raw == nil {
			return
		}
		if raw[0] != '[' {
			f.fail(name)
			return
		}
		for _, item := range itemsOfArray(raw) {
			r, ok := parseName[user.Role](item)
			if !ok || user.RolesOf(r) == 0 {
				f.fail(name)
				return
			}
			*v = v.With(user.RolesOf(r))
		}
	}
}

// appendName appends a name, or the number of what has none.
func appendName[E enum, P reader[E]](b []byte, e E) []byte {
	if hasName[E, P](e) {
		return append(append(append(b, '"'), e.String()...), '"')
	}
	return strconv.AppendUint(b, uint64(e), 10)
}

// parseName reads what appendName wrote, and no number of what has a name: there is one way to write each.
func parseName[E enum, P reader[E]](raw []byte) (e E, ok bool) {
	if raw[0] == '"' {
		name, err := ParseText(raw)
		return e, err == nil && P(&e).UnmarshalText([]byte(name)) == nil && e.String() == name
	}
	n, err := strconv.ParseUint(string(raw), 10, 8)
	e = E(n)
	return e, err == nil && !hasName[E, P](e)
}

// hasName reports whether what String says of e is a name, which is read again, or only its number.
func hasName[E enum, P reader[E]](e E) bool {
	var named E
	return P(&named).UnmarshalText([]byte(e.String())) == nil && named == e
}
