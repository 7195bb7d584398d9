package roster

import (
	"context"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// UserBalance is a user's own money and the money that the user can spend.
type UserBalance struct {
	Own balance.Money `json:"own,omitzero"`

	// Available is the balance that the user spends from (balance.PayerFor): the user's own, or the
	// account's with parent accounting. Spending the account's money is no permission to see its
	// balance: for an actor who may not read the account's balance, including the user, Available
	// is the zero Money, which has no currency.
	Available balance.Money `json:"available,omitzero"`

	Parent bool `json:"parent,omitempty"` // the user spends the account's money
}

// Balance returns what the account has. Errors: *permission.Denied; storage.ErrNotFound.
func (h Handle) Balance(ctx context.Context) (m balance.Money, err error) {
	if ctx, h.obs = start(ctx, &h, "Balance"); h.obs != nil {
		defer h.obs.end(&err)
	}
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		if err := s.may(ctx, permission.MoneyRead); err != nil {
			return err
		}
		account, err := s.Account(ctx)
		if err != nil {
			return err
		}
		units, err := s.Balances(ctx, balance.Account)
		if err != nil {
			return err
		}
		m, err = balance.FromUnits(units[0], balance.Currency(account.Currency))
		return err
	})
	return m, err
}

// Balances returns what users have, in the order of their ids, all of one state of the account;
// deleted users too. Errors: storage.ErrInvalid for more than storage.MaxPage ids;
// storage.ErrNotFound or *permission.Denied for the first id that has one, in an *ItemError;
// storage.ErrNotFound if there is no such account.
func (h Handle) Balances(ctx context.Context, ids ...user.ID) (list []UserBalance, err error) {
	if ctx, h.obs = start(ctx, &h, "Balances", ids...); h.obs != nil {
		defer h.obs.end(&err)
	}
	if err := limited("ids", len(ids)); err != nil {
		return nil, err
	}
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		users := make([]user.User, len(ids))
		for i, id := range ids {
			var err error
			if users[i], err = s.authorizedTarget(ctx, id, permission.MoneyRead, true); err != nil {
				return &ItemError{i, err}
			}
		}
		list, err = s.readBalances(ctx, users)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// fundsOf returns what users have that the actor may read: the zero Funds for those of which
// Balances is refused.
func (s *readTx) balancesOf(ctx context.Context, users []user.User) ([]UserBalance, error) {
	list, err := s.readBalances(ctx, users)
	if err != nil {
		return nil, err
	}
	for i := range users {
		may, err := s.allowed(ctx, s.request(permission.MoneyRead, permission.TargetOf(users[i])))
		if err != nil {
			return nil, &ItemError{i, err}
		}
		if !may {
			list[i] = UserBalance{}
		}
	}
	return list, nil
}

// funds returns what users have.
func (s *readTx) readBalances(ctx context.Context, users []user.User) ([]UserBalance, error) {
	account, err := s.Account(ctx)
	if err != nil {
		return nil, err
	}
	holders := make([]balance.Holder, len(users)+1) // the last one is the account
	for i := range users {
		holders[i] = balance.HolderOf(users[i].ID)
	}
	units, err := s.Balances(ctx, holders...)
	if err != nil {
		return nil, err
	}
	currency := balance.Currency(account.Currency)
	list := make([]UserBalance, len(users))
	for i := range list {
		f := &list[i]
		if f.Own, err = balance.FromUnits(units[i], currency); err != nil {
			return nil, err
		}
		if f.Parent = balance.PayerFor(users[i]) == balance.Account; !f.Parent {
			f.Available = f.Own
		}
	}
	return list, s.showAccount(ctx, list, units[len(users)], currency)
}

// showAccount tells what those have who spend the account's money, if the actor may read the
// account's balance.
func (s *readTx) showAccount(
	ctx context.Context, list []UserBalance, units balance.Units, c balance.Currency,
) error {
	if !slices.ContainsFunc(list, func(f UserBalance) bool { return f.Parent }) {
		return nil
	}
	if may, err := s.mayReadAccount(ctx); err != nil || !may {
		return err
	}
	account, err := balance.FromUnits(units, c)
	for i := range list {
		if list[i].Parent {
			list[i].Available = account
		}
	}
	return err
}

// Statement lists the entries of one holder, the account or a user, newest first, older than
// before (the zero EntryID: from the newest), at most limit (0 is storage.MaxPage). It shows ids.
// What the actor may not read is left out: names of users (permission.UserRead), which leaves a
// gap in a description, and balances (permission.MoneyRead), which are 0. Errors:
// storage.ErrNotFound; *permission.Denied; storage.ErrInvalid.
func (h Handle) Statement(
	ctx context.Context, of balance.Holder, before storage.EntryID, limit int,
) (list []balance.Entry, err error) {
	if ctx, h.obs = start(ctx, &h, "Statement"); h.obs != nil {
		defer h.obs.end(&err)
	}
	if id, ok := of.User(); ok {
		h.obs.found(id)
	}
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		var refused error
		if id, ok := of.User(); ok {
			_, refused = s.authorizedTarget(ctx, id, permission.StatementRead, true)
		} else {
			refused = s.may(ctx, permission.StatementRead)
		}
		if refused != nil {
			return refused
		}
		if list, err = s.Statement(ctx, of, before, limit); err != nil {
			return err
		}
		return s.entries(ctx, list)
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// GetTransfer returns a transfer with its postings, to an actor who may read every statement. It
// leaves out what a Statement leaves out. Errors: *permission.Denied; storage.ErrNotFound.
func (h Handle) GetTransfer(ctx context.Context, id balance.TransferID) (t balance.Transfer, err error) {
	if ctx, h.obs = start(ctx, &h, "GetTransfer"); h.obs != nil {
		defer h.obs.end(&err)
	}
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		if err := s.may(ctx, permission.StatementRead); err != nil {
			return err
		}
		if t, err = s.Transfer(ctx, id); err != nil {
			return err
		}
		view, err := s.viewOf(ctx, t)
		t = view.transfer(t)
		return err
	})
	if err != nil {
		return balance.Transfer{}, err
	}
	return t, nil
}
