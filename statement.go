package roster

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Funds are what a user has and can spend.
type Funds struct {
	Own       balance.Money // his own balance
	Available balance.Money // what he spends from: his own, or the account's with parent accounting
	Parent    bool          // whether Available is the account's
}

// Balance returns what the account has. Errors: *permission.Denied; storage.ErrNotFound.
func (h Handle) Balance(ctx context.Context) (m balance.Money, err error) {
	err = h.view(ctx, func(ctx context.Context, s *scene) error {
		if err := s.may(permission.MoneyRead); err != nil {
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

// Balances returns what users have, in the order of their ids, all of one state of the account; deleted users too.
// Errors: storage.ErrInvalid for more than storage.MaxPage ids; storage.ErrNotFound or *permission.Denied for the first
// id that has one, in an *ItemError; storage.ErrNotFound if there is no such account.
func (h Handle) Balances(ctx context.Context, ids ...user.ID) (list []Funds, err error) {
	if err := limited("ids", len(ids)); err != nil {
		return nil, err
	}
	err = h.view(ctx, func(ctx context.Context, s *scene) error {
		users := make([]user.User, len(ids))
		for i, id := range ids {
			var err error
			if users[i], err = s.subject(ctx, id, permission.MoneyRead, true); err != nil {
				return &ItemError{i, err}
			}
		}
		list, err = s.funds(ctx, users)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// fundsOf returns what users have whom the actor sees anyway, if he may see their money too.
func (s *scene) fundsOf(ctx context.Context, users []user.User) ([]Funds, error) {
	for i := range users {
		r := permission.Request{Action: permission.MoneyRead, Target: permission.TargetOf(users[i])}
		if err := s.allow(r); err != nil {
			return nil, &ItemError{i, err}
		}
	}
	return s.funds(ctx, users)
}

// funds returns what users have.
func (s *scene) funds(ctx context.Context, users []user.User) ([]Funds, error) {
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
	parent, err := balance.FromUnits(units[len(users)], currency)
	if err != nil {
		return nil, err
	}
	list := make([]Funds, len(users))
	for i := range list {
		f := &list[i]
		if f.Own, err = balance.FromUnits(units[i], currency); err != nil {
			return nil, err
		}
		f.Available, f.Parent = f.Own, users[i].Billing.ParentAccounting
		if f.Parent {
			f.Available = parent
		}
	}
	return list, nil
}

// Statement lists the entries of one holder, the account or a user, newest first, older than before (the zero EntryID:
// from the newest), at most limit (0 is storage.MaxPage). Errors: storage.ErrNotFound; *permission.Denied;
// storage.ErrInvalid.
func (h Handle) Statement(
	ctx context.Context, of balance.Holder, before storage.EntryID, limit int,
) (list []balance.Entry, err error) {
	err = h.view(ctx, func(ctx context.Context, s *scene) error {
		var refused error
		if id, ok := of.User(); ok {
			_, refused = s.subject(ctx, id, permission.StatementRead, true)
		} else {
			refused = s.may(permission.StatementRead)
		}
		if refused != nil {
			return refused
		}
		list, err = s.Statement(ctx, of, before, limit)
		return err
	})
	return list, err
}

// GetTransfer returns a transfer with its postings, to who may read every statement. Errors: *permission.Denied;
// storage.ErrNotFound.
func (h Handle) GetTransfer(ctx context.Context, id balance.TransferID) (t balance.Transfer, err error) {
	err = h.view(ctx, func(ctx context.Context, s *scene) error {
		if err := s.may(permission.StatementRead); err != nil {
			return err
		}
		t, err = s.Transfer(ctx, id)
		return err
	})
	return t, err
}
