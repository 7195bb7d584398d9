package user

import "errors"

// ErrLastAdministrator is returned where an account would lose its last administrator.
var ErrLastAdministrator = errors.New("user: the account would have no administrator left")

// Administers reports whether u is an administrator of its account: live, enabled, no API user, and
// with one of the roles that make an administrator. A password is not required, since a host may
// sign users in elsewhere.
func (u *User) Administers(roles Roles) bool {
	return u.Access.Roles.HasAny(roles) && u.Live() && u.Enabled() && !u.Identity.APIUser
}

// LastAdministrator returns which user stays when a call would delete every administrator of an
// account: the acting user if it is one of them, else the one with the lowest id. It returns 0 if
// the list has no administrator.
func LastAdministrator(list []User, roles Roles, actor ID) ID {
	var last ID
	for i := range list {
		switch u := &list[i]; {
		case !u.Administers(roles):
		case u.ID == actor:
			return u.ID
		case last == 0 || u.ID < last:
			last = u.ID
		}
	}
	return last
}
