package permission

import (
	"sync"

	"github.com/ca74b63c/roster/user"
)

// AdministratorRoles is an optional interface of an Authorizer. It returns the roles that make a
// user an administrator (user.User.Administers). Only the host may do what would leave an account
// without one. An empty set means StandardAdministratorRoles.
type AdministratorRoles interface {
	AdministratorRoles() user.Roles
}

// StandardAdministratorRoles returns the roles that make a user an administrator if the
// Authorizer does not say: Owner, Admin and LPA.
func StandardAdministratorRoles() user.Roles { return standardAdministrators() }

var standardAdministrators = sync.OnceValue(func() user.Roles {
	return user.RolesOf(user.Owner, user.Admin, user.LPA)
})

// KeptAdministrators returns two sets of roles for the Authorizer a. An account must keep at least
// one administrator with a role of each set that is not empty. The first set contains all roles
// that make a user an administrator under a. The second set contains the roles of the first set
// that may create users. It is empty if all roles of the first set may create users, or none.
//
// The second set matters for a vendor's policy that does not name the role Owner. If the last
// administrator had only the role Owner, no call of the vendor could administer the account.
func KeptAdministrators(a Authorizer) [2]user.Roles {
	every := administratorRolesOf(a)
	able := creatorsOf(a).Common(every)
	if able == every {
		able = user.Roles{}
	}
	return [2]user.Roles{every, able}
}

// administratorRolesOf returns the roles that make a user an administrator under a.
func administratorRolesOf(a Authorizer) user.Roles {
	if says, ok := a.(AdministratorRoles); ok {
		if roles := says.AdministratorRoles(); !roles.IsZero() {
			return roles
		}
	}
	return StandardAdministratorRoles()
}

// creatorsOf returns the roles that the rows of a let create users. It returns none if a has no
// rows.
func creatorsOf(a Authorizer) (roles user.Roles) {
	switch a := a.(type) {
	case *Policy:
		if a != nil {
			return a.creators
		}
	case *guard:
		return creatorsOf(a.inner)
	case all:
		return creatorsOf(firstNamingAdministrators(a))
	case anyOf:
		return creatorsOf(firstNamingAdministrators(a))
	}
	return roles
}

// AdministratorRoles returns Spec.Administrators.
func (p *Policy) AdministratorRoles() user.Roles {
	if p == nil {
		return user.Roles{}
	}
	return p.spec.Administrators
}

// AdministratorRoles returns the roles of the inner Authorizer.
func (g *guard) AdministratorRoles() user.Roles { return administratorRolesOf(g.inner) }

// AdministratorRoles returns the roles of the first member that implements the interface.
func (list all) AdministratorRoles() user.Roles {
	return administratorRolesOf(firstNamingAdministrators(list))
}

// AdministratorRoles returns the roles of the first member that implements the interface.
func (list anyOf) AdministratorRoles() user.Roles {
	return administratorRolesOf(firstNamingAdministrators(list))
}

func firstNamingAdministrators(list []Authorizer) Authorizer {
	for _, a := range list {
		if _, ok := a.(AdministratorRoles); ok {
			return a
		}
	}
	return nil
}
