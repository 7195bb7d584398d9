package genesys

import (
	"github.com/ca74b63c/roster/user"
)

// vendorRoles are the roles that the vendor has a word for: "Currently 'ROLE_ADMIN' and/or
// 'ROLE_AGENT'". Others a user has besides are neither shown nor touched.
var vendorRoles = []struct {
	role user.Role
	name string
}{
	{user.Admin, "ROLE_ADMIN"},
	{user.Agent, "ROLE_AGENT"},
}

// known are the roles of the table as a set.
var known = func() (set user.Roles) {
	for _, r := range vendorRoles {
		set = set.With(user.RolesOf(r.role))
	}
	return set
}()

// roleByName returns the role of a vendor's name.
func roleByName(name string) (user.Role, bool) {
	for _, r := range vendorRoles {
		if r.name == name {
			return r.role, true
		}
	}
	return "", false
}

// roleNames returns the vendor's names of roles, and ours of those for which it has none.
func roleNames(roles user.Roles) []string {
	var names []string
	for _, r := range vendorRoles {
		if roles.Has(r.role) {
			names = append(names, r.name)
		}
	}
	for role := range roles.Without(known).All() {
		names = append(names, role.String())
	}
	return names
}

// withRoles returns the roles of a user whose vendor's roles are replaced by wanted: "On PUT, the
// roles specified will be the new role set. It is not a 'diff' operation."
func withRoles(present, wanted user.Roles) user.Roles { return present.Without(known).With(wanted) }
