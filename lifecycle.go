package roster

import (
	"context"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Restore brings a deleted user back. A locked status is still locked; the money that the deletion
// returned to the account stays there.
//
// Errors: storage.ErrNotFound; *permission.Denied; ErrStale; user.ErrNotDeleted, user.ErrErased;
// ErrTooManyUsers; storage.ErrExists if a unique name of the user was taken since.
func (h Handle) Restore(ctx context.Context, id user.ID, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Restore", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return h.step(ctx, id, step{
		action: permission.UserRestore, what: storage.UserRestored, deleted: true,
		rule: func(ctx context.Context, t *tx, u user.User) (user.User, error) {
			after, err := user.Restore(u)
			if err != nil {
				return after, err
			}
			account, err := t.Account(ctx)
			if err != nil {
				return after, err
			}
			return after, t.roomFor(ctx, account, 1)
		},
	}, opts)
}

// Erase scrubs a user's personal data for good: the user, the secret, the changes and the
// descriptions of transfers. The ledger and the fact that there were changes stay. A live user is
// deleted by it. What money the user has, deleted before or not, returns to the account as with
// Delete.
//
// Errors: storage.ErrNotFound; *permission.Denied; ErrStale; user.ErrErased; balance.ErrOverflow if
// the account can't hold the money; ErrLastAdministrator.
func (h Handle) Erase(ctx context.Context, id user.ID, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Erase", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	var result Result
	done, err := h.update(ctx, opts, func(ctx context.Context, t *tx) error {
		u, err := t.authorizedTarget(ctx, id, permission.UserErase, true)
		if err != nil {
			return err
		}
		if err := t.checkUserVersion(&u); err != nil {
			return err
		}
		after, err := user.Erase(u, t.now)
		if err != nil {
			return err
		}
		if err := t.checkPrecondition(&u, &after); err != nil {
			return err
		}
		account, err := t.Account(ctx)
		if err != nil {
			return err
		}
		returned, err := t.returnMoney(ctx, account, []user.User{u}) // before Scrub, which takes the name out of it
		if err != nil {
			return err
		}
		if err := t.put(ctx, &u, &after); err != nil {
			return err
		}
		if err := t.PutSecret(ctx, id, user.Secret{}); err != nil {
			return err
		}
		if err := t.Scrub(ctx, id); err != nil {
			return err
		}
		changed := user.ChangedAttributes(u, after).Without(user.AttributesOf(user.AttrUpdated))
		if err := t.record(ctx, storage.Change{Type: storage.UserErased, UserID: id}); err != nil {
			return err
		}
		had, err := t.shownMoney(ctx, u, returned[id])
		if err != nil {
			return err
		}
		result = Result{User: after, Changed: changed, Returned: had}
		return t.answer(ctx, &result)
	})
	if err != nil {
		return Result{}, err
	}
	return result.at(done), nil
}

// step is a call that changes one user by one rule.
type step struct {
	action  permission.Action
	what    storage.ChangeType
	detail  string
	deleted bool // deleted users are meant too
	rule    func(context.Context, *tx, user.User) (user.User, error)
}

// step runs the call: target, permission, version, rule, write, in this order. A rule that changes
// nothing writes nothing.
func (h Handle) step(ctx context.Context, id user.ID, s step, opts []CallOption) (Result, error) {
	var result Result
	done, err := h.update(ctx, opts, func(ctx context.Context, t *tx) error {
		u, err := t.authorizedTarget(ctx, id, s.action, s.deleted)
		if err != nil {
			return err
		}
		if err := t.checkUserVersion(&u); err != nil {
			return err
		}
		after, err := s.rule(ctx, t, u)
		if err != nil {
			return err
		}
		if err := t.checkPrecondition(&u, &after); err != nil {
			return err
		}
		if after.Equal(u) {
			result = Result{User: u}
			return t.answer(ctx, &result)
		}
		changed := user.ChangedAttributes(u, after)
		if err := t.store(ctx, s.what, &u, &after, s.detail); err != nil {
			return err
		}
		result = Result{User: after, Changed: changed}
		return t.answer(ctx, &result)
	})
	if err != nil {
		return Result{}, err
	}
	return result.at(done), nil
}
