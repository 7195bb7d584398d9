package model

import (
	"strings"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
)

// Who may do what, for the calls that users make here and the roles that are drawn. The host may do
// everything. An actor that is deleted or disabled may do nothing. Beyond that:
//
//   - owners and admins do every call to every user;
//   - user managers do the same, but not to owners and admins;
//   - no actor gives a role that it may not grant, and none does any of these calls to a user who
//     holds one;
//   - no user takes the role admin from themselves;
//   - an account keeps its last administrator.

// isAdmin reports whether a user has the role owner or admin.
func isAdmin(u Record) bool { return u.has("roles", "owner") || u.has("roles", "admin") }

// administers reports whether a user is an administrator: owner or admin, live, enabled, and no API
// user.
func administers(u Record) bool {
	return isAdmin(u) && u.live() && u["enabled"] == "" && u["apiUser"] == ""
}

// administered reports whether the account has an administrator.
func (s state) administered() bool {
	for _, u := range s.users {
		if administers(u) {
			return true
		}
	}
	return false
}

// acting returns the acting user, nil if the user is missing, deleted or disabled.
func (m *Model) acting(id int) Record {
	if u := m.users[id]; u != nil && u.live() && u["enabled"] == "" {
		return u
	}
	return nil
}

// grants reports whether an actor may grant all roles of a user.
func grants(actor, u Record) bool {
	for _, role := range strings.Fields(u["roles"]) {
		switch {
		case actor.has("roles", "owner"), actor.has("roles", role):
		case actor.has("roles", "admin") && role != "owner":
		case actor.has("roles", "user_manager") && role == "agent":
		default:
			return false
		}
	}
	return true
}

// target returns the user with the id if the actor may change the user. A deleted user is returned
// only if deleted is true. If edit is true, target does not compare the roles of the user with
// those that the actor can grant, because mayEdit does that. Errors: ErrDenied if the actor may
// change no user at all; ErrNotFound; ErrDenied if the actor may not change this user.
func (t *tx) target(id int, deleted, edit bool) (Record, error) {
	u, actor := t.users[id], t.acting(t.how.As)
	found := u != nil && (deleted || u.live())
	switch {
	case t.how.As == 0:
	case !isAdmin(actor) && !actor.has("roles", "user_manager"):
		return nil, permission.ErrDenied // whether there is such a user or not
	case !found:
	case !isAdmin(actor) && isAdmin(u), !edit && !grants(actor, u):
		return nil, permission.ErrDenied
	}
	if !found {
		return nil, storage.ErrNotFound
	}
	return u, nil
}

// mayEdit reports whether the actor may change the user from before to after: the actor must be
// able to grant all roles of both, and must not remove their own role admin. Changing nothing is
// allowed.
func (t *tx) mayEdit(id int, before, after Record) bool {
	actor := t.acting(t.how.As)
	switch {
	case t.how.As == 0, len(differing(before, after)) == 0:
		return true
	case id == t.how.As && before.has("roles", "admin") && !after.has("roles", "admin"):
		return false
	}
	return grants(actor, before) && grants(actor, after)
}

// get returns the user with the id if the actor may read the user. as is the actor's id, or 0 for
// the system actor. An actor without the role owner, admin, user_manager or agent_manager reads
// only themselves. Errors: ErrDenied if the actor is missing, deleted or disabled; ErrNotFound if
// the user is missing or hidden, or is deleted while deleted is false.
func (m *Model) get(as, id int, deleted bool) (Record, error) {
	u, a := m.users[id], m.acting(as)
	reads := as == 0 || as == id || isAdmin(a) || a.has("roles", "user_manager") || a.has("roles", "agent_manager")
	switch {
	case as != 0 && a == nil:
		return nil, permission.ErrDenied
	case u == nil || !deleted && !u.live() || !reads:
		return nil, storage.ErrNotFound
	}
	return u, nil
}
