package user

import (
	"encoding/json"
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/validate"
)

// Role is one role that a user can hold. The numbers are stable: stores and snapshots keep them.
type Role uint8

// The roles of the four vendors in one vocabulary. Admin is Genesys' ROLE_ADMIN, LivePerson's role
// type 1 and Voximplant's Admin; Agent is ROLE_AGENT and role type 2. AgentManager, CampaignManager
// and LPA are LivePerson's role types 3 to 5. The others are Voximplant's.
const (
	Admin Role = iota
	Agent
	AgentManager
	CampaignManager
	LPA
	Owner
	Developer
	Supervisor
	UserManager
	Support
	CallListManager
	Accountant
	Verification
	Scenarios
	ACDManager
	CallHistory
	PhoneNumberManager
	Payer
	PayerNoVerify
	numRoles
)

var roleNames = [numRoles]string{
	"admin", "agent", "agent_manager", "campaign_manager", "lpa",
	"owner", "developer", "supervisor", "user_manager", "support", "call_list_manager", "accountant",
	"verification", "scenarios", "acd_manager", "call_history", "phone_number_manager", "payer", "payer_no_verify",
}

// String returns the role's name, as ParseRole reads it.
func (r Role) String() string {
	if r < numRoles {
		return roleNames[r]
	}
	return fmt.Sprintf("role(%d)", uint8(r))
}

// ParseRole reads a role's name. It returns an error that names the text for anything else.
func ParseRole(s string) (Role, error) {
	for i, name := range roleNames {
		if name == s {
			return Role(i), nil
		}
	}
	return 0, fmt.Errorf("user: unknown role %.40q", s)
}

// MarshalText writes the role's name. Errors: for a number that no role has.
func (r Role) MarshalText() ([]byte, error) { return nameOf(r, r < numRoles) }

// UnmarshalText reads a role's name.
func (r *Role) UnmarshalText(b []byte) error {
	parsed, err := ParseRole(string(b))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

// Roles is a set of roles. The zero value is the empty set; two sets are equal when == says so.
type Roles uint32

// AllRoles holds every role.
const AllRoles Roles = 1<<numRoles - 1

// RolesOf returns the set of the given roles.
func RolesOf(roles ...Role) Roles {
	var s Roles
	for _, r := range roles {
		s |= 1 << r
	}
	return s
}

// Has reports whether r is in the set.
func (s Roles) Has(r Role) bool { return s&(1<<r) != 0 }

// HasAll reports whether every role of t is in s.
func (s Roles) HasAll(t Roles) bool { return t&^s == 0 }

// HasAny reports whether s and t share a role.
func (s Roles) HasAny(t Roles) bool { return s&t != 0 }

// With returns s and t together.
func (s Roles) With(t Roles) Roles { return s | t }

// Without returns s less the roles of t.
func (s Roles) Without(t Roles) Roles { return s &^ t }

// Len returns the number of roles.
func (s Roles) Len() int { return bits.OnesCount32(uint32(s)) }

// All yields the roles in ascending order of their numbers.
func (s Roles) All() iter.Seq[Role] {
	return func(yield func(Role) bool) {
		for rest := uint32(s); rest != 0; rest &= rest - 1 {
			if !yield(Role(bits.TrailingZeros32(rest))) {
				return
			}
		}
	}
}

// String lists the names, separated by commas; the empty set is "none".
func (s Roles) String() string {
	if s == 0 {
		return "none"
	}
	names := make([]string, 0, s.Len())
	for r := range s.All() {
		names = append(names, r.String())
	}
	return strings.Join(names, ",")
}

// MarshalJSON writes the names as an array. Errors: for a number that no role has.
func (s Roles) MarshalJSON() ([]byte, error) {
	return json.Marshal(slices.AppendSeq([]Role{}, s.All()))
}

// UnmarshalJSON reads an array of names.
func (s *Roles) UnmarshalJSON(b []byte) error {
	var names []string
	if err := json.Unmarshal(b, &names); err != nil {
		return err
	}
	var set Roles
	for i, name := range names {
		r, err := ParseRole(name)
		if err != nil {
			return &decodeError{err, validate.Problem{Path: validate.Element("", i), Code: validate.Unknown}}
		}
		set |= 1 << r
	}
	*s = set
	return nil
}
