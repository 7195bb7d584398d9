package roster

import (
	"context"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// CreateAccount creates the account of the handle with the settings a, and returns them as stored,
// with the time of creation and the version. a.ID must be the id of the handle's account or empty.
// Only the system actor can create an account, because a new account has no users.
//
// Errors, in this order:
//   - *validate.Error for settings that are not valid, and for another a.ID
//   - *permission.Denied for every actor except the system actor
//   - storage.ErrExists if the account exists
//   - ErrStale if IfVersion is set to a version other than 0, or IfRevision to a revision other
//     than that of the account
func (h Handle) CreateAccount(ctx context.Context, a user.Account, opts ...CommonOption) (user.Account, error) {
	m := method{name: "CreateAccount", invalid: h.checkAccount(&a), action: permission.AccountWrite, host: true}
	stored, _, err := runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (user.Account, error) {
		if _, err := t.Account(ctx); err == nil {
			return a, &storage.ExistsError{What: "account"}
		} else if !isNotFound(err) {
			return a, err
		}
		if err := t.checkVersion(0); err != nil {
			return a, err
		}
		return t.putAccount(ctx, a, t.now)
	})
	return stored, err
}

// UpdateAccount replaces the settings of the account with a, and returns them as stored, with the
// new version. The time of creation does not change. a.ID must be the id of the handle's account or
// empty.
//
// Errors, in this order:
//   - *validate.Error for settings that are not valid, and for another a.ID
//   - *permission.Denied
//   - storage.ErrNotFound if the account does not exist
//   - ErrStale; IfVersion is compared with the version of the stored settings
//   - balance.ErrCurrency if a has another currency and the account has a transfer
//   - *user.CustomInUseError, which is ErrInUse, if stored users do not fit the new definitions of
//     the custom attributes
func (h Handle) UpdateAccount(ctx context.Context, a user.Account, opts ...CommonOption) (user.Account, error) {
	m := method{name: "UpdateAccount", invalid: h.checkAccount(&a), action: permission.AccountWrite}
	stored, _, err := runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (user.Account, error) {
		old, err := t.Account(ctx)
		if err != nil {
			return a, err
		}
		if err := t.checkVersion(old.Version); err != nil {
			return a, err
		}
		moved, err := t.Transfers(ctx, storage.TransferQuery{Limit: 1})
		if err == nil {
			err = balance.Currency(old.Currency).CheckChange(balance.Currency(a.Currency), len(moved) > 0)
		}
		if err != nil {
			return a, err
		}
		if err := t.checkSchemaChange(ctx, old.CustomAttributes, a.CustomAttributes); err != nil {
			return a, err
		}
		return t.putAccount(ctx, a, old.Created)
	})
	return stored, err
}

// DeleteAccount deletes the account for good, with its settings, users, passwords, reference data,
// transfers, idempotency keys and changes. Only the system actor may call it. The money in the
// account is lost, even if a balance is not zero. No change records the deletion, but an Observer
// receives the operation.
//
// A new account with the same id starts after the last revision and the last ids of the deleted
// account. So no id is used twice, and the new account accepts no version or session of the deleted
// account. For a ChangeID of the deleted account, Changes and Watch return storage.ErrCompacted. A
// concurrent writing call runs before the deletion, and its writes are deleted too, or runs after
// the deletion, in an empty account.
//
// Errors, in this order:
//   - *validate.Error for an account id that is not valid
//   - *permission.Denied for every actor except the system actor
//   - storage.ErrNotFound if the account was never written to or is already deleted; DeleteAccount
//     removes the rest of an unfinished import even then
//   - storage.ErrUnknownOutcome if the storage does not know whether the account is deleted; call
//     DeleteAccount again, and storage.ErrNotFound then means that the account is deleted
func (h Handle) DeleteAccount(ctx context.Context) (err error) {
	ctx, h.obs = start(ctx, &h, "DeleteAccount")
	defer h.obs.end(&err)
	m := method{action: permission.AccountWrite, host: true}
	exists, err := view(ctx, &h, call{}, m, func(ctx context.Context, s *readTx) (bool, error) {
		c, err := s.Counters(ctx)
		return c.Revision != 0 && !c.Deleted(), err
	})
	if err != nil {
		return err
	}
	h.obs.writing(true)
	// An account that does not exist may have data of an unfinished import.
	if _, err = h.dir.store.DeleteAccount(ctx, h.account); err == nil && !exists {
		return storage.ErrNotFound
	}
	return err
}

// checkAccount sets an empty a.ID to the id of the handle's account, and checks the settings a. It
// returns nil, or a *validate.Error with every problem. An a.ID of another account is a problem at
// /id.
func (h *Handle) checkAccount(a *user.Account) error {
	if a.ID == "" {
		a.ID = h.account
	}
	var c validate.Collector
	c.Merge("", a.Check())
	if a.ID != h.account {
		c.Add(validate.Problem{Path: "/id", Code: validate.Mismatch})
	}
	return c.Err()
}

// putAccount writes the settings a with created as the time of creation and the next revision as
// the version, and appends a change record. It returns the settings as written. Errors: those of
// the storage.
func (t *tx) putAccount(ctx context.Context, a user.Account, created time.Time) (user.Account, error) {
	a.Created, a.Version = created, t.Next()
	if err := t.PutAccount(ctx, a); err != nil {
		return a, err
	}
	return a, t.record(ctx, storage.Change{Type: storage.AccountUpdated})
}

// Account returns the settings of the account of the handle. The actor needs
// permission.AccountRead.
//
// Errors, in this order: *permission.Denied if the actor may not read the account, whether the
// account exists or not; storage.ErrNotFound if the account does not exist.
func (h Handle) Account(ctx context.Context) (user.Account, error) {
	m := method{name: "Account", action: permission.AccountRead}
	return runView(ctx, &h, m, func(ctx context.Context, s *readTx) (user.Account, error) { return s.Account(ctx) })
}
