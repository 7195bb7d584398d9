package roster

import (
	"context"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Restore makes a deleted user live again, without reservations, and returns a Result with the
// user. The status is Offline, or the locked status. The money that the deletion returned to the
// account stays there.
//
// Errors, in this order:
//   - storage.ErrNotFound, *permission.Denied, ErrStale
//   - user.ErrNotDeleted or user.ErrErased
//   - ErrTooManyUsers
//   - the error of WithPrecondition
//   - *storage.ExistsError, which is storage.ErrExists, if another user took a unique name
func (h Handle) Restore(ctx context.Context, id user.ID, opts ...CallOption) (Result, error) {
	return h.changeUser(ctx, method{name: "Restore"}, id, userChange{
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

// Erase removes the personal data of a user, live or deleted, for good, and returns a Result with
// the erased user: the attributes except a few that user.Erase keeps, the password hash, and the
// data of the user in changes, dead letters and transfers. The id, the transfers and the fact of
// each change stay. The user cannot be restored. The unique names are free at once, whatever
// Account.NameReuse is.
//
// The money of the user returns to the account as with Delete.
//
// Errors, in this order:
//   - storage.ErrNotFound, *permission.Denied, ErrStale
//   - user.ErrErased if the user is already erased
//   - the error of WithPrecondition
//   - balance.ErrOverflow if the account cannot hold the money
//   - ErrLastAdministrator
func (h Handle) Erase(ctx context.Context, id user.ID, opts ...CallOption) (Result, error) {
	return h.changeUser(ctx, method{name: "Erase"}, id, userChange{
		action: permission.UserErase, deleted: true,
		rule: func(_ context.Context, t *tx, u user.User) (user.User, error) { return user.Erase(u, t.now) },
		write: func(ctx context.Context, t *tx, before, after *user.User, result *Result) error {
			account, err := t.Account(ctx)
			if err != nil {
				return err
			}
			// The transfer comes before Scrub, which removes the name of the user from it.
			returned, err := t.returnMoney(ctx, account, []user.User{*before})
			if err == nil {
				err = t.put(ctx, before, after)
			}
			if err == nil {
				err = t.PutSecret(ctx, id, user.Secret{})
			}
			if err == nil {
				err = t.Scrub(ctx, id)
			}
			if err == nil {
				err = t.record(ctx, storage.Change{Type: storage.UserErased, UserID: id})
			}
			if err == nil {
				result.Returned, err = t.shownMoney(ctx, *before, returned[id])
			}
			return err
		},
	}, opts)
}

// userChange is a call that changes one user by one rule. rule returns the changed user.
type userChange struct {
	action  permission.Action
	what    storage.ChangeType // the type of the change record
	detail  string             // the Detail of the change record
	deleted bool               // the target may be a deleted user
	rule    func(context.Context, *tx, user.User) (user.User, error)

	// find, if not nil, returns the target instead of authorizedTarget.
	find func(context.Context, *tx) (user.User, error)
	// write, if not nil, writes the change instead of tx.store, and may add to the Result.
	write func(ctx context.Context, t *tx, before, after *user.User, result *Result) error
}

// changeUser runs the exported method m, which changes one user by s.rule, and returns the Result.
// The user is the one that s.find returns or, without s.find, the one with the given id. If the
// rule changes nothing, changeUser writes nothing. Errors, in this order: m.invalid;
// storage.ErrNotFound, *permission.Denied; ErrStale; those of the rule, of WithPrecondition and of
// the write.
func (h Handle) changeUser(ctx context.Context, m method, id user.ID, s userChange, opts []CallOption) (Result, error) {
	result, done, err := runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (result Result, err error) {
		var u user.User
		if s.find != nil {
			u, err = s.find(ctx, t)
		} else {
			u, err = t.authorizedTarget(ctx, id, s.action, s.deleted)
		}
		if err = firstOf(err, t.checkUserVersion(&u)); err != nil {
			return result, err
		}
		after, err := s.rule(ctx, t, u)
		if err == nil {
			err = t.checkPrecondition(&u, &after)
		}
		if err != nil {
			return result, err
		}
		result = Result{User: u}
		if !after.Equal(u) {
			result.Changed = user.ChangedAttributes(u, after).Without(user.AttributesOf(user.AttrUpdated))
			if s.write != nil {
				err = s.write(ctx, t, &u, &after, &result)
			} else {
				err = t.store(ctx, s.what, &u, &after, s.detail)
			}
			result.User = after
		}
		if err != nil {
			return result, err
		}
		return t.answer(ctx, &u, result)
	}, id)
	return result.at(done), err
}
