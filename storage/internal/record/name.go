package record

import (
	"encoding"

	"github.com/ca74b63c/roster/user"
)

// parse reads the name of an enumeration.
func parse[E any, P interface {
	*E
	encoding.TextUnmarshaler
}](name string, into *E) error {
	return P(into).UnmarshalText([]byte(name))
}

// Roles returns the names of roles. The list is never nil.
func Roles(s user.Roles) []string {
	names := make([]string, 0, s.Len())
	for r := range s.All() {
		names = append(names, r.String())
	}
	return names
}

// RolesOf reads names of roles. Errors: for a name that no role has.
func RolesOf(names []string) (user.Roles, error) {
	var s user.Roles
	for _, name := range names {
		r, err := user.ParseRole(name)
		if err != nil {
			return 0, err
		}
		s = s.With(user.RolesOf(r))
	}
	return s, nil
}
