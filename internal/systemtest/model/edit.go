package model

import (
	"slices"
	"strings"
)

// Edit is a change of one user.
type Edit struct {
	ID     int
	Fields Record
}

// decision is the result of an edit that is not written yet.
type decision struct {
	before, after Record
	resets        []string
}

// edit makes all edits or none of them. It returns one result for each edit, with the new revision.
// Before it writes the first user, it frees the logins that users give up, so that other edits can
// use these logins. Faults: invalid fields; two edits of one user; those of decide; a login that
// another user has; lastAdministrator if a user's edits leave the account without an administrator.
func (m *Model) edit(edits []Edit, how How) (results []Result, err error) {
	var bad problems
	for i, e := range edits {
		bad = append(bad, checked(e.Fields)...)
		if slices.ContainsFunc(edits[:i], func(f Edit) bool { return f.ID == e.ID }) {
			bad.add("/id", "duplicate")
		}
	}
	if err := bad.fault(); err != nil {
		return nil, err
	}
	revision, err := m.try(how, func(t *tx) error {
		decided := make([]decision, len(edits))
		for i, e := range edits {
			var err error
			if decided[i], err = t.decide(e); err != nil {
				return err
			}
		}
		for _, d := range decided {
			if claim(d.before) != claim(d.after) {
				t.users[atoi(d.before[".id"])] = d.before.with("login", "")
			}
		}
		for _, d := range decided {
			r := Result{User: d.before}
			if changed := differing(d.before, d.after); len(changed) > 0 {
				r = Result{Lost: lost(d.before, d.after), Resets: strings.Join(d.resets, "; "), Changed: words(changed...)}
				var err error
				if r.User, err = t.store("user.updated", d.before, d.after); err != nil {
					return err
				}
			}
			results = append(results, r)
		}
		return nil
	})
	return stamp(results, revision), err
}

// decide applies the fields of e to the user and returns the user before and after. It writes
// nothing. Faults, in this order: notFound or denied for a target that the actor cannot edit,
// denied for this change, a stale fault, the problems of the fields.
func (t *tx) decide(e Edit) (d decision, err error) {
	do := "edit"
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
