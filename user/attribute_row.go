package user

import (
	"time"

	"github.com/ca74b63c/roster/validate"
)

// attributeRow describes one attribute. The functions that treat all attributes alike use the table
// of these rows.
type attributeRow struct {
	name  string // such as "maxChats"
	path  string // JSON pointer into the encoded user, "/capacity/maxChats"
	equal func(a, b *User) bool
	value func(*User) Value
	reset func(*User) // sets the default

	// The other fields are nil for attributes that a patch cannot name.
	keep  func(*Patch, *User)          // makes the patch set the value of the user
	drop  func(*Patch)                 // makes the patch not name the attribute
	write func(*Patch) ([]byte, error) // returns the field as JSON; null if it is cleared
	read  func(*Patch, []byte) error   // reads what write returns
	// put sets the attribute of the user to the value in the patch. It is nil for an attribute that
	// Patch.Apply sets by a rule of its own.
	put func(p *Patch, u *User, now time.Time)
	// check adds the problems of the value in the patch. It is nil if Patch.checkValues does that,
	// or if every value is valid.
	check func(*Patch, *validate.Collector, validate.Profile)

	// kind is the kind of reference data whose ids the attribute holds, or noReference.
	kind ReferenceKind
	// added adds a problem for each unknown id that after has and before does not have. It is nil
	// for an attribute without ids, and for Profiles, which Access.resolve checks.
	added func(f Facts, c *validate.Collector, before, after *User)
}

// noReference says that an attribute holds no ids of reference data.
const noReference ReferenceKind = 0

// plain returns a row for an attribute that is compared with ==.
func plain[T comparable](name, path string, at func(*User) *T, field func(*Patch) *Field[T]) attributeRow {
	return direct(name, path, at, field, func(a, b T) bool { return a == b })
}

// text returns the row of a text attribute. Patch.Check checks a text in the patch with rule. An
// empty or cleared text is valid, except for the login.
func text(name, path string, rule validate.Rule, at func(*User) *string, field func(*Patch) *Field[string]) attributeRow {
	row := plain(name, path, at, field)
	row.check = func(p *Patch, c *validate.Collector, profile validate.Profile) {
		switch f := field(p); {
		case f.state == kept:
		case f.value == "":
			c.Require(path, rule != validate.Login)
		default:
			c.Check(rule, profile, path, f.value)
		}
	}
	return row
}

// composed returns the row of a text attribute, like text. Patch.Apply stores the text in Unicode
// NFC.
func composed(name, path string, rule validate.Rule, at func(*User) *string, field func(*Patch) *Field[string]) attributeRow {
	row := text(name, path, rule, at, field)
	row.put = func(p *Patch, u *User, _ time.Time) { *at(u) = validate.Compose(field(p).value) }
	return row
}

// idSet returns the row of an attribute that holds a set of ids of reference data of the kind. The
// row checks new ids, except ids of profiles, which Access.resolve checks.
func idSet[T ~int64](
	name, path string, kind ReferenceKind, at func(*User) *IDSet[T], in func(*Patch) *Field[IDSet[T]],
) attributeRow {
	row := direct(name, path, at, in, IDSet[T].Equal)
	row.kind = kind
	row.check = func(p *Patch, c *validate.Collector, _ validate.Profile) { checkIDs(c, path, in(p).value) }
	if kind != ReferenceProfile {
		row.added = func(f Facts, c *validate.Collector, before, after *User) {
			had := at(before)
			for i, id := range at(after).items() {
				if !had.Has(id) {
					f.checkID(c, validate.Element(path, i), kind, int64(id))
				}
			}
		}
	}
	return row
}

// direct returns the row of an attribute that is one field of a User. The function at returns a
// pointer to this field of a user. The function field returns a pointer to the field of a patch
// that sets the attribute. The function same reports whether two values are equal.
func direct[T any](name, path string, at func(*User) *T, field func(*Patch) *Field[T], same func(a, b T) bool) attributeRow {
	row := special(name, path,
		func(a, b *User) bool { return same(*at(a), *at(b)) },
		field, func(u *User) T { return *at(u) },
		func(u *User) { *at(u) = *new(T) })
	row.value = func(u *User) Value { return valueOf(at(u)) } // makes no copy
	row.put = func(p *Patch, u *User, _ time.Time) { *at(u) = field(p).value }
	return row
}

// special returns a row for an attribute that is not one field of a User, or that Patch.Apply sets
// by a rule of its own.
func special[T any](name, path string, equal func(a, b *User) bool,
	field func(*Patch) *Field[T], value func(*User) T, reset func(*User),
) attributeRow {
	return attributeRow{
		name: name, path: path, equal: equal, reset: reset,
		value: func(u *User) Value {
			v := value(u)
			return valueOf(&v)
		},
		keep:  func(p *Patch, u *User) { *field(p) = Set(value(u)) },
		drop:  func(p *Patch) { *field(p) = Field[T]{} },
		write: func(p *Patch) ([]byte, error) { return field(p).appendJSON() },
		read:  func(p *Patch, b []byte) error { return field(p).readJSON(b) },
	}
}

// encodedAs returns row with another JSON form: the attribute has the type T in a patch, and the
// type F in JSON. The function field returns a pointer to the field of a patch. The function encode
// converts a T before writing, and the function decode converts an F after reading.
func encodedAs[T, F any](row attributeRow, field func(*Patch) *Field[T], encode func(T) F, decode func(F) T) attributeRow {
	row.write = func(p *Patch) ([]byte, error) {
		f := field(p)
		form := Field[F]{encode(f.value), f.state}
		return form.appendJSON()
	}
	row.read = func(p *Patch, b []byte) error {
		var form Field[F]
		if err := form.readJSON(b); err != nil {
			return err
		}
		*field(p) = Field[T]{state: form.state}
		if form.state == given {
			field(p).value = decode(form.value)
		}
		return nil
	}
	return row
}

// memberOf returns the row of the attribute memberOf, the agent group that a user belongs to. When
// Patch.Apply sets another group, it stores the time of the change with the group.
func memberOf() attributeRow {
	const path = "/capacity/memberOf"
	in := func(p *Patch) *Field[GroupID] { return &p.MemberOf }
	at := func(u *User) GroupID { return u.Capacity.MemberOf.Group }
	row := encodedAs(special("memberOf", path, func(a, b *User) bool { return at(a) == at(b) }, in, at,
		func(u *User) { u.Capacity.MemberOf = Assignment{} }),
		in, func(id GroupID) patchGroup { return patchGroup{id} }, func(g patchGroup) GroupID { return g.Group })
	row.put = func(p *Patch, u *User, now time.Time) {
		u.Capacity.MemberOf = u.Capacity.MemberOf.to(p.MemberOf.value, now)
	}
	row.check = func(p *Patch, c *validate.Collector, _ validate.Profile) {
		if p.MemberOf.value < 0 {
			c.Add(notPositive(path))
		}
	}
	row.kind = ReferenceGroup
	row.added = func(f Facts, c *validate.Collector, before, after *User) {
		if g := at(after); g != 0 && g != at(before) {
			f.checkID(c, path, ReferenceGroup, int64(g))
		}
	}
	return row
}

// managerOf returns the row of the attribute managerOf, the agent groups that a user manages. When
// Patch.Apply adds a group, it stores the time of the change with the group.
func managerOf() attributeRow {
	const path = "/management/managerOf"
	in := func(p *Patch) *Field[IDSet[GroupID]] { return &p.ManagerOf }
	row := encodedAs(special("managerOf", path,
		func(a, b *User) bool { return a.Management.sameGroups(b.Management) }, in,
		func(u *User) IDSet[GroupID] { return u.Management.Groups() },
		func(u *User) { u.Management = Management{} }), in, groupsOf, groupIDs)
	row.put = func(p *Patch, u *User, now time.Time) { u.Management = u.Management.to(p.ManagerOf.value, now) }
	row.check = func(p *Patch, c *validate.Collector, _ validate.Profile) { checkIDs(c, path, p.ManagerOf.value) }
	row.kind = ReferenceGroup
	row.added = func(f Facts, c *validate.Collector, before, after *User) {
		for i, a := range after.Management.ManagerOf.items() {
			if !before.Management.Manages(a.Group) {
				f.checkID(c, validate.Element(path, i), ReferenceGroup, int64(a.Group))
			}
		}
	}
	return row
}

// owned returns a row for a field of a User that only the library sets.
func owned[T any](name, path string, at func(*User) *T, same func(a, b T) bool) attributeRow {
	return attributeRow{
		name: name, path: path,
		equal: func(a, b *User) bool { return same(*at(a), *at(b)) },
		value: func(u *User) Value { return valueOf(at(u)) },
		reset: func(u *User) { *at(u) = *new(T) },
	}
}
