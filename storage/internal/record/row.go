package record

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/user"
)

// Row is one row of a result. A destination for a column that can be NULL is a pointer to a
// pointer, or a *[]byte.
type Row interface{ Scan(dest ...any) error }

// Null returns nil, which is NULL, for the zero value, and any other value as it is.
func Null[T string | int64](v T) any {
	if v == *new(T) {
		return nil
	}
	return v
}

// NullTime returns nil, which is NULL, for the zero time.
func NullTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// OrZero returns the zero value for nil, which is NULL.
func OrZero[T any](v *T) T {
	if v == nil {
		return *new(T)
	}
	return *v
}

// utc returns a time in UTC, and the zero time for NULL.
func utc(t *time.Time) time.Time {
	if t == nil || t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// Decode decodes JSON that a storage wrote. It hides a *validate.Error, because the stored data and
// not the caller's argument is wrong.
func Decode(b []byte, v any) error {
	if err := json.Unmarshal(b, v); err != nil {
		return errors.New(err.Error())
	}
	return nil
}

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

// Roles returns the names of the roles in s. The result is empty but not nil if s has no roles, or
// if s is not a list, such as a complement.
func Roles(s user.Roles) []string {
	names := make([]string, 0, s.Len())
	for r := range s.All() {
		names = append(names, r.String())
	}
	return names
}

// RolesOf returns the set of the roles with the given names. Errors: for a text that cannot be the
// name of a role.
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
