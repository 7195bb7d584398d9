package crossvendor_test

import (
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// verify compares what clients were told with what the directory has.
func (e *env) verify(a tenant, since user.Revision, told *tally) {
	e.t.Helper()
	e.verifyFeed(a, since, told)
	if got := e.money(a); got != "100.00" {
		e.t.Errorf("%s: the money of all adds up to %s", a.name, got)
	}
	for i := range crowd {
		u := e.user(a, a.member(i))
		if n := u.Capacity.Reserved(time.Now()); n != 0 {
			e.t.Errorf("%s: %d reservations of user %d were never given back", a.name, n, u.ID)
		}
	}
}

// verifyFeed reads all changes: no revision is missing, each acknowledged value was written once,
// and there is no change that nobody was told of.
func (e *env) verifyFeed(a tenant, since user.Revision, told *tally) {
	e.t.Helper()
	values := map[string]int{}
	types := map[storage.ChangeType]int{}
	last := since
	for after := storage.AfterRevision(since); ; {
		page, err := e.host(a).Changes(e.ctx, storage.ChangeQuery{After: after, Limit: storage.MaxPage})
		e.ok(err)
		for _, c := range page {
			if c.ID.Revision != last && c.ID.Revision != last+1 {
				e.t.Fatalf("%s: revision %d follows %d", a.name, c.ID.Revision, last)
			}
			last = c.ID.Revision
			types[c.Type]++
			if c.Type == storage.UserDeleted && c.ID.Index == 1 {
				types[storage.MoneyTransferred]-- // the return of the user's money, which the deletion was asked for
			}
			if c.Type == storage.UserUpdated {
				values[written(c)]++
			}
		}
		if len(page) < storage.MaxPage {
			break
		}
		after = page[len(page)-1].ID
	}
	if revision, err := e.host(a).Revision(e.ctx); err != nil || revision != last {
		e.t.Errorf("%s: the feed ends with revision %d, the account has %d (%v)", a.name, last, revision, err)
	}
	for _, v := range told.written {
		if values[v] != 1 {
			e.t.Errorf("%s: %s was acknowledged and stands in the feed %d times", a.name, v, values[v])
		}
	}
	for what, n := range map[storage.ChangeType]int{
		storage.UserUpdated: len(told.written), storage.MoneyTransferred: told.moved, storage.UserReserved: told.reserved,
		storage.UserReleased: told.released, storage.UserCreated: told.lives, storage.UserDeleted: told.lives,
		storage.StatusLocked: told.lives,
	} {
		if types[what] != n {
			e.t.Errorf("%s: %d changes of type %s, %d were acknowledged", a.name, types[what], what, n)
		}
		delete(types, what)
	}
	if len(types) > 0 {
		e.t.Errorf("%s: changes that nobody asked for: %v", a.name, types)
	}
}

// written returns the value that a change brought.
func written(c storage.Change) string {
	for _, d := range c.Diff {
		switch d.Attribute {
		case user.AttrFirstName, user.AttrLastName, user.AttrCustomData:
			return d.After.String()
		}
	}
	return ""
}
