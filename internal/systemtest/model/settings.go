package model

import (
	"slices"
	"strings"
)

// createAccount creates the account with the settings a.
func (m *Model) createAccount(a Record, how How) (Record, error) {
	_, err := m.try(how, func(t *tx) error {
		if t.account != nil {
			return taken("account", 0)
		}
		if err := t.checkVersion(0); err != nil {
			return err
		}
		a = a.with("created", t.at(), ".version", itoa(t.next()))
		t.account = a
		t.record(Change{Type: "account.updated"})
		return nil
	})
	return a, err
}

// updateAccount replaces the settings. The currency cannot change once the account has transfers.
func (m *Model) updateAccount(a Record, how How) (Record, error) {
	_, err := m.try(how, func(t *tx) error {
		if t.account == nil {
			return notFound
		}
		if err := t.checkVersion(atoi(t.account[".version"])); err != nil {
			return err
		}
		if a["currency"] != t.account["currency"] && len(t.transfers) > 0 {
			return badCurrency
		}
		if err := t.checkSchema(a["customAttributes"]); err != nil {
			return err
		}
		a = a.with("created", t.account["created"], ".version", itoa(t.next()))
		t.account = a
		t.record(Change{Type: "account.updated"})
		return nil
	})
	return a, err
}

// deleteAccount removes all data of the account and raises the revision by one. The revision, the
// greatest ids and the configuration revision do not begin anew, so that no id is used again. It
// returns the fault denied if the actor is a user, and notFound if the account is already deleted
// or was never written to. It ignores the preconditions and the dry run of how.
func (m *Model) deleteAccount(how How) error {
	switch {
	case how.As != 0:
		return denied
	case m.deleted():
		return notFound
	}
	next := newModel(m.now).state
	next.revision, next.last, next.config = m.revision+1, m.last, m.configRevision()
	next.compacted = next.revision
	m.state = next
	return nil
}

// deleted reports whether the account was deleted and nothing was written since.
func (m *Model) deleted() bool { return m.compacted == m.revision }

// putReference adds or replaces a piece of reference data.
func (m *Model) putReference(kind string, id int, name, gives string, how How) (ref Record, err error) {
	_, err = m.try(how, func(t *tx) error {
		old := t.refs[kind+" "+itoa(id)]
		if err := t.checkVersion(atoi(old[".version"])); err != nil {
			return err
		}
		if old != nil && old["gives"] != gives && kind == "profile" && t.used(id) {
			return inUse
		}
		id = t.take(kind, id)
		for key, other := range t.refs {
			if strings.HasPrefix(key, kind+" ") && other["name"] == name && atoi(other[".id"]) != id {
				return taken("name", atoi(other[".id"]))
			}
		}
		ref = Record{".id": itoa(id), ".version": itoa(t.next()), "name": name}
		ref.set("gives", gives)
		t.refs[kind+" "+itoa(id)] = ref
		t.record(Change{Type: "reference.updated", Reference: kind + " " + itoa(id)})
		return nil
	})
	return ref, err
}

func (m *Model) deleteReference(kind string, id int, how How) error {
	_, err := m.try(how, func(t *tx) error {
		old := t.refs[kind+" "+itoa(id)]
		if old == nil {
			return notFound
		}
		if err := t.checkVersion(atoi(old[".version"])); err != nil {
			return err
		}
		if kind == "profile" && t.used(id) {
			return inUse
		}
		delete(t.refs, kind+" "+itoa(id))
		t.record(Change{Type: "reference.deleted", Reference: kind + " " + itoa(id)})
		return nil
	})
	return err
}

// used reports whether any user has the profile, including deleted users.
func (t *tx) used(profile int) bool {
	for _, u := range t.users {
		if u.has("profiles", itoa(profile)) {
			return true
		}
	}
	return false
}

// referencesOf returns the reference data of a kind, ordered by id.
func (m *Model) referencesOf(kind string) (list []Record) {
	for key, r := range m.refs {
		if strings.HasPrefix(key, kind+" ") {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b Record) int { return atoi(a[".id"]) - atoi(b[".id"]) })
	return list
}

// setView adds a view to the user's views, or removes it.
func (m *Model) setView(id int, view string, selected bool, how How) (Result, error) {
	return m.step(id, how, false, "user.updated", "", func(t *tx, u Record) (Record, error) {
		list := slices.DeleteFunc(strings.Fields(u["views"]), func(v string) bool { return v == view })
		if selected {
			list = append(list, view)
		}
		after := u.with("views", words(list...))
		if selected && !u.has("views", view) { // the one that is named, wherever it stands among the user's
			return after, t.added(Record{}, Record{"views": view}, Record{"views": ""}).fault()
		}
		return after, nil
	})
}

// board returns a user's statistics in the order in which they were added, each as
// "name/option/watched".
func board(u Record) (list []string) {
	if s := u["statistics"]; s != "" {
		list = strings.Split(s, ", ")
	}
	return list
}

// boarded returns the index of a statistic in the list, -1 if the list does not have it.
func boarded(list []string, s string) int {
	return slices.IndexFunc(list, func(t string) bool { return strings.HasPrefix(t, s+"/") })
}

func (m *Model) addStatistic(id int, s string, how How) (Result, error) {
	return m.step(id, how, false, "user.updated", "", func(_ *tx, u Record) (Record, error) {
		list := board(u)
		if boarded(list, s) < 0 {
			list = append(list, s+"/false")
		}
		return u.with("statistics", strings.Join(list, ", ")), nil
	})
}

// changeStatistic removes a user's statistic if watched is "", and otherwise sets whether the
// statistic is watched.
func (m *Model) changeStatistic(id int, s, watched string, how How) (Result, error) {
	return m.step(id, how, false, "user.updated", "", func(_ *tx, u Record) (Record, error) {
		list := board(u)
		i := boarded(list, s)
		if i < 0 {
			return nil, notFound
		}
		if watched == "" {
			list = slices.Delete(list, i, i+1)
		} else {
			list[i] = s + "/" + watched
		}
		return u.with("statistics", strings.Join(list, ", ")), nil
	})
}

// note records a change about the user with the id of, or about the account if of is 0.
func (m *Model) note(c Change, of int, how How) (int, error) {
	return m.try(how, func(t *tx) error {
		if of == 0 {
			if err := t.checkVersion(0); err != nil {
				return err
			}
		} else {
			u, err := t.live(of)
			if err != nil {
				return err
			}
			if err := t.freshUser(u); err != nil {
				return err
			}
		}
		t.record(c)
		return nil
	})
}
