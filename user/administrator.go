package user

import "errors"

// ErrLastAdministrator is returned if an account would lose its last administrator.
var ErrLastAdministrator = errors.New("user: the account would have no administrator left")

// Administers reports whether u is an administrator of its account: live, enabled, not an API
// user, and with one of the given roles. A password is not required, because a host may sign
// users in by other means.
func (u *User) Administers(roles Roles) bool {
	return u.Access.Roles.HasAny(roles) && u.Live() && u.Enabled() && !u.Identity.APIUser
}

// LastAdministrator returns the administrator of list that must not be deleted. The caller wants to
// delete all users of list, and list contains every administrator of the account. roles are the
// roles of administrators. If actor is an administrator in list, LastAdministrator returns actor.
// Otherwise it returns the administrator with the lowest id. It returns 0 if list has no
// administrator.
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
