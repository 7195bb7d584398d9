package permission

import "github.com/ca74b63c/roster/user"

// AdministratorRoles is what an Authorizer may implement as well to say which roles make a user an
// administrator (user.User.Administers). The front door refuses to every actor but the host what
// would leave an account without one. No roles at all stand for StandardAdministratorRoles.
type AdministratorRoles interface {
	AdministratorRoles() user.Roles
}

// StandardAdministratorRoles returns the roles that make a user an administrator where an
// Authorizer does not say: Owner, Admin and LPA.
func StandardAdministratorRoles() user.Roles { return user.RolesOf(user.Owner, user.Admin, user.LPA) }

// AdministratorRolesOf returns the roles that make a user an administrator under a.
func AdministratorRolesOf(a Authorizer) user.Roles {
	if says, ok := a.(AdministratorRoles); ok {
		if roles := says.AdministratorRoles(); roles != 0 {
			return roles
		}
	}
	return StandardAdministratorRoles()
}

// AdministratorRoles returns Spec.Administrators.
func (p *Policy) AdministratorRoles() user.Roles {
	if p == nil {
		return 0
	}
	return p.spec.Administrators
}

// AdministratorRoles returns what the guarded Authorizer says.
func (g *guard) AdministratorRoles() user.Roles { return AdministratorRolesOf(g.inner) }

// AdministratorRoles returns what the first member says that says anything.
func (list all) AdministratorRoles() user.Roles { return firstAdministratorRoles(list) }

// AdministratorRoles returns what the first member says that says anything.
func (list anyOf) AdministratorRoles() user.Roles { return firstAdministratorRoles(list) }

func firstAdministratorRoles(list []Authorizer) user.Roles {
	for _, a := range list {
		if _, ok := a.(AdministratorRoles); ok {
			return AdministratorRolesOf(a)
		}
	}
	return 0
}
