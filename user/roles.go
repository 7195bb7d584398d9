package user

import (
	"cmp"
	"encoding/json"
	"errors"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/internal/nameset"
	"github.com/ca74b63c/roster/validate"
)

// Roles is an immutable set of roles: either a list of roles, or every role except a list. The zero
// Roles is the empty list. Two sets are equal if == reports true. Users hold lists; a set with an
// exception describes which users a rule reaches.
type Roles struct {
	vendor uint32      // the list's vendor roles: bit i is the role at position i of vendorRoles
	except bool        // the set has every role but those in the list
	host   nameset.Set // the list's roles of a host's own
}

// MaxRoles is the greatest number of roles that a user may hold.
const MaxRoles = 32

// AllRoles returns the set of every role, a host's own included.
func AllRoles() Roles { return Roles{except: true} }

// RolesOf returns the list of the given roles as a set. Repeated roles count once. A role whose
// name is not valid is replaced by the role "?", and Valid reports false for the set. Without
// arguments RolesOf returns the empty set.
func RolesOf(roles ...Role) Roles {
	var set Roles
	var host []string
	for _, r := range roles {
		if i, vendor := r.Vendor(); vendor {
			set.vendor |= 1 << i
		} else if r.Valid() {
			host = append(host, string(r))
		} else {
			host = append(host, nameset.Invalid)
		}
	}
	set.host = nameset.Of(host...)
	return set
}

// IsZero reports whether the set is empty.
func (s Roles) IsZero() bool { return s.vendor == 0 && !s.except && s.host == "" }

// Valid reports whether every name that the set lists is valid.
func (s Roles) Valid() bool { return !s.host.Has(nameset.Invalid) }

// IsList reports whether the set is a list of roles, not every role except a list.
func (s Roles) IsList() bool { return !s.except }

// Equal reports whether s and t have the same roles.
func (s Roles) Equal(t Roles) bool { return s == t }

// Complement returns every role that is not in the set.
func (s Roles) Complement() Roles { return Roles{s.vendor, !s.except, s.host} }

// Has reports whether r is in the set.
func (s Roles) Has(r Role) bool {
	if i, vendor := r.Vendor(); vendor {
		return s.vendor>>i&1 != 0 != s.except
	}
	return s.host.Has(string(r)) != s.except
}

// HasAll reports whether every role of t is in s.
func (s Roles) HasAll(t Roles) bool { return !t.HasAny(s.Complement()) }

// HasAny reports whether s and t share a role.
func (s Roles) HasAny(t Roles) bool {
	switch {
	case s.except && t.except:
		return true // there are always more names than two lists hold
	case s.except:
		return t.vendor&^s.vendor != 0 || !s.host.HasAll(t.host)
	case t.except:
		return t.HasAny(s)
	}
	return s.vendor&t.vendor != 0 || s.host.HasAny(t.host)
}

// With returns the roles of s and of t.
func (s Roles) With(t Roles) Roles {
	switch {
	case s.except && t.except:
		return Roles{s.vendor & t.vendor, true, s.host.Common(t.host)}
	case s.except:
		return Roles{s.vendor &^ t.vendor, true, s.host.Without(t.host)}
	case t.except:
		return t.With(s)
	}
	return Roles{s.vendor | t.vendor, false, s.host.With(t.host)}
}

// Common returns the roles that are both in s and in t.
func (s Roles) Common(t Roles) Roles { return s.Complement().With(t.Complement()).Complement() }

// Without returns the roles of s that are not in t.
func (s Roles) Without(t Roles) Roles {
	if !s.except && s.host == "" { // nearly always: a test of bits
		if t.except {
			return Roles{vendor: s.vendor & t.vendor}
		}
		return Roles{vendor: s.vendor &^ t.vendor}
	}
	return s.Common(t.Complement())
}

// Len returns the number of roles that the set lists: those that it has, or those that it excepts.
func (s Roles) Len() int { return bits.OnesCount32(s.vendor) + s.host.Len() }

// VendorBits returns the vendors' roles that the set lists: bit i is set for the role at position i
// of VendorRoles.
func (s Roles) VendorBits() uint32 { return s.vendor }

// HasHost reports whether the set lists a role of a host's own.
func (s Roles) HasHost() bool { return s.host != "" }

// manages reports whether a user with these roles may manage agent groups: an agent manager, as
// LivePerson says, and a holder of a host's own role, of which the host's policy says what it
// gives.
func (s Roles) manages() bool { return s.Has(AgentManager) || s.HasHost() }

// Host returns the set without the vendors' roles in its list.
func (s Roles) Host() Roles { return Roles{0, s.except, s.host} }

// Cut returns the first role of the list s, and a list of the remaining roles. For the empty list
// it returns "" and the empty list. If s is the set of every role except a list, Cut returns the
// first role of this list and a list of its remaining roles. Cut is for loops over the roles that
// must not allocate; other callers use All.
func (s Roles) Cut() (first Role, rest Roles) {
	if v := s.vendor; v != 0 {
		return vendorRoles[bits.TrailingZeros32(v)], Roles{vendor: v & (v - 1), host: s.host}
	}
	name, host := s.host.Cut()
	return Role(name), Roles{host: host}
}

// All yields the roles of a list: the vendors' in the order of the constants, then a host's own by
// name. It yields nothing for a set that is not a list.
func (s Roles) All() iter.Seq[Role] {
	return func(yield func(Role) bool) {
		if s.except {
			return
		}
		for r, rest := s.Cut(); r != ""; r, rest = rest.Cut() {
			if !yield(r) {
				return
			}
		}
	}
}

// String returns the names of the roles in the set, separated by commas. The roles of the vendors
// come first, in the order of the constants. The roles that a host adds follow, in the order of
// their names. For the empty set the text is "none", and for the set of every role it is "all". For
// a set that lacks some roles only, the text is "all but " and the names of the missing roles.
func (s Roles) String() string {
	names := make([]string, 0, s.Len())
	for r := range (Roles{vendor: s.vendor, host: s.host}).All() {
		names = append(names, string(r))
	}
	list := strings.Join(names, ",")
	switch {
	case !s.except:
		return cmp.Or(list, "none")
	case list == "":
		return "all"
	}
	return "all but " + list
}

// errNoList is the error of a set that cannot be encoded.
var errNoList = errors.New("user: a set of every role but some has no JSON form")

// MarshalJSON writes the names as an array. It returns an error for a set that is not a list.
func (s Roles) MarshalJSON() ([]byte, error) {
	if s.except {
		return nil, errNoList
	}
	return json.Marshal(slices.AppendSeq([]Role{}, s.All()))
}

// UnmarshalJSON sets s to the roles in a JSON array of names. null gives the empty set. After an
// error s is unchanged.
//
// Errors: an error of encoding/json for JSON that is no array of texts; an error of ParseRole for
// an invalid name, which wraps a validate.Problem with the index of the name as its path, such as
// "/0".
func (s *Roles) UnmarshalJSON(b []byte) error {
	var names []string
	if err := json.Unmarshal(b, &names); err != nil {
		return err
	}
	list := make([]Role, len(names))
	for i, name := range names {
		var err error
		if list[i], err = ParseRole(name); err != nil {
			return &decodeError{err, validate.Problem{Path: validate.Element("", i), Code: validate.Invalid}}
		}
	}
	*s = RolesOf(list...)
	return nil
}
