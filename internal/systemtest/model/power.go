package model

import (
	"slices"
	"strings"
)

// Who may do what, for the calls that users make here and the roles that are drawn. The host may do
// everything. An actor that is deleted or disabled may do nothing. Beyond that:
//
//   - owners and admins do every call to every user;
//   - user managers do the same, but not to owners and admins;
//   - team leads read the users of their site, and set the custom attribute n of them;
//   - no actor gives a role that it may not grant, and none does any of these calls to a user who
//     holds one;
//   - no user takes the role admin from themselves;
//   - an account keeps its last administrator.

// chief reports whether a user has the role owner or admin.
func chief(u Record) bool { return u.has("roles", "owner") || u.has("roles", "admin") }

// administers reports whether a user is an administrator: owner or admin, live, enabled, and no API
// user.
func administers(u Record) bool {
	return chief(u) && u.live() && u["enabled"] == "" && u["apiUser"] == ""
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

// reads reports whether the actor may read the user u. The parameter as is the id of the actor, 0
// for the system actor. The system actor, owners, admins, user managers and agent managers may read
// all users. A team lead may read the users of the lead's own site. Every user may read their own
// record. A missing, deleted or disabled actor may read no user.
func (m *Model) reads(as int, u Record) bool {
	a := m.acting(as)
	staff := chief(a) || a.has("roles", "user_manager") || a.has("roles", "agent_manager")
	return as == 0 || a != nil && (staff || a[".id"] == u[".id"] || leads(a, u))
}

// leads reports whether an actor is a team lead of the site of a user.
func leads(actor, u Record) bool {
	site := valueOf(u, "site")
	return actor.has("roles", "team_lead") && site != "" && valueOf(actor, "site") == site
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

// target returns the user with the id, as the target of a call. The parameter do names the kind of
// the call: "edit", "custom " and the name of an attribute, or "" for any other. If the parameter
// deleted is false, target does not find a deleted user. For an edit, target checks only a part of
// what the actor needs, and mayEdit checks the rest.
//
// Faults: denied if the actor may not make the call; notFound if there is no such user.
func (t *tx) target(id int, deleted bool, do string) (Record, error) {
	u, actor := t.users[id], t.acting(t.how.As)
	found := u != nil && (deleted || u.live())
	switch {
	case t.how.As == 0:
	case actor == nil:
		return nil, denied
	case strings.HasPrefix(do, "custom "):
		return t.customTarget(u, actor, found, strings.TrimPrefix(do, "custom "))
	case !chief(actor) && !actor.has("roles", "user_manager"):
		return nil, denied // whether there is such a user or not
	case !found:
	case !chief(actor) && chief(u), do != "edit" && !grants(actor, u):
		return nil, denied
	}
	if !found {
		return nil, notFound
	}
	return u, nil
}

// customTarget returns u if the actor may set one custom attribute of u: the attribute in the
// parameter name. Owners and admins may set every attribute. A team lead may set the attribute "n"
// of the users of the lead's own site. The parameter found reports whether u exists and may be a
// target. Faults:
//
//   - notFound for an owner or admin if found is false
//   - notFound for a team lead and "n" if found is false or the lead may not read u
//   - denied for any other call that the actor may not make
func (t *tx) customTarget(u, actor Record, found bool, name string) (Record, error) {
	lead := actor.has("roles", "team_lead") && name == "n"
	switch {
	case found && (chief(actor) || lead && leads(actor, u)):
		return u, nil
	case chief(actor) || lead && !(found && t.reads(t.how.As, u)):
		return nil, notFound
	}
	return nil, denied
}

// mayEdit reports whether the actor may make the edit e, whose outcome is d. Usually the actor must
// be able to grant all roles that the user has before and after, and must not remove their own role
// admin. These edits are always allowed:
//   - an edit by the system actor
//   - an edit that changes nothing
//   - an edit whose only field is custom, with a text that is not empty; target has checked it
func (t *tx) mayEdit(d decision, e Edit) bool {
	actor, own := t.acting(t.how.As), e.ID == t.how.As
	switch {
	case e.Fields["custom"] != "" && len(e.Fields) == 1, t.how.As == 0, len(differing(d.before, d.after)) == 0:
		return true
	case own && d.before.has("roles", "admin") && !d.after.has("roles", "admin"):
		return false
	}
	return grants(actor, d.before) && grants(actor, d.after)
}

// keepAdministrator removes one administrator from ids, the users to delete, if ids has all
// administrators of the account. It removes the acting user if that is an administrator, or else
// the administrator with the smallest id. It returns the remaining ids, and the removed id as kept,
// 0 for none. For the system actor it removes none.
func (t *tx) keepAdministrator(ids []int) (rest []int, kept int) {
	for _, id := range t.sorted() {
		switch u := t.users[id]; {
		case t.how.As == 0, !administers(u):
		case !slices.Contains(ids, id):
			return ids, 0
		case kept == 0, id == t.how.As:
			kept = id
		}
	}
	for _, id := range ids {
		if id != kept {
			rest = append(rest, id)
		}
	}
	return rest, kept
}
