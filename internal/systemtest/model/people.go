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

// NewUser is a user to be created.
type NewUser struct {
	ID         int
	Fields     Record
	Password   string
	Activation bool
}

func (b NewUser) String() string {
	s := fmt.Sprint(b.Fields)
	if b.ID != 0 {
		s = fmt.Sprintf("id=%d %s", b.ID, s)
	}
	if b.Password != "" {
		s += fmt.Sprintf(" with password %q", b.Password)
	}
	if b.Activation {
		s += " and an activation mail"
	}
	return s
}

// stamp sets the revision in all results.
func stamp(list []Result, revision int) []Result {
	for i := range list {
		list[i].Revision = revision
	}
	return list
}

func (m *Model) create(pending []NewUser, one bool, how How) ([]Result, error) {
	var bad problems
	for i, b := range pending {
		prefix := prefixOf(i, one)
		bad = append(bad, checked(prefix, everything(b.Fields))...)
		switch {
		case b.Password == "":
		case b.Fields["apiUser"] != "":
			bad.add(prefix+"/password", "forbidden") // "A User which is created as an API User doesn't have a password"
		case len(b.Password) < shortest:
			bad.add(prefix+"/password", "too_short")
		}
	}
	if err := bad.fault(); err != nil {
		return nil, err
	}
	var results []Result
	revision, err := m.try(how, func(t *tx) error {
		if t.account == nil {
			return notFound
		}
		born := make([]Record, len(pending))
		ruled := make([]error, len(pending))
		for i, b := range pending {
			empty := Record{".since": t.at(), "created": t.at()}
			empty.set(".id", itoa(b.ID))
			born[i], _, ruled[i] = t.apply(empty, everything(b.Fields))
			if err := t.freshUser(Record{}); err != nil {
				return itemOf(i, one, err)
			}
		}
		if !t.roomFor(len(pending)) {
			return tooManyUsers
		}
		for i, err := range ruled {
			if err != nil {
				return itemOf(i, one, err)
			}
		}
		for i, b := range pending {
			r, err := t.insert(b, born[i])
			if err != nil {
				return itemOf(i, one, err)
			}
			results = append(results, r)
		}
		return nil
	})
	return stamp(results, revision), err
}

func (t *tx) insert(b NewUser, u Record) (Result, error) {
	if b.ID != 0 && t.users[b.ID] != nil {
		return Result{}, taken("id", b.ID)
	}
	changed := differing(Record{"created": t.at()}, u)
	id := t.take("user", b.ID)
	u = u.with(".id", itoa(id))
	if b.Password != "" {
		u = u.with("password", "true", "passwordChanged", t.at())
		changed = append(changed, "password", "passwordChanged")
	}
	u, err := t.store("user.created", nil, u, "")
	if err != nil {
		return Result{}, err
	}
	if b.Password != "" {
		t.secrets[id] = secret{plain: b.Password, scheme: t.scheme}
	}
	if b.Activation {
		t.record(Change{Type: "user.activation_requested", User: id})
	}
	return Result{User: u, Changed: words(changed...)}, nil
}

func (t *tx) roomFor(n int) bool {
	for _, u := range t.users {
		if u.live() {
			n++
		}
	}
	most := atoi(t.account["maxUsers"])
	return most == 0 || n <= most
}

// checked returns the problems of fields that do not depend on the stored user. Each path begins
// with prefix. The problems are:
//
//   - an empty login
//   - a negative maxChats
//   - an email that is not empty and has no "@"
//
// An attribute that is missing in fields has no problem.
func checked(prefix string, fields Record) (bad problems) {
	if v, named := fields["login"]; named && v == "" {
		bad.add(prefix+"/identity/login", "required")
	}
	if strings.HasPrefix(fields["maxChats"], "-") {
		bad.add(prefix+"/capacity/maxChats", "out_of_range")
	}
	if v := fields["email"]; v != "" && !strings.Contains(v, "@") {
		bad.add(prefix+"/contact/email", "pattern")
	}
	return bad
}

func prefixOf(i int, one bool) string {
	if one {
		return ""
	}
	return fmt.Sprint("/", i)
}

// itemOf adds the index i of an item to the fault err. The index becomes a prefix of each problem's
// path; other faults get the form "item i: fault". If one is set, the call has a single item, and
// itemOf returns err unchanged. Otherwise err must be a Fault that is not nil.
func itemOf(i int, one bool, err error) error {
	if one {
		return err
	}
	f := err.(Fault)
	if list, invalid := strings.CutPrefix(string(f), "invalid: "); invalid {
		var bad problems
		for _, p := range strings.Split(list, ", ") {
			bad = append(bad, prefixOf(i, one)+p)
		}
		return bad.fault()
	}
	return atItem(i, f)
}

// apply returns a copy of u with the attributes in fields set. It also computes the attributes that
// depend on them: the roles, disabledManually, and the dates of the status and of assignments to
// groups. If the user loses a role, apply resets the attributes that need the role; resets has one
// text for each. apply does not change u.
//
// apply returns one fault with all problems, together with the copy. If the status is locked and
// fields changes it, apply returns only the fault statusLocked, without a copy.
func (t *tx) apply(u, fields Record) (after Record, resets []string, err error) {
	after = maps.Clone(u)
	for name, v := range fields {
		switch name {
		case "status", "memberOf", "managerOf", "roles", "custom":
		default:
			after.set(name, v)
		}
	}
	if v, named := fields["status"]; named && v != u["status"] {
		if u["statusLock"] != "" {
			return nil, nil, statusLocked
		}
		after.set("status", v)
		after.set(".since", t.at())
	}
	if v, named := fields["memberOf"]; named {
		after.set("memberOf", t.assign(v, u["memberOf"]))
	}
	if v, named := fields["managerOf"]; named {
		var list []string
		for _, g := range strings.Fields(v) {
			list = append(list, t.assign(g, u["managerOf"]))
		}
		after.set("managerOf", strings.Join(list, ", "))
	}
	if _, named := fields["enabled"]; named && after["enabled"] != u["enabled"] {
		if _, too := fields["disabledManually"]; !too { // it is the opposite of isEnabled then
			after.set("disabledManually", flagText(after["enabled"] == "false"))
		}
	}
	bad := t.derive(after, fields)
	if patch, named := fields["custom"]; named {
		custom, refused := t.customize(u, patch, u[".version"] == "")
		after.set("custom", custom)
		bad = append(bad, refused...)
	}
	for _, rule := range []struct{ role, resets string }{
		{"agent", "maxChats maxAsyncChats memberOf skills"}, {"agent_manager", "managerOf"}, {"team_lead", "custom site"},
	} {
		if !u.has("roles", rule.role) || after.has("roles", rule.role) {
			continue
		}
		if name, ok := strings.CutPrefix(rule.resets, "custom "); ok {
			if values := valuesOf(after["custom"]); values[name] != "" {
				values[name] = ""
				after.set("custom", customText(values))
				resets = append(resets, rule.role+" lost: "+rule.resets)
			}
			continue
		}
		for _, name := range strings.Fields(rule.resets) {
			if after[name] != "" {
				after.set(name, "")
				resets = append(resets, rule.role+" lost: "+name)
			}
		}
	}
	bad = append(bad, t.added(u, after, fields)...)
	// "Only an agent manager can manage agent groups"
	if _, named := fields["managerOf"]; named && after["managerOf"] != "" && !manages(after) {
		bad.add("/management/managerOf", "conflict")
	}
	return after, resets, bad.fault()
}

// held lists the fields that contain ids of reference data, with their paths in a user and their
// kinds.
var held = []struct{ name, path, kind string }{
	{"memberOf", "/capacity/memberOf", "group"}, {"managerOf", "/management/managerOf/", "group"},
	{"groups", "/access/groups/", "group"}, {"skills", "/capacity/skills/", "skill"}, {"queues", "/capacity/queues/", "queue"},
	{"views", "/preferences/views/", "view"}, {"applications", "/access/applications/", "application"},
}

// added returns a problem for each new id that the account does not know, if the account knows
// other ids of the kind.
func (t *tx) added(before, after, fields Record) (bad problems) {
	for _, f := range held {
		if _, named := fields[f.name]; !named || len(t.referencesOf(f.kind)) == 0 {
			continue
		}
		had := idsIn(before[f.name])
		for i, id := range idsIn(after[f.name]) {
			if slices.Contains(had, id) || t.refs[f.kind+" "+id] != nil {
				continue
			}
			path := f.path
			if strings.HasSuffix(path, "/") {
				path += fmt.Sprint(i)
			}
			bad.add(path, "unknown")
		}
	}
	return bad
}

// idsIn returns the ids in the text of a field. The text is either ids separated by spaces, or
// assignments such as "7 since 2026-03-01, 8 since 2026-03-02". For assignments it leaves out the
// dates.
func idsIn(v string) (ids []string) {
	if !strings.Contains(v, " since ") {
		return strings.Fields(v)
	}
	for _, a := range strings.Split(v, ", ") {
		id, _, _ := strings.Cut(a, " since ")
		ids = append(ids, id)
	}
	return ids
}

// assign returns the text of an assignment to a group, which contains the date of the assignment.
// The parameter before is the text of the earlier assignments. If the group is among them, assign
// returns the earlier assignment to the group. Otherwise it returns a new one with the current
// time. If group is "", assign returns "".
func (t *tx) assign(group, before string) string {
	if group == "" {
		return ""
	}
	for _, a := range strings.Split(before, ", ") {
		if strings.HasPrefix(a, group+" since ") {
			return a
		}
	}
	return group + " since " + t.at()
}

// derive brings the attributes roles, granted and profiles of u in line with each other, if fields
// names any of the three. Otherwise it changes nothing. The roles of a user are the roles granted
// and the roles that the profiles give.
//
// If fields names roles, derive makes these the roles of u. It removes each profile that gives a
// role not among them, and sets granted to those that no remaining profile gives. If fields does
// not name roles, derive sets roles from granted and profiles.
//
// derive returns a problem for each unknown profile.
func (t *tx) derive(u, fields Record) (bad problems) {
	want, wanted := fields["roles"]
	_, granted := fields["granted"]
	_, profiled := fields["profiles"]
	if !wanted && !granted && !profiled {
		return nil
	}
	var given, stay []string
	for i, id := range strings.Fields(u["profiles"]) {
		p := t.refs["profile "+id]
		switch {
		case p == nil:
			bad.add(fmt.Sprint("/access/profiles/", i), "unknown")
		case wanted && p["gives"] != "" && !slices.Contains(strings.Fields(want), p["gives"]):
			continue // a profile that gives another role goes
		case p["gives"] != "":
			given = append(given, p["gives"])
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

// store writes the user after with new revisions, records a change, and returns the stored user.
// before is the user as stored until now, nil for a new user. what and detail are the type and the
// detail of the change.
//
// Another user may hold a unique name that after has and before has not. If that user is live, or
// is deleted and on hold, store returns a taken fault. If that user is deleted and the hold has
// ended, store releases the names of that user and records this too.
func (t *tx) store(what string, before, after Record, detail string) (Record, error) {
	after = t.stamped(before, after.with("updated", t.at()))
	id := atoi(after[".id"])
	for i, want := range claims(after) {
		if want == "" || before != nil && want == claims(before)[i] {
			continue
		}
		holder := t.claimant(i, want)
		if holder == 0 || holder == id {
			continue
		}
		h := t.users[holder]
		if h.live() || h[".hold"] == never || h[".hold"] > t.at() {
			return nil, taken(keyNames[i], holder)
		}
		released := t.stamped(h, h.with(".hold", ""))
		t.users[holder] = released
		t.record(Change{Type: "user.names_released", User: holder, Diff: differences(h, released)})
	}
	t.users[id] = after
	if before == nil {
		t.record(Change{Type: what, User: id, Created: after, Detail: detail})
	} else {
		t.record(Change{Type: what, User: id, Diff: differences(before, after), Detail: detail})
	}
	return after, nil
}

var keyNames = []string{"login", "pid", "fullName"}

// manages reports whether a user may manage agent groups. Roles of the host let users do so too.
func manages(u Record) bool { return u.has("roles", "agent_manager") || u.has("roles", "team_lead") }
