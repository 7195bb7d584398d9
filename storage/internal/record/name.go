package record

import (
	"encoding"
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// parse sets an enumeration by its name.
func parse[E any, P interface {
	*E
	encoding.TextUnmarshaler
}](name string, into *E) error {
	return P(into).UnmarshalText([]byte(name))
}

// nameOf returns the name of e, a value of an enumeration. It returns an error if e is not one of
// the values of the enumeration, because UnmarshalText could not read its name.
func nameOf[E fmt.Stringer, P interface {
	*E
	encoding.TextUnmarshaler
}](e E) (string, error) {
	name := e.String()
	var read E
	return name, P(&read).UnmarshalText([]byte(name))
}

// Roles returns the names of the roles in s. For no roles it returns an empty slice that is not
// nil. It does the same for a set that is not a list, such as a complement.
func Roles(s user.Roles) []string {
	names := make([]string, 0, s.Len())
	for r := range s.All() {
		names = append(names, r.String())
	}
	return names
}

// RolesOf returns the roles with the given names. Errors: for a text that cannot be a role's name.
func RolesOf(names []string) (user.Roles, error) {
	roles := make([]user.Role, len(names))
	for i, name := range names {
		var err error
		if roles[i], err = user.ParseRole(name); err != nil {
			return user.Roles{}, err
		}
	}
	return user.RolesOf(roles...), nil
}
