package history

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// contents is all that an account has.
type contents struct {
	changes   []storage.Change
	users     []user.User // deleted ones too
	transfers []balance.Transfer
	funds     map[balance.Holder]balance.Units // of the account and of each user
}

// readContents reads and returns all data of the account of h: changes, transfers, users and
// balances. The users include deleted ones. The reads are separate calls, so no other call may
// write meanwhile. Errors: those of the methods of h.
func readContents(ctx context.Context, h roster.Handle) (b contents, err error) {
	for after := (storage.ChangeID{}); ; after = b.changes[len(b.changes)-1].ID {
		page, err := h.Changes(ctx, storage.ChangeQuery{After: after})
		if err != nil {
			return b, err
		} else if len(page) == 0 {
			break
		}
		b.changes = append(b.changes, page...)
	}
	for after := balance.TransferID(0); ; after = b.transfers[len(b.transfers)-1].ID {
		page, err := h.Transfers(ctx, roster.TransferListParams{After: after})
		if err != nil {
			return b, err
		} else if len(page) == 0 {
			break
		}
		b.transfers = append(b.transfers, page...)
	}
	own, err := h.Balance(ctx)
	if err != nil {
		return b, err
	}
	b.funds = map[balance.Holder]balance.Units{balance.Account: own.Units()}
	for u, err := range h.All(ctx, roster.ListParams{Query: storage.Query{Deleted: storage.WithDeleted}}) {
		if err != nil {
			return b, err
		}
		funds, err := h.Balances(ctx, u.ID)
		if err != nil {
			return b, err
		}
		b.users = append(b.users, u)
		b.funds[balance.HolderOf(u.ID)] = funds[0].Own.Units()
	}
	return b, nil
}

// audit checks that the data of one account fits together. It returns nil if all these sentences
// hold, and otherwise an error that lists what is wrong:
//
//   - Every revision has a change.
//   - A user is created once. Each later change of the user begins with the values that the change
//     before left, and the user has the values of the last change.
//   - Live users have different logins, and deleted users have no reservation.
//   - Each posting has the balances that follow from the postings before it. The postings add up to
//     the balances, and all balances together are the money that came in. No balance is negative.
func (b contents) audit() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	last, revision := map[user.ID]map[user.Attribute]user.Value{}, user.Revision(0)
	for _, c := range b.changes {
		if c.ID.Revision != revision && c.ID.Revision != revision+1 {
			wrong("after revision %d comes a change of revision %d", revision, c.ID.Revision)
		}
		revision = c.ID.Revision
		had, known := last[c.UserID]
		if c.Created != nil {
			if known {
				wrong("revision %d creates user %d again", revision, c.UserID)
			}
			last[c.UserID] = values(*c.Created)
		}
		for _, d := range c.Diff {
			if !known || had[d.Attribute] != d.Before {
				wrong("revision %d of user %d does not begin where the change before ended", revision, c.UserID)
				break
			}
			had[d.Attribute] = d.After
		}
	}
	logins := map[string]user.ID{}
	for _, u := range b.users {
		if was, ok := last[u.ID]; !ok || !maps.Equal(was, values(u)) {
			wrong("user %d differs from the last change of the user", u.ID)
		}
		if !u.Live() {
			if u.Capacity.Reservations.Len() > 0 {
				wrong("user %d is deleted and reserved", u.ID)
			}
			continue
		}
		if other, taken := logins[u.Identity.Login]; taken {
			wrong("users %d and %d have one login", other, u.ID)
		}
		logins[u.Identity.Login] = u.ID
	}
	if len(b.users) != len(last) {
		wrong("%d users are there, %d were made", len(b.users), len(last))
	}
	return errors.Join(append(errs, b.auditMoney())...)
}

// auditMoney returns an error that lists what is wrong with the money of the account, or nil. Each
// posting and each balance must agree with the postings before it. No balance may be negative. All
// balances together must be the money that came in.
func (b contents) auditMoney() error {
	var errs []error
	has := map[balance.Holder]balance.Units{}
	for _, t := range b.transfers {
		for _, p := range t.Postings {
			has[p.From] -= p.Amount
			has[p.To] += p.Amount
			if p.From != balance.World && has[p.From] != p.FromAfter || p.To != balance.World && has[p.To] != p.ToAfter {
				errs = append(errs, fmt.Errorf("transfer %d has other balances than the postings before it", t.ID))
			}
		}
	}
	sum := has[balance.World]
	for holder, units := range b.funds {
		if sum += units; units != has[holder] || units < 0 {
			errs = append(errs, fmt.Errorf("%v has %d, the postings say %d", holder, units, has[holder]))
		}
	}
	if sum != 0 {
		errs = append(errs, fmt.Errorf("the balances are %d more than what came in", sum))
	}
	return errors.Join(errs...)
}

// values returns the values of all attributes of a user except AttrUpdated, which no change
// contains.
func values(u user.User) map[user.Attribute]user.Value {
	m := make(map[user.Attribute]user.Value)
	for a := range user.AllAttributes().All() {
		m[a] = a.Value(u)
	}
	delete(m, user.AttrUpdated)
	return m
}
