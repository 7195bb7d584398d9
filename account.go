package roster

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// CreateAccount creates the account of the handle with the settings a, and returns the settings
// as stored. a.ID must be empty or the id of the handle's account. Only the system actor can
// create an account, because a new account has no users.
//
// Errors, in this order:
//   - *validate.Error for settings that are not valid
//   - *permission.Denied
//   - storage.ErrExists if the account exists
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
		if err := firstOf(t.may(ctx, permission.AccountWrite), t.onlyHost(permission.AccountWrite)); err != nil {
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

// UpdateAccount replaces the settings of the account with a, and returns the settings as stored.
// The time of creation stays. a.ID must be empty or the id of the handle's account.
//
// Errors, in this order:
//   - *validate.Error for settings that are not valid
//   - *permission.Denied
//   - storage.ErrNotFound if the account does not exist
//   - ErrStale; IfVersion compares the version of the settings
//   - balance.ErrCurrency if the currency differs and the account has a transfer
//   - *user.CustomInUseError, which is ErrInUse, if users would break the new custom attributes
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
		if err := t.checkSchemaChange(ctx, old.CustomAttributes, a.CustomAttributes); err != nil {
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

// DeleteAccount deletes the account for good: settings, users, passwords, reference data, balances,
// transfers and changes. Only the system actor may do this. No user needs to be deleted first.
//
// Money is lost with the account, whatever the balances are. Copy the ledger first if you must keep
// it. Idempotency keys are lost too: a call that is repeated after the account was created again is
// a new call. The deletion itself is in no history; an Observer sees it.
//
// The storage keeps the account's revision and the greatest id of each kind. A new account of the
// same name continues them, so it never accepts a version, a sign-in or a position in the history
// of the deleted account, and no id comes twice unless the host chooses it. Changes and Watch
// return storage.ErrCompacted for a position in the deleted history. A write that runs at the same
// time either comes first and is deleted, or comes second and finds no account.
//
// Errors, in this order:
//   - *validate.Error
//   - *permission.Denied
//   - storage.ErrNotFound if the account was never written to or is deleted; what an unfinished
//     import left is removed all the same
//   - storage.ErrUnknownOutcome; call again then: storage.ErrNotFound says that it is deleted
func (h Handle) DeleteAccount(ctx context.Context) (err error) {
	if ctx, h.obs = start(ctx, &h, "DeleteAccount"); h.obs != nil {
		defer h.obs.end(&err)
	}
	exists := false
	err = h.view(ctx, func(ctx context.Context, s *readTx) error {
		if err := firstOf(s.may(ctx, permission.AccountWrite), s.onlyHost(permission.AccountWrite)); err != nil {
			return err
		}
		c, err := s.Counters(ctx)
		exists = c.Revision != 0 && !c.Deleted()
		return err
	})
	if err != nil {
		return err
	}
	h.obs.writing()
	// An account that does not exist may have data of an unfinished import.
	if _, err = h.dir.store.DeleteAccount(ctx, h.account); err == nil && !exists {
		return storage.ErrNotFound
	}
	return err
}

// checkAccount returns the problems of the settings a. An id other than the handle's account is a
// problem too.
func (h Handle) checkAccount(a user.Account) error {
	var c validate.Collector
	c.Merge("", a.Check())
	if a.ID != h.account {
		c.Add(validate.Problem{Path: "/id", Code: validate.Mismatch})
	}
	return c.Err()
}

// putAccount writes the settings a with the next revision as their version, and records the
// change.
func (t *tx) putAccount(ctx context.Context, a *user.Account) error {
	a.Version = t.Next()
	if err := t.PutAccount(ctx, *a); err != nil {
		return err
	}
	return t.record(ctx, storage.Change{Type: storage.AccountUpdated})
}

// Account returns the settings of the account.
//
// Errors: *permission.Denied; storage.ErrNotFound if the account does not exist.
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
