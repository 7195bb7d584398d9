package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// never is the end of the hold of names that are never released.
const never = "9999-12-31 23:59:59"

func (m *Model) delete(ids []int, one bool, how How) (results []Result, err error) {
	var bad problems
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			bad.add(fmt.Sprint("/", i), "duplicate")
		}
	}
	if err := bad.fault(); err != nil {
		return nil, err
	}
	revision, err := m.try(how, func(t *tx) error {
		for i, id := range ids {
			u, err := t.target(id, false, "user.deleted")
			if err == nil {
				err = t.freshUser(u)
			}
			if err != nil {
				return itemOf(i, one, err)
			}
		}
		had, err := t.refund(ids...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			r, err := t.deleteUser(id)
			if err != nil {
				return err
			}
			r.Returned = had[id]
			results = append(results, r)
		}
		return nil
	})
	return stamp(results, revision), err
}

// refund moves the balances of the given users to the account in one transfer of the kind
// "returning". It is called before the users are deleted. Users with the balance 0 are left out; if
// no posting remains, refund records nothing. It returns the former balance of each user by id, or
// a fault if the balance of the account would overflow.
func (t *tx) refund(ids ...int) (map[int]int64, error) {
	x := Transfer{Kind: "returning", At: t.at(), Reason: t.how.Reason, Actor: t.how.As, Currency: t.account["currency"], Strict: true}
	defaults(&x, false)
	had := map[int]int64{}
	for _, id := range slices.Sorted(slices.Values(ids)) {
		if had[id] = t.funds[id]; had[id] == 0 {
			continue
		}
		if err := t.pay(&x, id, 0, had[id], t.users[id]["login"]); err != nil {
			return nil, err
		}
	}
	if len(x.Postings) == 0 {
		return had, nil
	}
	x.ID = t.take("transfer", 0)
	t.transfers = append(t.transfers, x)
	c := Change{Type: "money.transferred", Transfer: x.ID, Money: paid(x)}
	if len(x.Postings) == 1 {
		c.User = x.Postings[0].From
	}
	t.record(c)
	return had, nil
}

// deleteUser marks the live user with the id as deleted and records the change "user.deleted". It
// clears the reservations of the user. It also clears the status, unless the status is locked. The
// account's setting "hold" decides how long the names of the user stay taken: not at all, forever,
// or for a duration from now. deleteUser returns the deleted user and the names of the changed
// attributes.
func (t *tx) deleteUser(id int) (Result, error) {
	u := t.users[id]
	after := u.with("deleted", t.at(), "reservations", "")
	if u["status"] != "" && u["statusLock"] == "" {
		after = after.with("status", "", ".since", t.at())
	}
	switch hold := t.account["hold"]; hold {
	case "":
	case "never":
		after = after.with(".hold", never)
	default:
		d, _ := time.ParseDuration(hold)
		after = after.with(".hold", moment(t.now.Add(d)))
	}
	stored, err := t.store("user.deleted", u, after, "")
	return Result{User: stored, Changed: words(differing(u, after)...)}, err
}

// deletion is the result of deleteAll.
type deletion struct {
	IDs      []int
	Revision int
	Kept     int // the administrator that stays
}

func (m *Model) deleteAll(application string, except []int, how How) (d deletion, err error) {
	d.Revision, err = m.try(how, func(t *tx) error {
		if _, err := t.target(0, false, "user.deleted"); err == denied {
			return denied // even if no user is meant
		}
		for _, id := range t.sorted() {
			u := t.users[id]
			if u.live() && !slices.Contains(except, id) && (application == "" || u.has("applications", application)) {
				if _, err := t.target(id, false, "user.deleted"); err != nil {
					return err
				}
				d.IDs = append(d.IDs, id)
			}
		}
		d.IDs, d.Kept = t.keepAdministrator(d.IDs)
		for _, id := range d.IDs {
			if err := t.freshUser(t.users[id]); err != nil {
				return err
			}
		}
		if len(d.IDs) == 0 {
			if err := t.freshUser(Record{}); err != nil {
				return err
			}
		}
		if _, err := t.refund(d.IDs...); err != nil {
			return err
		}
		for _, id := range d.IDs {
			if _, err := t.deleteUser(id); err != nil {
				return err
			}
		}
		return nil
	})
	return d, err
}

func (m *Model) restore(id int, how How) (Result, error) {
	return m.step(id, how, true, "user.restored", "", func(t *tx, u Record) (Record, error) {
		switch {
		case u.live():
			return nil, notDeleted
		case u[".erased"] != "":
			return nil, erased
		case !t.roomFor(1):
			return nil, tooManyUsers
		}
		return u.with("deleted", "", ".hold", ""), nil
	})
}

// erase removes a user's personal data. The id, the times, whether the user is an API user, and
// parent accounting stay, because the ledger and the history need them.
func (m *Model) erase(id int, how How) (r Result, err error) {
	r.Revision, err = m.try(how, func(t *tx) error {
		u, err := t.target(id, true, "user.erased")
		if err != nil {
			return err
		}
		if err := t.freshUser(u); err != nil {
			return err
		}
		if u[".erased"] != "" {
			return erased
		}
		had, err := t.refund(id)
		if err != nil {
			return err
		}
		after := Record{
			".id": u[".id"], ".erased": "true", "enabled": "false", "updated": t.at(), "deleted": t.at(),
		}
		for _, name := range []string{"apiUser", "parentAccounting", "created"} {
			after.set(name, u[name])
		}
		if !u.live() {
			after.set("deleted", u["deleted"])
		}
		after = t.stamped(u, after)
		t.users[id] = after
		delete(t.secrets, id)
		t.changes, t.transfers = slices.Clone(t.changes), slices.Clone(t.transfers)
		for i := range t.changes {
			if c := &t.changes[i]; c.User == id {
				c.Created, c.Diff, c.Detail = nil, nil, ""
			}
		}
		for i := range t.transfers {
			t.transfers[i].Postings = slices.Clone(t.transfers[i].Postings)
			for j := range t.transfers[i].Postings {
				if p := &t.transfers[i].Postings[j]; p.From == id || p.To == id {
					p.Name = ""
				}
			}
		}
		t.record(Change{Type: "user.erased", User: id})
		changed := slices.DeleteFunc(differing(u, after), func(name string) bool { return name == "updated" })
		r.User, r.Changed, r.Returned = after, words(changed...), had[id]
		return nil
	})
	return r, err
}

// step runs a call that changes one user by the function rule. If rule changes nothing, step writes
// nothing.
func (m *Model) step(
	id int, how How, deleted bool, what, detail string, rule func(*tx, Record) (Record, error),
) (r Result, err error) {
	r.Revision, err = m.try(how, func(t *tx) error {
		u, err := t.target(id, deleted, what)
		if err != nil {
			return err
		}
		if err := t.freshUser(u); err != nil {
			return err
		}
		after, err := rule(t, u)
		if err != nil {
			return err
		}
		if r.User = u; after.String() == u.String() {
			return nil
		}
		r.Changed = words(differing(u, after)...)
		r.User, err = t.store(what, u, after, detail)
		return err
	})
	return r, err
}

func (m *Model) setStatus(id int, status string, call int, how How) (Result, error) {
	return m.step(id, how, false, "user.status_changed", "", func(t *tx, u Record) (Record, error) {
		after := u.with(".call", itoa(call))
		if status == u["status"] {
			return after, nil
		}
		if u["statusLock"] != "" {
			return nil, statusLocked
		}
		return after.with("status", status, ".since", t.at()), nil
	})
}

func (m *Model) lockStatus(id int, status string, how How) (Result, error) {
	return m.step(id, how, false, "user.status_locked", "", func(t *tx, u Record) (Record, error) {
		after := u.with("status", status, "statusLock", "by 0 at "+t.at())
		if status != u["status"] {
			after = after.with(".since", t.at())
		}
		return after, nil
	})
}

func (m *Model) unlockStatus(id int, how How) (Result, error) {
	return m.step(id, how, false, "user.status_unlocked", "", func(_ *tx, u Record) (Record, error) {
		return u.with("statusLock", ""), nil
	})
}

// held returns the user's reservations that have not expired.
func (m *Model) held(u Record) (list []string) {
	for _, r := range strings.Split(u["reservations"], ", ") {
		if _, until, ok := strings.Cut(r, " until "); ok && m.at() < until {
			list = append(list, r)
		}
	}
	return list
}

func (m *Model) free(u Record) int { return max(0, atoi(u["maxChats"])-len(m.held(u))) }

// reserve reserves the user. For id 0 it chooses a ready, enabled user without a reservation who
// has the most free capacity.
func (m *Model) reserve(id int, channel string, how How) (r Result, err error) {
	r.Revision, err = m.try(how, func(t *tx) error {
		if t.account == nil {
			return notFound
		}
		if id == 0 {
			for _, candidate := range t.sorted() {
				u := t.users[candidate]
				if !u.live() || u["enabled"] != "" || u["status"] != "READY" || t.free(u) == 0 || len(t.held(u)) > 0 {
					continue
				}
				if id == 0 || t.free(u) > t.free(t.users[id]) {
					id = candidate
				}
			}
			if id == 0 {
				return nobodyFree
			}
		}
		u, err := t.live(id)
		if err != nil {
			return err
		}
		if err := t.freshUser(u); err != nil {
			return err
		}
		if u["enabled"] != "" || u["status"] != "READY" {
			return notReady
		}
		if t.free(u) == 0 {
			return noCapacity
		}
		kept := 30 * time.Second
		if d := t.account["reservationTime"]; d != "" {
			kept, _ = time.ParseDuration(d)
		}
		list := append(t.held(u), channel+" until "+moment(t.now.Add(kept)))
		r.User, err = t.store("user.reserved", u, u.with("reservations", strings.Join(list, ", ")), channel)
		r.Changed = "reservations"
		return err
	})
	return r, err
}

// release removes the user's oldest reservation for the channel.
func (m *Model) release(id int, channel string, how How) (Result, error) {
	return m.step(id, how, false, "user.released", channel, func(t *tx, u Record) (Record, error) {
		list := t.held(u)
		i := slices.IndexFunc(list, func(r string) bool { return strings.HasPrefix(r, channel+" until ") })
		if i < 0 {
			return nil, noSlot
		}
		return u.with("reservations", strings.Join(slices.Delete(list, i, i+1), ", ")), nil
	})
}
