package model

import (
	"slices"
	"strings"
)

const (
	shortest = 4 // how long a password must be at least
	memory   = 2 // how many may not be used again, to begin with: the present one and the one before it
)

// PasswordChange is a request to change a password.
type PasswordChange struct {
	New, Old string
	HasOld   bool
}

// Edit is a change of one user.
type Edit struct {
	ID       int
	Fields   Record
	Password *PasswordChange
}

// decision is the result of an edit without the password.
type decision struct {
	before, after Record
	resets        []string
}

// givenUp returns, for each unique name that the user loses, the attribute and "". The pairs are
// arguments of Record.with.
func (d decision) givenUp() (pairs []string) {
	for i, had := range claims(d.before) {
		if had != claims(d.after)[i] {
			pairs = append(pairs, keyNames[i], "")
		}
	}
	return pairs
}

// edit changes all users that the edits name, or none of them. It returns one result for each edit,
// with the new revision.
//
// edit works in this order:
//
//   - It checks the fields that need no state, and that no user is edited twice. It returns all
//     problems as one fault.
//   - It decides every edit without writing.
//   - If any edit sets a password, it checks all new passwords.
//   - It releases the unique names that users give up, so that another edit can use these names.
//   - It writes every edit.
//
// A fault contains the index of its edit if there is more than one edit.
func (m *Model) edit(edits []Edit, how How) (results []Result, err error) {
	one := len(edits) == 1
	var bad problems
	passwords := false
	for i, e := range edits {
		bad = append(bad, checked(prefixOf(i, one), e.Fields)...)
		if slices.ContainsFunc(edits[:i], func(f Edit) bool { return f.ID == e.ID }) {
			bad.add(prefixOf(i, one)+"/id", "duplicate")
		}
		passwords = passwords || e.Password != nil
	}
	if err := bad.fault(); err != nil {
		return nil, err
	}
	revision, err := m.try(how, func(t *tx) error {
		decided := make([]decision, len(edits))
		for i, e := range edits {
			var err error
			if decided[i], err = t.decide(e); err != nil {
				return itemOf(i, one, err)
			}
		}
		if passwords {
			for i, e := range edits {
				if err := t.judge(e, decided[i].after); err != nil {
					return itemOf(i, one, err)
				}
			}
		}
		for _, d := range decided { // what one of them gives up another one may take
			t.users[atoi(d.before[".id"])] = d.before.with(d.givenUp()...)
		}
		for i, e := range edits {
			r, err := t.change(e, decided[i])
			if err != nil {
				return itemOf(i, one, err)
			}
			results = append(results, r)
		}
		return nil
	})
	return stamp(results, revision), err
}

// decide applies the fields of e to the user and returns the user before and after, without writing
// anything. It ignores the password of e. The faults in order of precedence are:
//
//   - those of target, if the user is missing or the actor may not change the user
//   - denied, if the actor may not make this edit
//   - a stale fault, if a precondition of the call does not hold
//   - the problems of the fields
func (t *tx) decide(e Edit) (d decision, err error) {
	do := "edit"
	if len(e.Fields) == 0 {
		do = "password"
	}
	if patch := e.Fields["custom"]; len(e.Fields) == 1 && patch != "" {
		name, _, _ := strings.Cut(patch, "=")
		do = "custom " + name
	}
	if d.before, err = t.target(e.ID, false, do); err != nil {
		return d, err
	}
	after, resets, broken := t.apply(d.before, e.Fields)
	d.after, d.resets = after, resets
	if !t.mayEdit(d, e) {
		return d, denied
	}
	if err := t.freshUser(d.before); err != nil {
		return d, err
	}
	return d, broken
}

// judge checks the new password of the edit e. after is the user as decided. judge returns nil if
// the edit sets no password or if the password is acceptable. It returns a fault in these cases:
//
//   - The user is an API user.
//   - The password is too short.
//   - The edit contains an old password, but this password is wrong or the user has none.
//   - The new password is one of the last t.memory passwords of the user. At most two are compared:
//     the current password and the one before it.
//   - The acting user edits their own password, must change it (changeNextLogin), and sets the
//     current one again.
func (t *tx) judge(e Edit, after Record) error {
	if e.Password == nil {
		return nil
	}
	s, used := t.secrets[e.ID], problems{"/password used_before"}
	switch {
	case after["apiUser"] != "":
		return problems{"/password forbidden"}.fault()
	case len(e.Password.New) < shortest:
		return problems{"/password too_short"}.fault()
	case e.Password.HasOld && (s.plain == "" || s.plain != e.Password.Old):
		return wrongPassword
	case e.Password.New == s.plain && (t.memory >= 1 || t.how.As == e.ID && t.users[e.ID]["changeNextLogin"] != ""):
		return used.fault() // a change that is required of a user is none with the same password
	case e.Password.New == s.before && t.memory >= 2:
		return used.fault()
	}
	return nil
}

// change writes the decision d of the edit e and returns the result. If the edit sets no password
// and changes no attribute, change writes nothing.
//
// If the edit sets a password, change replaces the secret of the user and ends the sign-ins. If the
// acting user sets their own password, change also clears changeNextLogin, unless the edit names
// this attribute. A user that becomes an API user loses the password.
//
// change returns a fault if another user holds a unique name that the edit sets, unless that user
// is deleted and the hold has ended.
func (t *tx) change(e Edit, d decision) (r Result, err error) {
	before, after, resets := d.before, d.after, d.resets
	r = Result{User: before, Lost: lost(before, after), Resets: joined(resets)}
	edited := differing(before, after)
	what := "user.updated"
	switch {
	case e.Password != nil:
		after = after.with("password", "true", "passwordChanged", t.at(), ".stamp", itoa(t.next()))
		if _, named := e.Fields["changeNextLogin"]; t.how.As == e.ID && !named {
			after = after.with("changeNextLogin", "") // a user that changed the own password need not change it again
		}
		s := secret{plain: e.Password.New, scheme: t.scheme}
		if t.memory >= 2 {
			s.before = t.secrets[e.ID].plain
		}
		t.secrets[e.ID] = s
		if len(edited) == 0 {
			what = "user.password_changed"
		}
	case len(edited) == 0:
		return Result{User: before}, nil
	case after["apiUser"] != "" && after["password"] != "": // an API user has no password
		after = after.with("password", "", "changeNextLogin", "", "passwordChanged", t.at())
		delete(t.secrets, e.ID)
	}
	changed := differing(before, after)
	if e.Password != nil {
		changed = append(changed, "password")
	}
	r.Changed = words(changed...)
	if r.User, err = t.store(what, before, after, ""); err != nil {
		return Result{}, err
	}
	if e.Password != nil && what == "user.updated" {
		t.record(Change{Type: "user.password_changed", User: e.ID})
	}
	return r, nil
}

// signIn returns the user with the login if plain is the user's password. The case of the login
// does not matter. It returns the fault badCredentials if no live user has the login, if the user
// has no password, or if the password is wrong. If the password is right but the user is disabled,
// it returns the fault disabled. If signIn succeeds and the password's hash has an old scheme,
// signIn replaces the hash and records the change "user.password_rehashed".
func (m *Model) signIn(login, plain string) (Record, error) {
	id := m.claimant(0, strings.ToLower(login))
	u, s := m.users[id], m.secrets[id]
	switch {
	case u == nil || !u.live() || s.plain == "" || s.plain != plain:
		return nil, badCredentials
	case u["enabled"] != "":
		return nil, disabled
	}
	if s.scheme != m.scheme { // a good password is hashed anew
		_, _ = m.try(How{}, func(t *tx) error {
			s.scheme = m.scheme
			t.secrets[id] = s
			t.record(Change{Type: "user.password_rehashed", User: id})
			return nil
		})
	}
	return u, nil
}
