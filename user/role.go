package user

import (
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/internal/nameset"
)

// Role is the name of a role that a user can hold: a lower-case letter, then at most 63 lower-case
// letters, digits, underscores, periods and hyphens. The vendors' roles are the constants. A host
// adds its own by naming them in a policy, in profiles and in transitions. A role that a policy
// does not name gives nothing under that policy.
type Role string

// The roles of the four vendors in one vocabulary. Admin is Genesys' ROLE_ADMIN, LivePerson's role
// type 1 and Voximplant's Admin; Agent is ROLE_AGENT and role type 2. AgentManager, CampaignManager
// and LPA are LivePerson's role types 3 to 5. The others are Voximplant's.
const (
	Admin              Role = "admin"
	Agent              Role = "agent"
	AgentManager       Role = "agent_manager"
	CampaignManager    Role = "campaign_manager"
	LPA                Role = "lpa"
	Owner              Role = "owner"
	Developer          Role = "developer"
	Supervisor         Role = "supervisor"
	UserManager        Role = "user_manager"
	Support            Role = "support"
	CallListManager    Role = "call_list_manager"
	Accountant         Role = "accountant"
	Verification       Role = "verification"
	Scenarios          Role = "scenarios"
	ACDManager         Role = "acd_manager"
	CallHistory        Role = "call_history"
	PhoneNumberManager Role = "phone_number_manager"
	Payer              Role = "payer"
	PayerNoVerify      Role = "payer_no_verify"
)

// vendorRoles are the constants in the order in which sets list them.
var vendorRoles = [...]Role{
	Admin, Agent, AgentManager, CampaignManager, LPA,
	Owner, Developer, Supervisor, UserManager, Support, CallListManager, Accountant,
	Verification, Scenarios, ACDManager, CallHistory, PhoneNumberManager, Payer, PayerNoVerify,
}

// NumVendorRoles is the number of the vendors' roles.
const NumVendorRoles = len(vendorRoles)

// VendorRoles returns the vendors' roles, which are the constants of this package.
func VendorRoles() Roles { return RolesOf(vendorRoles[:]...) }

// Vendor returns the position of r in VendorRoles, from 0. It reports false for a host's own role.
func (r Role) Vendor() (int, bool) {
	i := slices.Index(vendorRoles[:], r)
	return max(i, 0), i >= 0
}

// Valid reports whether r keeps the rule for names of roles.
func (r Role) Valid() bool { return nameset.Lower(string(r)) }

// String returns the name.
func (r Role) String() string { return string(r) }

// ParseRole returns the role with a name. It returns an error that quotes a text that cannot be
// one.
func ParseRole(s string) (Role, error) {
	if !Role(s).Valid() {
		return "", fmt.Errorf("user: %.40q is not a role: a name has a lower-case letter, then letters, digits, _, . and -", s)
	}
	return Role(s), nil
}

// MarshalText returns the name. Errors: as ParseRole.
func (r Role) MarshalText() ([]byte, error) {
	_, err := ParseRole(string(r))
	return []byte(r), err
}

// UnmarshalText sets r to the role with a name. For an invalid name it returns the error of
// ParseRole and leaves r unchanged.
func (r *Role) UnmarshalText(b []byte) error {
	parsed, err := ParseRole(string(b))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}
