package user

import (
	"fmt"

	"github.com/ca74b63c/roster/validate"
)

// CustomRestriction is one attribute of a schema that accepts less than the schema before did.
type CustomRestriction struct {
	Name string
	// Lacking says that the attribute becomes required, so it is about live users without a value.
	// Otherwise it is about the values that users have.
	Lacking bool

	next CustomAttribute // without a type if the attribute is removed
	path string
}

// Restrictions compares the schema s with the schema next that is to replace s. It returns a
// restriction for each of these attributes:
//
//   - an attribute of s that next does not have
//   - an attribute of both whose type, limits or options differ
//   - an attribute that is required in next and not in s, also a new one; the restriction has
//     Lacking set
//
// One attribute can have two restrictions. The removed attributes come first, in the order of s.
// The others follow, in the order of next. Restrictions returns nil if there are none.
func (s CustomSchema) Restrictions(next CustomSchema) []CustomRestriction {
	var list []CustomRestriction
	for old := range s.All() {
		if _, kept := next.Get(old.Name); !kept {
			list = append(list, CustomRestriction{Name: old.Name, path: "/customAttributes"})
		}
	}
	for i, a := range next.items() {
		r := CustomRestriction{Name: a.Name, next: a, path: validate.Element("/customAttributes", i)}
		old, had := s.Get(a.Name)
		if had && !old.sameValues(a) {
			list = append(list, r)
		}
		if a.Required && !old.Required {
			r.Lacking = true
			list = append(list, r)
		}
	}
	return list
}

// BrokenBy reports whether u breaks the restriction. If r.Lacking is true, every live user without
// a value for the attribute breaks the restriction. If r.Lacking is false, every user with a value
// that the new definition does not accept breaks the restriction, even a deleted user. If the new
// schema has no definition of the attribute, every value breaks the restriction.
func (r CustomRestriction) BrokenBy(u User) bool {
	v, has := u.Custom.Get(r.Name)
	if r.Lacking {
		return !has && u.Live()
	}
	if !has || r.next.Type == "" {
		return has
	}
	_, fits := r.next.problem(v)
	return !fits
}

// InUse returns the error of a restriction that so many users break.
func (r CustomRestriction) InUse(users int) *CustomInUseError {
	return &CustomInUseError{Path: r.path, Name: r.Name, Lacking: r.Lacking, Users: users}
}

// CustomInUseError refuses a change of an account's custom attributes that users would break. It is
// ErrInUse under errors.Is.
type CustomInUseError struct {
	Path    string // of the attribute in the account's settings, "/customAttributes/2"
	Name    string // of the attribute
	Users   int    // how many users would break the new definition
	Lacking bool   // they lack a value that would be required; else they have one that would be refused
}

// Error names the attribute and the number of users.
func (e *CustomInUseError) Error() string {
	if e.Lacking {
		return fmt.Sprintf("user: %s: the custom attribute %q cannot be required, users without it: %d", e.Path, e.Name, e.Users)
	}
	return fmt.Sprintf("user: %s: users with a value of the custom attribute %q that would be refused: %d", e.Path, e.Name, e.Users)
}

// Is reports whether target is ErrInUse.
func (e *CustomInUseError) Is(target error) bool { return target == ErrInUse }
