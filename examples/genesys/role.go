package genesys

import (
	"github.com/ca74b63c/roster/user"
)

// vendorRoles are the roles for which the vendor has a name: "Currently 'ROLE_ADMIN' and/or
// 'ROLE_AGENT'". Other roles of a user are neither shown nor changed.
var vendorRoles = []struct {
	role user.Role
	name string
}{
	{user.Admin, "ROLE_ADMIN"},
	{user.Agent, "ROLE_AGENT"},
}

// known is the set of the roles in vendorRoles.
var known = func() (set user.Roles) {
	for _, r := range vendorRoles {
		set = set.With(user.RolesOf(r.role))
	}
	return set
}()

// roleByName returns the role with the vendor's name.
func roleByName(name string) (user.Role, bool) {
	for _, r := range vendorRoles {
		if r.name == name {
			return r.role, true
		}
	}
	return "", false
}

// roleNames returns the names of the roles in the API of Genesys. A role that only another vendor
// has is returned by its name in this library. If roles contains roles of the host, the last name
// is "other", once for all of them.
func roleNames(roles user.Roles) []string {
	var names []string
	for _, r := range vendorRoles {
		if roles.Has(r.role) {
			names = append(names, r.name)
		}
	}
	rest := roles.Without(known)
	for role := range rest.Common(user.VendorRoles()).All() {
		names = append(names, role.String())
	}
	if rest.HasHost() {
		names = append(names, "other")
	}
	return names
}

// withRoles returns the roles present, in which wanted replaces those that the vendor knows: "On
// PUT, the roles specified will be the new role set. It is not a 'diff' operation."
func withRoles(present, wanted user.Roles) user.Roles { return present.Without(known).With(wanted) }
