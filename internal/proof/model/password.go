package model

import (
	"slices"
	"strings"
)

const (
	shortest = 4 // how long a password must be at least
	memory   = 2 // how many may not be used again, to begin with: the present one and the one before it
)

// NewPassword asks for another password.
type NewPassword struct {
	New, Old string
	HasOld   bool
}

// Edit is a change of one user.
type Edit struct {
	ID       int
	Fields   Record
	Password *NewPassword
}

// edit changes users, all or none. With a password in it, everything is decided before any password is looked at, and
// nothing is written before all of them are found good.
func (m *Model) edit(actor int, edits []Edit, how How) (results []Result, err error) {
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
	revision, err := m.tryAs(actor, how, func(t *tx) error {
		if passwords {
			for i, e := range edits {
				if _, _, err := t.decide(e); err != nil {
					return itemOf(i, one, err)
				}
			}
			for i, e := range edits {
				if err := t.judge(e); err != nil {
					return itemOf(i, one, err)
				}
			}
		}
		for i, e := range edits {
			r, err := t.change(e)
			if err != nil {
				return itemOf(i, one, err)
			}
			results = append(results, r)
		}
		return nil
	})
	return stamp(results, revision), err
}

// decide finds what an edit makes of its user, but for the password.
func (t *tx) decide(e Edit) (Record, []string, error) {
	if t.actor != 0 { // a user, who changes his own password
		self := t.users[t.actor]
		if self == nil || !self.live() || self["enabled"] != "" || !e.Password.HasOld {
			return nil, nil, denied
		}
	}
	u, err := t.live(e.ID)
	if err != nil {
		return nil, nil, err
	}
	if err := t.fresh(atoi(u[".version"])); err != nil {
		return nil, nil, err
	}
	return t.apply(u, e.Fields)
}

// judge finds out whether the password of an edit may be the next one.
func (t *tx) judge(e Edit) error {
	if e.Password == nil {
		return nil
	}
	after, _, err := t.decide(e)
	s, used := t.secrets[e.ID], problems{"/password used_before"}
	switch {
	case err != nil:
		return err
	case after["apiUser"] != "":
		return problems{"/password forbidden"}.fault()
	case len(e.Password.New) < shortest:
		return problems{"/password too_short"}.fault()
	case e.Password.HasOld && (s.plain == "" || s.plain != e.Password.Old):
		return wrongPassword
	case e.Password.New == s.plain && (t.memory >= 1 || t.actor == e.ID && t.users[e.ID]["changeNextLogin"] != ""):
		return used.fault() // a change that is required of a user is none with the same password
	case e.Password.New == s.before && t.memory >= 2:
		return used.fault()
	}
	return nil
}

// change is one edit.
func (t *tx) change(e Edit) (Result, error) {
	after, resets, err := t.decide(e)
	if err != nil {
		return Result{}, err
	}
	before := t.users[e.ID]
	r := Result{User: before, Lost: lost(before, after), Resets: joined(resets)}
	edited := differing(before, after)
	what := "user.updated"
	switch {
	case e.Password != nil:
		after = after.with("password", "true", "passwordChanged", t.at())
		if _, named := e.Fields["changeNextLogin"]; t.actor == e.ID && !named {
			after = after.with("changeNextLogin", "") // who changed his own need not change it again
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

// signIn returns the user whose login and password these are.
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
