package history

import (
	"context"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// feed has the changes of an account at the end, by the reason of the call that made them.
type feed struct {
	made map[string]storage.Change
	told map[string]bool // calls that were asked about
}

// readChanges returns all changes of the account of h, oldest first. Errors: those of Changes.
func readChanges(ctx context.Context, h roster.Handle) (all []storage.Change, err error) {
	for after := (storage.ChangeID{}); ; after = all[len(all)-1].ID {
		page, err := h.Changes(ctx, storage.ChangeQuery{After: after})
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
	}
}

// newFeed returns a feed of the changes. It returns an error if two changes have the same reason,
// because each call has its own reason and makes one change. Changes without a reason are allowed,
// and so is a deletion in the same revision as the return of the user's money.
func newFeed(changes []storage.Change) (feed, error) {
	f := feed{map[string]storage.Change{}, map[string]bool{}}
	for _, c := range changes {
		before, ok := f.made[c.Reason]
		returned := before.Type == storage.MoneyTransferred && c.Type == storage.UserDeleted && before.ID.Revision == c.ID.Revision
		if ok && c.Reason != "" && !returned {
			return f, fmt.Errorf("call %s made revision %d and revision %d", c.Reason, before.ID.Revision, c.ID.Revision)
		}
		f.made[c.Reason] = c
	}
	return f, nil
}

// check returns an error if the result of the call k contradicts the changes: a refused call made a
// change, or a successful write made another revision or, except a rename, no change. For a call of
// unknown outcome that made a change, check stores the revision in k.answer. For a create, check
// stores the id of the new user in k.operation.
func (f feed) check(k *call) error {
	o, a := &k.operation, &k.answer
	c, made := f.made[o.reason]
	f.told[o.reason] = true
	writes := slices.Contains(writing, o.kind) && !a.replayed
	switch {
	case a.fault == unknown && made:
		a.revision = c.ID.Revision
		if o.kind == create {
			o.id = c.UserID
		}
	case a.fault == unknown:
	case a.fault != nil && made:
		return fmt.Errorf("call %s, %v, was refused (%+v) and made revision %d", o.reason, o, a, c.ID.Revision)
	case a.fault != nil || !writes:
	case made && c.ID.Revision != a.revision:
		return fmt.Errorf("call %s, %v, was told %+v and made revision %d", o.reason, o, a, c.ID.Revision)
	case !made && o.kind != rename: // which may change nothing
		return fmt.Errorf("call %s, %v, was told %+v, and no change shows it", o.reason, o, a)
	}
	if o.kind == create && a.fault == nil {
		o.id = a.people[0].id
	}
	return nil
}

// rest returns an error if no checked call made one of the changes. Changes without a reason, such
// as the creation of the account, are ignored.
func (f feed) rest() error {
	for reason, c := range f.made {
		if reason != "" && !f.told[reason] {
			return fmt.Errorf("no call made revision %d, reason %q", c.ID.Revision, reason)
		}
	}
	return nil
}

var writing = []kind{create, patch, rename, remove, restore, reserve, release, fund, transfer}

// first is the revision after the creation of the account.
const first user.Revision = 1
