package model

import (
	"maps"
	"slices"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/validate"
)

// Result is the result of a call that changes a user.
type Result struct {
	User     Record
	Revision int
	Returned int64 // to the account, of a deleted user's money
}

// stamp sets the revision of all results and returns list.
func stamp(list []Result, revision int) []Result {
	for i := range list {
		list[i].Revision = revision
	}
	return list
}

// create creates users with the given attributes, all or none of them. It returns one result for
// each user, with the new id. Errors, in this order: ErrInvalid for an empty login or a negative
// maxChats; ErrStale; ErrInvalid for other attributes; ErrExists for a login that another user has.
func (m *Model) create(pending []Record, how How) (results []Result, err error) {
	if slices.ContainsFunc(pending, malformed) {
		return nil, validate.ErrInvalid
	}
	revision, err := m.try(how, func(t *tx) error {
		if err := t.freshUser(Record{}); err != nil {
			return err
		}
		var created []Record
		for _, fields := range pending {
			u, err := t.apply(Record{".since": t.at(), "created": t.at()}, fields)
			if err != nil {
				return err
			}
			delete(u, "disabledManually") // a new user's does not follow enabled
			created = append(created, u)
		}
		for _, u := range created {
			t.lastUser++
			u, err := t.store("user.created", nil, u.with(".id", itoa(t.lastUser)))
			if err != nil {
				return err
			}
			results = append(results, Result{User: u})
		}
		return nil
	})
	return stamp(results, revision), err
}

// malformed reports whether fields have a problem that does not depend on the stored user: an empty
// login or a negative maxChats. An attribute that is missing in fields has no problem.
func malformed(fields Record) bool {
	login, named := fields["login"]
	return named && login == "" || strings.HasPrefix(fields["maxChats"], "-")
}

// Edit is a change of one user.
type Edit struct {
	ID     int
	Fields Record
}

// edit makes all edits, or none after an error, and returns one result for each edit. One edit can
// take a login that another edit gives up. Errors: ErrInvalid for invalid fields or two edits of
// one user; the errors of decide; ErrExists for a taken login; ErrLastAdministrator.
func (m *Model) edit(edits []Edit, how How) (results []Result, err error) {
	for i, e := range edits {
		if malformed(e.Fields) || slices.ContainsFunc(edits[:i], func(f Edit) bool { return f.ID == e.ID }) {
			return nil, validate.ErrInvalid
		}
	}
	revision, err := m.try(how, func(t *tx) error {
		before, after := make([]Record, len(edits)), make([]Record, len(edits))
		for i, e := range edits {
			var err error
			if before[i], after[i], err = t.decide(e); err != nil {
				return err
			}
		}
		for i, u := range before {
			if claim(u) != claim(after[i]) {
				t.users[edits[i].ID] = u.with("login", "")
			}
		}
		for i, u := range before {
			if len(differing(u, after[i])) > 0 {
				var err error
				if u, err = t.store("user.updated", u, after[i]); err != nil {
					return err
				}
			}
			results = append(results, Result{User: u})
		}
		return nil
	})
	return stamp(results, revision), err
}

// decide returns the user of the edit e before and after the edit, but writes nothing. Errors, in
// this order: ErrNotFound or ErrDenied if the actor cannot edit the user; ErrDenied if the actor
// may not make this change; ErrStale; ErrInvalid for the fields.
func (t *tx) decide(e Edit) (before, after Record, err error) {
	if before, err = t.target(e.ID, false, true); err != nil {
		return before, nil, err
	}
	after, invalid := t.apply(before, e.Fields)
	if !t.mayEdit(e.ID, before, after) {
		return before, after, permission.ErrDenied
	}
	if err := t.freshUser(before); err != nil {
		return before, after, err
	}
	return before, after, invalid
}

// resets lists the attributes that a user loses together with a role.
var resets = map[string][]string{"agent": {"maxChats", "memberOf"}, "agent_manager": {"managerOf"}}

// apply returns a copy of the user u with the attributes in fields. It also updates attributes that
// depend on them: disabledManually, the roles, the time of the status, and the attributes of a lost
// role, which are cleared. The error is ErrInvalid for an unknown profile, or for managerOf if the
// user is no agent manager.
func (t *tx) apply(u, fields Record) (after Record, err error) {
	after = maps.Clone(u)
	for name, v := range fields {
		if name != "roles" {
			after.set(name, v)
		}
	}
	if after["status"] != u["status"] {
		after.set(".since", t.at())
	}
	if after["enabled"] != u["enabled"] { // disabledManually is the opposite of isEnabled
		after.set("disabledManually", "")
		if after["enabled"] == "false" {
			after.set("disabledManually", "true")
		}
	}
	known := t.derive(after, fields)
	for role, lost := range resets {
		for _, name := range lost {
			if u.has("roles", role) && !after.has("roles", role) {
				after.set(name, "")
			}
		}
	}
	// "Only an agent manager can manage agent groups"
	if !known || fields["managerOf"] != "" && after["managerOf"] != "" && !after.has("roles", "agent_manager") {
		return after, validate.ErrInvalid
	}
	return after, nil
}

// derive makes the attributes roles, granted and profiles of u agree after an edit with fields. If
// fields sets roles, derive removes profiles that give other roles, and sets granted to the roles
// that no profile gives. If fields sets none of the three, u stays unchanged. derive returns false
// if a profile of u is unknown.
func (t *tx) derive(u, fields Record) (known bool) {
	want, wanted := fields["roles"]
	_, granted := fields["granted"]
	_, profiled := fields["profiles"]
	if !wanted && !granted && !profiled {
		return true
	}
	known = true
	var given, stay []string
	for _, id := range strings.Fields(u["profiles"]) {
		role, ok := profileRoles[id]
		known = known && ok
		if wanted && role != "" && !slices.Contains(strings.Fields(want), role) {
			continue // a profile that gives another role goes
		}
		given, stay = append(given, strings.Fields(role)...), append(stay, id)
	}
	u.set("profiles", strings.Join(stay, " "))
	if wanted { // what no profile gives is granted directly
		u.set("granted", words(slices.DeleteFunc(strings.Fields(want), func(r string) bool {
			return slices.Contains(given, r)
		})...))
	}
	u.set("roles", words(append(given, strings.Fields(u["granted"])...)...))
	return known
}

// profileRoles has the role that each profile gives its users, "" if it gives none. The opening of
// a sequence creates the profiles.
var profileRoles = map[string]string{"1": "agent", "2": "agent_manager", "3": ""}

// store writes the user after with new revisions, and records a change of the type what. before is
// the old user, or nil if the user is new. store returns the written user. The error is ErrExists
// if another user has the new login; then nothing is written.
func (t *tx) store(what string, before, after Record) (Record, error) {
	after = t.stamped(before, after.with("updated", t.at()))
	id, login := atoi(after[".id"]), claim(after)
	if login != "" && (before == nil || login != claim(before)) {
		if holder := t.claimant(login); holder != 0 && holder != id {
			return nil, storage.ErrExists
		}
	}
	t.users[id] = after
	t.record(Change{Type: what, User: id})
	return after, nil
}

// stamped returns a copy of after with new revisions, all equal to the revision of the call.
// .version always changes. .stamp (the sign-in stamp) changes for a new user, and if the user is
// disabled or deleted or loses a role. .config changes with .stamp, and with every attribute except
// status and updated.
func (t *tx) stamped(before, after Record) Record {
	next, config, stamp := itoa(t.next()), before[".config"], before[".stamp"]
	ended := after["enabled"] != "" && before["enabled"] == "" || !after.live() && before.live()
	for _, role := range strings.Fields(before["roles"]) {
		ended = ended || !after.has("roles", role)
	}
	if before == nil || ended {
		stamp, config = next, next
	}
	for _, name := range differing(before, after) {
		if name != "status" && name != "updated" {
			config = next
		}
	}
	return after.with(".version", next, ".config", config, ".stamp", stamp)
}

// configRevision returns the revision of the last change to the configuration of any user of the
// account. It is the greatest configuration revision of the users.
func (m *Model) configRevision() (latest int) {
	for _, u := range m.users {
		latest = max(latest, atoi(u[".config"]))
	}
	return latest
}

// freshUser returns ErrStale if a precondition of the call does not hold for u. IfSince must be at
// least the configuration revision of u, and at most that of the account before the call.
func (t *tx) freshUser(u Record) error {
	if since := t.how.IfSince; since != nil && (*since > t.configBefore || *since < atoi(u[".config"])) {
		return roster.ErrStale
	}
	return t.checkVersion(atoi(u[".version"]))
}
