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

// LastAdministrator chooses the administrator that stays if a caller wants to delete every user in
// list. It returns actor if actor is the id of an administrator in list. Otherwise it returns the
// lowest id of an administrator in list, or 0 if list has none.
//
// An administrator is a user for which User.Administers(roles) returns true. list must contain
// every administrator of the account.
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
