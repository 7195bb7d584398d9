package permission

import (
	"sync"

	"github.com/ca74b63c/roster/user"
)

// AdministratorRoles is what an Authorizer may implement as well to say which roles make a user an
// administrator (user.User.Administers). The front door refuses to every actor but the host what
// would leave an account without one. No roles at all stand for StandardAdministratorRoles.
type AdministratorRoles interface {
	AdministratorRoles() user.Roles
}

// StandardAdministratorRoles returns the roles that make a user an administrator where an
// Authorizer does not say: Owner, Admin and LPA.
func StandardAdministratorRoles() user.Roles { return standardAdministrators() }

var standardAdministrators = sync.OnceValue(func() user.Roles {
	return user.RolesOf(user.Owner, user.Admin, user.LPA)
})

// KeptAdministrators returns the sets of roles of which an account keeps a holder under a. The
// first is the roles that make a user an administrator. The second, empty if it would be the same, is
// those of them that the policy lets create users: where a vendor's table does not know the role
// Owner, an account whose last administrator holds only that role could not be administered by its
// calls.
func KeptAdministrators(a Authorizer) [2]user.Roles {
	every := administratorRolesOf(a)
	able := creatorsOf(a).Common(every)
	if able == every {
		able = user.Roles{}
	}
	return [2]user.Roles{every, able}
}

func administratorRolesOf(a Authorizer) user.Roles {
	if says, ok := a.(AdministratorRoles); ok {
		if roles := says.AdministratorRoles(); !roles.IsZero() {
			return roles
		}
	}
	return StandardAdministratorRoles()
}

// creatorsOf returns the roles that rows let create users, none if a has no rows.
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

// AdministratorRoles returns what the guarded Authorizer says.
func (g *guard) AdministratorRoles() user.Roles { return administratorRolesOf(g.inner) }

// AdministratorRoles returns what the first member says that says anything.
func (list all) AdministratorRoles() user.Roles {
	return administratorRolesOf(firstNamingAdministrators(list))
}

// AdministratorRoles returns what the first member says that says anything.
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
