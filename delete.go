package roster

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Delete deletes a user and returns a Result with the deleted user. GetDeleted, and a List that
// asks for deleted users, still return the user, and Restore reverts the deletion.
// Account.NameReuse says when another user may take the unique names. The reservations end, and the
// status becomes Offline unless it is locked.
//
// The money of the user returns to the account in the same transaction, as a transfer with its own
// change, without a permission of the actor. Result.Returned is the amount, or zero if the actor
// may not read the money of the user.
//
// Errors, in this order:
//   - storage.ErrNotFound, *permission.Denied, ErrStale
//   - balance.ErrOverflow if the account cannot hold the money
//   - ErrLastAdministrator
func (h Handle) Delete(ctx context.Context, id user.ID, opts ...CallOption) (Result, error) {
	return oneOf(h.delete(ctx, method{name: "Delete"}, []user.ID{id}, true, opts))
}

// MaxDelete, 100,000, is how many users one call deletes at most, so that other writing calls do
// not wait too long. One transfer returns the money of all of them.
const MaxDelete = balance.MaxPayees

// DeleteMany deletes the users with the given ids in one transaction, or none of them, and returns
// one Result for each, in the order of ids. One transfer returns the money of all of them to the
// account.
//
// Errors, in this order:
//   - storage.ErrInvalid for more than MaxDelete ids
//   - *validate.Error for an id that is given twice
//   - the errors of Delete; an error about one user is in an *ItemError
func (h Handle) DeleteMany(ctx context.Context, ids []user.ID, opts ...CallOption) ([]Result, error) {
	m := method{name: "DeleteMany", invalid: atMost(MaxDelete, "ids", len(ids))}
	if m.invalid == nil {
		var problems validate.Collector
		once(&problems, ids, func(i int) string { return item{index: i}.path() })
		m.invalid = problems.Err()
	}
	return h.delete(ctx, m, ids, false, opts)
}

// delete deletes the users with the given ids in one transaction and returns their Results in
// order. If one is true, errors have no index. Errors: m.invalid; as Delete.
func (h Handle) delete(ctx context.Context, m method, ids []user.ID, one bool, opts []CallOption) ([]Result, error) {
	results, done, err := runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) ([]Result, error) {
		toDelete := make([]user.User, len(ids))
		for i, id := range ids {
			var err error
			if toDelete[i], err = t.authorizedTarget(ctx, id, permission.UserDelete, false); err == nil {
				err = t.checkUserVersion(&toDelete[i])
			}
			if err != nil {
				return nil, item{i, one}.failed(err)
			}
		}
		results := make([]Result, len(ids))
		return results, t.deleteUsers(ctx, toDelete, one, results)
	}, ids...)
	return stamp(results, done), err
}

// Deletion is the result of DeleteAll. The transfer that returned the money to the account holds
// the amount of each user.
type Deletion struct {
	// IDs are the deleted users, in ascending order.
	IDs []user.ID `json:"ids"`
	// Revision is the revision of the account after the call. If the call deleted a user, it is
	// also the new version of each deleted user.
	Revision user.Revision `json:"revision"`

	// Kept is the administrator that DeleteAll left out so that the account keeps one, or 0.
	Kept user.ID `json:"kept,omitempty"`
}

// DeleteAll deletes every live user that matches the filters of l and that the actor may read,
// except the users in except, in one transaction (Voximplant DelUser "all"). The money of the
// deleted users returns to the account. It is no error if no user matches. The order, the page,
// Total and Balances of l have no effect. If l selects only deleted users, no user matches.
//
// Unless the actor is the system actor, DeleteAll keeps one administrator if the users to delete
// include every administrator: the acting user if they are one, otherwise the one with the lowest
// id. If only some roles of administrators may create users, this rule applies first to the
// administrators with those roles (permission.KeptAdministrators).
//
// Errors, in this order:
//   - *validate.Error as for List
//   - *permission.Denied if the actor may not list or delete users, or for the first user that the
//     actor may not delete, among the MaxDelete + 1 users with the lowest ids
//   - storage.ErrInvalid for more than MaxDelete users
//   - ErrStale; IfVersion and IfUnchangedSince apply to each user, or to version 0 if there is none
//   - storage.ErrNotFound if the account does not exist
//   - balance.ErrOverflow if the account cannot hold the money
//
// If *permission.Denied or ErrStale is about one user, the text contains the id of the user. An
// error of WithPrecondition is in an *ItemError, whose Index counts the users to delete, in
// ascending order of id, from 0.
func (h Handle) DeleteAll(ctx context.Context, l ListParams, except []user.ID, opts ...CallOption) (Deletion, error) {
	q, err := h.query(l)
	m := method{name: "DeleteAll", invalid: err}
	if q.Deleted == storage.OnlyDeleted {
		q.IDs = []user.ID{}
	}
	q.Deleted, q.Order, q.Descending, q.After, q.Offset, q.Limit = storage.NotDeleted, storage.OrderByID, false, nil, 0, 0
	spared := make(map[user.ID]bool, len(except))
	for _, id := range except {
		spared[id] = true
	}
	deletion, done, err := runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (Deletion, error) {
		toDelete, kept, err := t.usersToDelete(ctx, q, l.ApplicationName, spared)
		if err != nil {
			return Deletion{}, err
		}
		d := Deletion{IDs: make([]user.ID, len(toDelete)), Kept: kept}
		for i := range toDelete {
			d.IDs[i] = toDelete[i].ID
		}
		t.concerns(d.IDs...)
		return d, t.deleteUsers(ctx, toDelete, false, nil)
	})
	deletion.Revision = done.revision
	return deletion, err
}

// usersToDelete returns the users that DeleteAll deletes, in ascending order of id, without those
// in spared. kept is the id of the administrator that stays, or 0. Errors: those of DeleteAll from
// *permission.Denied to ErrStale; those of the storage.
func (t *tx) usersToDelete(
	ctx context.Context, q storage.Query, application string, spared map[user.ID]bool,
) (list []user.User, kept user.ID, err error) {
	if err := t.may(ctx, permission.UserDelete); err != nil && !denial(err).Scoped {
		return nil, 0, err
	}
	shown, empty, err := t.narrow(ctx, q, application)
	if err != nil || empty {
		return nil, 0, firstOf(err, t.checkUserVersion(&user.User{}))
	}
	for u, err := range t.visible(ctx, shown) {
		if err != nil {
			return nil, 0, err
		}
		if spared[u.ID] {
			continue
		}
		if err := t.allow(ctx, t.request(permission.UserDelete, permission.TargetOf(u))); err != nil {
			return nil, 0, fmt.Errorf("user %d: %w", u.ID, err)
		}
		list = append(list, u)
		if err := atMost(MaxDelete, "users to delete", len(list)); err != nil {
			return nil, 0, err
		}
	}
	if list, kept, err = t.keepAdministrator(ctx, list); err != nil {
		return nil, 0, err
	}
	for i := range list {
		if err := t.checkUserVersion(&list[i]); err != nil {
			return nil, 0, fmt.Errorf("user %d: %w", list[i].ID, err)
		}
	}
	if len(list) == 0 {
		err = t.checkUserVersion(&user.User{})
	}
	return list, kept, err
}

// keepAdministrator spares one administrator from a deletion, so that the account does not lose all
// of them. list has the users to delete, in ascending order of id. If list contains every
// administrator who may create users, one of them is spared. If the account has none who may, and
// list contains every administrator, one of these is spared. The spared user is the acting user if
// possible, otherwise the one with the lowest id. The system actor may delete all.
//
// keepAdministrator returns the list without the spared user, and the id of this user or 0. Errors:
// those of the storage.
func (t *tx) keepAdministrator(ctx context.Context, list []user.User) ([]user.User, user.ID, error) {
	if t.actor.System {
		return list, 0, nil
	}
	find := func(id user.ID) (int, bool) {
		return slices.BinarySearchFunc(list, id, func(u user.User, id user.ID) int { return cmp.Compare(u.ID, id) })
	}
	kept := permission.KeptAdministrators(t.h.authorizer)
	for _, roles := range slices.Backward(kept[:]) { // the second set is a part of the first
		last := user.LastAdministrator(list, roles, t.h.actor.id)
		if last == 0 {
			continue
		}
		others := false
		for u, err := range users(ctx, t, administrators(roles, 0)) {
			if err != nil {
				return nil, 0, err
			}
			if _, found := find(u.ID); !found {
				others = true
				break
			}
		}
		if !others {
			i, _ := find(last)
			return slices.Delete(list, i, i+1), last, nil
		}
	}
	return list, 0, nil
}

// deleteUsers deletes users, returns their money to the account, and sets results[i] to the Result
// of toDelete[i] unless results is nil. If one is true, errors have no index. Errors:
// storage.ErrNotFound without an account; that of WithPrecondition; balance.ErrOverflow; those of
// the policy and the storage.
func (t *tx) deleteUsers(ctx context.Context, toDelete []user.User, one bool, results []Result) error {
	account, err := t.Account(ctx)
	if err != nil {
		return err
	}
	deleted := make([]user.User, len(toDelete))
	for i := range toDelete {
		if deleted[i], err = user.Delete(toDelete[i], account.NameReuse, t.now); err == nil {
			err = t.checkPrecondition(&toDelete[i], &deleted[i])
		}
		if err != nil {
			return item{i, one}.failed(err)
		}
	}
	returned, err := t.returnMoney(ctx, account, toDelete)
	if err != nil {
		return err
	}
	for i, u := range toDelete {
		after := deleted[i]
		changed := user.ChangedAttributes(u, after)
		if err := t.store(ctx, storage.UserDeleted, &u, &after, ""); err != nil {
			return err
		}
		if results == nil {
			continue
		}
		had, err := t.shownMoney(ctx, u, returned[u.ID])
		if err != nil {
			return err
		}
		if results[i], err = t.answer(ctx, &u, Result{User: after, Changed: changed, Returned: had}); err != nil {
			return err
		}
	}
	return nil
}

// returnMoney moves all money of the users to the account by one transfer, and returns the amount
// of each user that had money, by id. Without money it writes nothing. Errors: those of
// balance.PlanReturn, such as balance.ErrOverflow; those of the storage.
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

// shownMoney returns the money that the deletion of a user returned to the account (the parameter
// returned), or the zero Money if the actor may not read the balance of the user. before is the
// user before the deletion, and the policy judges this state. Errors: those of the policy.
func (t *tx) shownMoney(ctx context.Context, before user.User, returned balance.Money) (balance.Money, error) {
	if returned.IsZero() {
		return returned, nil
	}
	may, err := t.allowed(ctx, t.request(permission.MoneyRead, permission.TargetOf(before)))
	if !may {
		returned = balance.Money{}
	}
	return returned, err
}
