package roster

import (
	"context"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// selection returns the text that stands for the users of TransferParams.All in the terms of a
// transfer, so that the terms of a repeated call are the same.
func selection(a user.ApplicationID) string {
	if a == 0 {
		return "all"
	}
	return fmt.Sprintf("all of application %d", a)
}

// payees returns the users that r selects, with their balances, each once and in ascending order of
// id. missing is storage.ErrNotFound if a user in r.Users does not exist or is hidden. The list
// then has only the id and the balance of this user, and the call may only return an earlier
// transfer (replay). Errors: *permission.Denied; balance.ErrTooManyPayees; storage.ErrNotFound for
// such a user if the actor may not transfer money to every user; those of the policy and the
// storage.
func (t *tx) payees(ctx context.Context, r TransferParams) (list []balance.Payee, missing, err error) {
	if r.All || len(r.Users) == 0 {
		if err := t.may(ctx, permission.MoneyTransfer); err != nil {
			return nil, nil, err
		}
	}
	if r.All {
		q := storage.Query{}
		if r.Application != 0 {
			q.Applications = []user.ApplicationID{r.Application}
		}
		shown, err := t.within(ctx, permission.UserRead, q)
		if err != nil {
			return nil, nil, err
		}
		for u, err := range t.visible(ctx, shown) {
			if err != nil {
				return nil, nil, err
			}
			if err := t.allow(ctx, t.request(permission.MoneyTransfer, permission.TargetOf(u))); err != nil {
				return nil, nil, err
			}
			if list = append(list, payeeOf(u)); len(list) > balance.MaxPayees {
				return nil, nil, balance.ErrTooManyPayees
			}
		}
		return list, nil, t.readBalances(ctx, list)
	}
	ids := slices.Clone(r.Users)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	list = make([]balance.Payee, len(ids))
	for i, id := range ids {
		u, err := t.authorizedTarget(ctx, id, permission.MoneyTransfer, false)
		switch {
		case err == nil:
			list[i] = payeeOf(u)
		case isNotFound(err):
			list[i], missing = balance.Payee{ID: id}, fmt.Errorf("user %d: %w", id, err)
			may, err := t.allowed(ctx, t.request(permission.MoneyTransfer, noTarget))
			if err != nil {
				return nil, nil, err
			}
			if !may {
				return nil, nil, missing // a replay would show the balance of a hidden user
			}
		default:
			return nil, nil, err
		}
	}
	return list, missing, t.readBalances(ctx, list)
}

// payeeOf returns the user as a payee, without a balance.
func payeeOf(u user.User) balance.Payee {
	return balance.Payee{
		ID: u.ID, Name: u.Identity.Login, ParentAccounting: u.Billing.ParentAccounting, Deleted: !u.Live(),
	}
}

// readBalances sets the field Balance of each payee in list to the stored balance of the user.
// Errors: those of the storage; list is then unchanged.
func (t *tx) readBalances(ctx context.Context, list []balance.Payee) error {
	if len(list) == 0 {
		return nil
	}
	holders := make([]balance.Holder, len(list))
	for i := range list {
		holders[i] = balance.HolderOf(list[i].ID)
	}
	units, err := t.Balances(ctx, holders...)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Balance = units[i]
	}
	return nil
}
