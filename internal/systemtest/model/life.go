package model

import (
	"slices"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// delete deletes all users with the ids, or none of them, and moves their money to the account. It
// returns one result for each user, with the amount of money. Errors: ErrInvalid for a repeated id;
// ErrNotFound; ErrDenied; ErrStale; ErrOverflow; ErrLastAdministrator.
func (m *Model) delete(ids []int, how How) (results []Result, err error) {
	if len(slices.Compact(slices.Sorted(slices.Values(ids)))) < len(ids) {
		return nil, validate.ErrInvalid
	}
	revision, err := m.try(how, func(t *tx) error {
		for _, id := range ids {
			u, err := t.target(id, false, false)
			if err == nil {
				err = t.freshUser(u)
			}
			if err != nil {
				return err
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

// refund moves all money of the given users to the account, before they are deleted. It makes one
// transfer of the kind "returning", or none if no user has money. It returns the amount of each
// user by id, or ErrOverflow for the balance of the account.
func (t *tx) refund(ids ...int) (map[int]int64, error) {
	x := Transfer{Terms: Terms{Kind: "returning", Strict: true}, At: t.at(), Actor: t.how.As, Currency: t.account["currency"]}
	had := map[int]int64{}
	for _, id := range slices.Sorted(slices.Values(ids)) {
		if had[id] = t.funds[id]; had[id] == 0 {
			continue
		}
		if err := t.pay(&x, id, 0, had[id]); err != nil {
			return nil, err
		}
	}
	if len(x.Postings) > 0 {
		t.post(&x, "money.transferred")
	}
	return had, nil
}

// deleteUser marks the live user with the id as deleted, clears the status, and records the change
// "user.deleted". It returns the deleted user.
func (t *tx) deleteUser(id int) (Result, error) {
	u := t.users[id]
	after := u.with("deleted", t.at())
	if u["status"] != "" {
		after = after.with("status", "", ".since", t.at())
	}
	stored, err := t.store("user.deleted", u, after)
	return Result{User: stored}, err
}

func (m *Model) restore(id int, how How) (results []Result, err error) {
	revision, err := m.try(how, func(t *tx) error {
		u, err := t.target(id, true, false)
		if err == nil {
			err = t.freshUser(u)
		}
		switch {
		case err != nil:
			return err
		case u.live():
			return user.ErrNotDeleted
		}
		after := u.with("deleted", "")
		u, err = t.store("user.restored", u, after)
		results = append(results, Result{User: u})
		return err
	})
	return stamp(results, revision), err
}
