package permission

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/internal/nameset"
)

// name is a type of names to which a host may add its own. The constants of this package have
// positions, which are bits of a Set.
type name[T any] interface {
	Action | Permission
	Valid() bool
	position() (int, bool)
	at(position int) T
}

// Set is an immutable set of names. The zero Set is empty. Two sets are equal if == reports true.
type Set[T name[T]] struct {
	standard uint64 // bit i: the constant at position i
	host     nameset.Set
}

// Actions is a set of actions.
type Actions = Set[Action]

// Permissions is a set of permissions.
type Permissions = Set[Permission]

// ActionsOf returns the set of the given actions. A name that is not valid becomes the action "?",
// and the set is not Valid.
func ActionsOf(actions ...Action) Actions { return setOf(actions, Action.position) }

// PermissionsOf returns the set of the given permissions. A name that is not valid becomes the
// permission "?", and the set is not Valid.
func PermissionsOf(permissions ...Permission) Permissions {
	return setOf(permissions, Permission.position)
}

// setOf returns the set of the names. A name that is not valid makes the result a set that is not
// Valid. The parameter position must be the method position of T: with this parameter, Go
// initializes the variables that the method reads before a package variable that calls setOf.
func setOf[T name[T]](names []T, position func(T) (int, bool)) Set[T] {
	var s Set[T]
	var host []string
	for _, n := range names {
		if i, standard := position(n); standard {
			s.standard |= 1 << i
		} else if n.Valid() {
			host = append(host, string(n))
		} else {
			host = append(host, nameset.Invalid)
		}
	}
	s.host = nameset.Of(host...)
	return s
}

// IsZero reports whether the set is empty.
func (s Set[T]) IsZero() bool { return s.standard == 0 && s.host == "" }

// Equal reports whether s and t have the same names.
func (s Set[T]) Equal(t Set[T]) bool { return s == t }

// Valid reports whether every name in the set is valid.
func (s Set[T]) Valid() bool { return !s.host.Has(nameset.Invalid) }

// Has reports whether n is in the set.
func (s Set[T]) Has(n T) bool {
	if i, standard := n.position(); standard {
		return s.standard>>i&1 != 0
	}
	return s.host.Has(string(n))
}

// HasAny reports whether s and t share a name.
func (s Set[T]) HasAny(t Set[T]) bool { return s.standard&t.standard != 0 || s.host.HasAny(t.host) }

// With returns the names of s and of t.
func (s Set[T]) With(t Set[T]) Set[T] { return Set[T]{s.standard | t.standard, s.host.With(t.host)} }

// Without returns the names of s that are not in t.
func (s Set[T]) Without(t Set[T]) Set[T] {
	return Set[T]{s.standard &^ t.standard, s.host.Without(t.host)}
}

// Len returns the number of names.
func (s Set[T]) Len() int { return bits.OnesCount64(s.standard) + s.host.Len() }

// All yields the constants of this package in the order of their declaration, then a host's own
// names in ascending order.
func (s Set[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		var none T
		for rest := s.standard; rest != 0; rest &= rest - 1 {
			if !yield(none.at(bits.TrailingZeros64(rest))) {
				return
			}
		}
		for n, rest := s.host.Cut(); n != ""; n, rest = rest.Cut() {
			if !yield(T(n)) {
				return
			}
		}
	}
}

// String lists the names, separated by commas. The empty set is "none".
func (s Set[T]) String() string { return cmp.Or(strings.Join(s.names(), ","), "none") }

func (s Set[T]) names() []string {
	names := make([]string, 0, s.Len())
	for n := range s.All() {
		names = append(names, string(n))
	}
	return names
}

// MarshalJSON writes the names as an array.
func (s Set[T]) MarshalJSON() ([]byte, error) { return json.Marshal(s.names()) }

// UnmarshalJSON implements json.Unmarshaler. It sets s to the set of the names in a JSON array.
// null sets s to the empty set. UnmarshalJSON returns an error, and leaves s unchanged, if b is
// anything else or if a name is not valid. A null in the array is not a valid name. The error for a
// name quotes at most the first 40 characters of the name.
func (s *Set[T]) UnmarshalJSON(b []byte) error {
	var names []T
	if err := json.Unmarshal(b, &names); err != nil {
		return err
	}
	if i := slices.IndexFunc(names, func(n T) bool { return !n.Valid() }); i >= 0 {
		return fmt.Errorf("permission: %.40q at /%d is no valid name", string(names[i]), i)
	}
	*s = setOf(names, T.position)
	return nil
}
