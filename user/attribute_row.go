package user

import "time"

// attributeRow describes one attribute. Functions that treat all attributes alike (difference,
// replacement, reset) use the table of these rows. Patch.Attributes, Patch.assign and User.Equal,
// which every write calls, name each attribute instead, because that is several times as fast. A
// test fails if one of them misses an attribute.
type attributeRow struct {
	name  string // such as "maxChats"
	path  string // JSON pointer into the encoded user, "/capacity/maxChats"
	equal func(a, b *User) bool
	value func(*User) Value

	// The other fields are nil for attributes that a patch cannot name. keep makes the patch set
	// the value of the user.
	keep  func(*Patch, *User)
	drop  func(*Patch)                 // makes the patch not name the attribute
	reset func(*User)                  // sets the default
	write func(*Patch) ([]byte, error) // returns the field as JSON; null if it is cleared
	read  func(*Patch, []byte) error   // reads what write returns
}

// plain returns a row for an attribute that is compared with ==.
func plain[T comparable](name, path string, at func(*User) *T, in func(*Patch) *Field[T]) attributeRow {
	return direct(name, path, at, in, func(a, b T) bool { return a == b })
}

// valued returns a row for an attribute that is compared with its method Equal.
func valued[T interface{ Equal(T) bool }](name, path string, at func(*User) *T, in func(*Patch) *Field[T]) attributeRow {
	return direct(name, path, at, in, func(a, b T) bool { return a.Equal(b) })
}

func direct[T any](name, path string, at func(*User) *T, in func(*Patch) *Field[T], same func(a, b T) bool) attributeRow {
	row := special(name, path,
		func(a, b *User) bool { return same(*at(a), *at(b)) },
		in, func(u *User) T { return *at(u) },
		func(u *User) { *at(u) = *new(T) })
	row.value = func(u *User) Value { return valueOf(at(u)) } // makes no copy
	return row
}

// special returns a row for an attribute that Patch.Apply sets by a rule of its own.
func special[T any](name, path string, equal func(a, b *User) bool,
	in func(*Patch) *Field[T], value func(*User) T, reset func(*User),
) attributeRow {
	return attributeRow{
		name: name, path: path, equal: equal, reset: reset,
		value: func(u *User) Value {
			v := value(u)
			return valueOf(&v)
		},
		keep:  func(p *Patch, u *User) { *in(p) = Set(value(u)) },
		drop:  func(p *Patch) { *in(p) = Field[T]{} },
		write: func(p *Patch) ([]byte, error) { return in(p).appendJSON() },
		read:  func(p *Patch, b []byte) error { return in(p).readJSON(b) },
	}
}

// encodedAs returns row with new functions read and write, for a field of type T whose encoded form
// has the type F. write encodes the field of a patch as an F. read decodes an F into the field of a
// patch, and a JSON null clears the field. read returns the error of the JSON decoder.
//
// The parameters are functions:
//
//   - in returns the field of a patch.
//   - to converts a value of the field to F.
//   - from converts a value of type F back.
func encodedAs[T, F any](row attributeRow, in func(*Patch) *Field[T], to func(T) F, from func(F) T) attributeRow {
	row.write = func(p *Patch) ([]byte, error) {
		f := in(p)
		form := Field[F]{to(f.value), f.state}
		return form.appendJSON()
	}
	row.read = func(p *Patch, b []byte) error {
		var form Field[F]
		if err := form.readJSON(b); err != nil {
			return err
		}
		*in(p) = Field[T]{state: form.state}
		if form.state == given {
			in(p).value = from(form.value)
		}
		return nil
	}
	return row
}

// moment returns a row for a time that only the library sets.
func moment(name, path string, at func(*User) time.Time) attributeRow {
	return attributeRow{
		name: name, path: path,
		equal: func(a, b *User) bool { return at(a).Equal(at(b)) },
		value: func(u *User) Value {
			t := at(u)
			return valueOf(&t)
		},
	}
}
