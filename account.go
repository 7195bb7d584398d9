package roster

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// CreateAccount creates the account of the handle. Only the system actor may do this, because a new
// account has no users. a.ID is empty or the id of the handle's account.
//
// Errors, in this order:
//   - *validate.Error
//   - *permission.Denied
//   - storage.ErrExists
//   - ErrStale
func (h Handle) CreateAccount(ctx context.Context, a user.Account, opts ...CommonOption) (_ user.Account, err error) {
	if ctx, h.obs = start(ctx, &h, "CreateAccount"); h.obs != nil {
		defer h.obs.end(&err)
	}
	if a.ID == "" {
		a.ID = h.account
	}
	if err := h.checkAccount(a); err != nil {
		return user.Account{}, err
	}
	_, err = h.update(ctx, callOptions(opts), func(ctx context.Context, t *tx) error {
		if err := t.may(ctx, permission.AccountWrite); err != nil {
			return err
		}
		if _, err := t.Account(ctx); !isNotFound(err) {
			if err == nil {
				return &storage.ExistsError{What: "account"}
			}
			return err
		}
		if err := t.checkVersion(0); err != nil {
			return err
		}
		a.Created = t.now
		return t.putAccount(ctx, &a)
	})
	if err != nil {
		return user.Account{}, err
	}
	return a, nil
}

// UpdateAccount replaces the account's settings. Errors: *validate.Error; *permission.Denied;
// storage.ErrNotFound; ErrStale (with the version of the settings); balance.ErrCurrency if the
// currency would change though money has moved.
func (h Handle) UpdateAccount(ctx context.Context, a user.Account, opts ...CommonOption) (_ user.Account, err error) {
	if ctx, h.obs = start(ctx, &h, "UpdateAccount"); h.obs != nil {
		defer h.obs.end(&err)
	}
	if a.ID == "" {
		a.ID = h.account
	}
	if err := h.checkAccount(a); err != nil {
		return user.Account{}, err
	}
	_, err = h.update(ctx, callOptions(opts), func(ctx context.Context, t *tx) error {
		if err := t.may(ctx, permission.AccountWrite); err != nil {
			return err
		}
		old, err := t.Account(ctx)
		if err != nil {
			return err
		}
		if err := t.checkVersion(old.Version); err != nil {
			return err
		}
		moved, err := t.Transfers(ctx, storage.TransferQuery{Limit: 1})
		if err != nil {
			return err
		}
		if err := balance.Currency(old.Currency).CheckChange(balance.Currency(a.Currency), len(moved) > 0); err != nil {
			return err
		}
		a.Created = old.Created
		return t.putAccount(ctx, &a)
	})
	if err != nil {
		return user.Account{}, err
	}
	return a, nil
}

func (h Handle) checkAccount(a user.Account) error {
	var c validate.Collector
	c.Merge("", a.Check())
	if a.ID != h.account {
		c.Add(validate.Problem{Path: "/id", Code: validate.Mismatch})
	}
	return c.Err()
}

func (t *tx) putAccount(ctx context.Context, a *user.Account) error {
	a.Version = t.Next()
	if err := t.PutAccount(ctx, *a); err != nil {
		return err
	}
	return t.record(ctx, storage.Change{Type: storage.AccountUpdated})
}

// Account returns the account's settings. Errors: *permission.Denied; storage.ErrNotFound.
func (h Handle) Account(ctx context.Context) (a user.Account, err error) {
	if ctx, h.obs = start(ctx, &h, "Account"); h.obs != nil {
		defer h.obs.end(&err)
	}
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		if err := s.may(ctx, permission.AccountRead); err != nil {
			return err
		}
		a, err = s.Account(ctx)
		return err
	})
	return a, err
}
