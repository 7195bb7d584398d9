package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Result is the result of a call that changes a user.
type Result struct {
	User          Record
	Revision      int
	Changed, Lost string
	Resets        string
	Returned      int64 // to the account, of a deleted user's money
}

// stamp sets the revision in all results.
func stamp(list []Result, revision int) []Result {
	for i := range list {
		list[i].Revision = revision
	}
	return list
}

// create creates users with the given attributes, all or none of them. It returns one result for
// each user, with the new id. Faults, in this order: an empty login or a negative maxChats, a stale
// fault, other problems of the attributes, and a login that another user has.
func (m *Model) create(pending []Record, how How) (results []Result, err error) {
	var bad problems
	for _, fields := range pending {
		bad = append(bad, checked(fields)...)
	}
	if err := bad.fault(); err != nil {
		return nil, err
	}
	revision, err := m.try(how, func(t *tx) error {
		if err := t.freshUser(Record{}); err != nil {
			return err
		}
		var born []Record
		for _, fields := range pending {
			fields = maps.Clone(fields)
			if _, given := fields["disabledManually"]; !given {
				fields["disabledManually"] = "" // as if given: a new user's does not follow enabled
			}
			u, _, err := t.apply(Record{".since": t.at(), "created": t.at()}, fields)
			if err != nil {
				return err
			}
			born = append(born, u)
		}
		for _, u := range born {
			changed := differing(Record{"created": t.at()}, u)
			t.lastUser++
			u, err := t.store("user.created", nil, u.with(".id", itoa(t.lastUser)))
			if err != nil {
				return err
			}
			results = append(results, Result{User: u, Changed: words(changed...)})
		}
		return nil
	})
	return stamp(results, revision), err
}

// checked returns the problems of fields that do not depend on the stored user: an empty login and
// a negative maxChats. An attribute that is missing in fields has no problem.
func checked(fields Record) (bad problems) {
	if v, named := fields["login"]; named && v == "" {
		bad.add("/identity/login", "required")
	}
	if strings.HasPrefix(fields["maxChats"], "-") {
		bad.add("/capacity/maxChats", "out_of_range")
	}
	return bad
}

// resets lists the attributes that a user loses together with a role.
var resets = []struct{ role, lost string }{
	{"agent", "maxChats maxAsyncChats memberOf skills"}, {"agent_manager", "managerOf"},
}

// apply returns a copy of u with the attributes in fields; the text custom in fields is a patch. It
// also updates the roles, disabledManually and the date of the status. If the user loses a role,
// apply clears the attributes that need the role. The second result has one text for each cleared
// attribute. If profiles are unknown, or fields sets managerOf for a user who may not manage
// groups, apply returns one fault with all such problems, together with the copy.
func (t *tx) apply(u, fields Record) (after Record, reset []string, err error) {
	after = maps.Clone(u)
	for name, v := range fields {
		if name != "roles" && name != "custom" {
			after.set(name, v)
		}
	}
	if after["status"] != u["status"] {
		after.set(".since", t.at())
	}
	if _, too := fields["disabledManually"]; !too && after["enabled"] != u["enabled"] { // it is the opposite of isEnabled
		after["disabledManually"] = "true"
		if after["enabled"] == "" {
			delete(after, "disabledManually")
		}
	}
	bad := t.derive(after, fields)
	after.set("custom", customize(u["custom"], fields["custom"]))
	for _, rule := range resets {
		for _, name := range strings.Fields(rule.lost) {
			if u.has("roles", rule.role) && !after.has("roles", rule.role) && after[name] != "" {
				after.set(name, "")
				reset = append(reset, rule.role+" lost: "+name)
			}
		}
	}
	if u.has("roles", "team_lead") && !after.has("roles", "team_lead") && valueOf(after, "site") != "" {
		after.set("custom", customize(after["custom"], "site="))
		reset = append(reset, "team_lead lost: custom site")
	}
	// "Only an agent manager can manage agent groups"
	if _, named := fields["managerOf"]; named && after["managerOf"] != "" && !manages(after) {
		bad.add("/management/managerOf", "conflict")
	}
	return after, reset, bad.fault()
}

// derive makes the attributes roles, granted and profiles of u agree. It does nothing if fields
// names none of the three. roles becomes the granted roles and the roles that the profiles give. If
// fields names roles, derive first removes each profile that gives a role not named there. granted
// then becomes the named roles that no remaining profile gives. derive returns a problem for each
// unknown profile.
func (t *tx) derive(u, fields Record) (bad problems) {
	want, wanted := fields["roles"]
	_, granted := fields["granted"]
	_, profiled := fields["profiles"]
	if !wanted && !granted && !profiled {
		return nil
	}
	var given, stay []string
	for i, id := range strings.Fields(u["profiles"]) {
		role, known := gives[id]
		switch {
		case !known:
			bad.add(fmt.Sprint("/access/profiles/", i), "unknown")
		case wanted && role != "" && !slices.Contains(strings.Fields(want), role):
			continue // a profile that gives another role goes
		case role != "":
			given = append(given, role)
		}
		stay = append(stay, id)
	}
	u.set("profiles", strings.Join(stay, " "))
	if wanted { // what no profile gives is granted directly
		u.set("granted", words(slices.DeleteFunc(strings.Fields(want), func(r string) bool {
			return slices.Contains(given, r)
		})...))
	}
	u.set("roles", words(append(given, strings.Fields(u["granted"])...)...))
	return bad
}

// lost returns the attributes that a user had before and does not have after. status, enabled and
// disabledManually do not count.
func lost(before, after Record) string {
	return words(slices.DeleteFunc(differing(before, after), func(name string) bool {
		return after[name] != "" || name == "status" || name == "enabled" || name == "disabledManually"
	})...)
}

// store writes the user in the parameter after, with new revisions and the current time in the
// attribute updated. It records a change of the type in the parameter what, and returns the stored
// user. The parameter before is the user until now, nil for a new user. If the login is new and
// another user has the same login, store writes nothing and returns a taken fault.
func (t *tx) store(what string, before, after Record) (Record, error) {
	after = t.stamped(before, after.with("updated", t.at()))
	id, login := atoi(after[".id"]), claim(after)
	if login != "" && (before == nil || login != claim(before)) {
		if holder := t.claimant(login); holder != 0 && holder != id {
			return nil, taken("login", holder)
		}
	}
	t.users[id] = after
	c := Change{Type: what, User: id}
	if before == nil {
		c.Created = after
	} else {
		c.Diff = differences(before, after)
	}
	t.record(c)
	return after, nil
}

// differences returns the diff between two records of one user: the parameter before and the
// parameter after. The diff is a sorted list with one text for each attribute whose value differs,
// custom ones included. The attribute updated and names that begin with a period are left out.
func differences(before, after Record) (list []string) {
	for _, name := range differing(before, after) {
		if name != "updated" && name != "custom" {
			list = append(list, difference(name, before[name], after[name]))
		}
	}
	was, is := valuesOf(before["custom"]), valuesOf(after["custom"])
	for _, name := range differing(was, is) {
		list = append(list, difference("custom "+name, was[name], is[name]))
	}
	slices.Sort(list)
	return list
}

// difference returns one attribute's values before and after as text.
func difference(name, before, after string) string {
	return fmt.Sprintf("%s: %q, %q", name, before, after)
}

// manages reports whether a user may manage agent groups. Roles of the host let users do so too.
func manages(u Record) bool { return u.has("roles", "agent_manager") || u.has("roles", "team_lead") }
