package roster

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// returnMoney moves all money of the given users to the account, by one transfer with a change
// record. The call deletes these users, at most MaxDelete. The actor needs no permission for money.
// The result is the amount of each user that had money, by id. Errors: balance.ErrOverflow if the
// account cannot hold the money; others of balance.PlanReturn; those of the storage.
func (t *tx) returnMoney(ctx context.Context, account user.Account, users []user.User) (map[user.ID]balance.Money, error) {
	if len(users) == 0 {
		return nil, nil
	}
	units, err := t.unitsOf(ctx, users)
	if err != nil {
		return nil, err
	}
	request := balance.ReturnRequest{
		Header: t.header(""), Account: units[len(users)], AccountCurrency: balance.Currency(account.Currency),
	}
	returned := make(map[user.ID]balance.Money)
	for i := range users {
		if units[i] == 0 {
			continue
		}
		payee := payeeOf(users[i])
		payee.Balance = units[i]
		request.Payees = append(request.Payees, payee)
		if returned[users[i].ID], err = balance.FromUnits(units[i], request.AccountCurrency); err != nil {
			return nil, err
		}
	}
	if len(request.Payees) == 0 {
		return nil, nil
	}
	transfer, err := balance.PlanReturn(request)
	if err != nil {
		return nil, fmt.Errorf("roster: return the money of deleted users: %w", err)
	}
	return returned, t.post(ctx, storage.MoneyTransferred, &transfer)
}

// shownMoney returns had, the money of a deleted user. It returns the zero Money if the actor may
// not read the balance of the user. before is the user as it was before the deletion. Errors: that
// of a policy that fails.
func (t *tx) shownMoney(ctx context.Context, before user.User, had balance.Money) (balance.Money, error) {
	if had.IsZero() {
		return had, nil
	}
	may, err := t.allowed(ctx, t.request(permission.MoneyRead, permission.TargetOf(before)))
	if !may {
		had = balance.Money{}
	}
	return had, err
}
