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

// Delete deletes a user. The data stay, and GetDeleted and a List with deleted users show them. The
// unique names are free as Account.NameReuse says. The user's own balance returns to the account in
// the same transaction, as a transfer with a change of its own; this needs no permission for money.
// Result.Returned says how much it was.
//
// Errors: storage.ErrNotFound; *permission.Denied; ErrStale; balance.ErrOverflow if the account
// can't hold the money; ErrLastAdministrator.
func (h Handle) Delete(ctx context.Context, id user.ID, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Delete", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return oneOf(h.delete(ctx, []user.ID{id}, true, opts))
}

// MaxDelete is how many users one call deletes at most: the bound of its work, and of how long the
// account's writer is held. One transfer returns the money of all of them.
const MaxDelete = balance.MaxPayees

// DeleteMany deletes users, all or none; each is named once. Errors: storage.ErrInvalid for more
// than MaxDelete ids; *validate.Error for one named twice; as Delete, those of one user in an
// *ItemError.
func (h Handle) DeleteMany(ctx context.Context, ids []user.ID, opts ...CallOption) (_ []Result, err error) {
	if ctx, h.obs = start(ctx, &h, "DeleteMany", ids...); h.obs != nil {
		defer h.obs.end(&err)
	}
	if err := atMost(MaxDelete, "ids", len(ids)); err != nil {
		return nil, err
	}
	var problems validate.Collector
	once(&problems, ids, func(i int) string { return item{index: i}.path() })
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return h.delete(ctx, ids, false, opts)
}

func (h Handle) delete(ctx context.Context, ids []user.ID, one bool, opts []CallOption) ([]Result, error) {
	results := make([]Result, len(ids))
	at, err := h.update(ctx, opts, func(ctx context.Context, t *tx) error {
		toDelete := make([]user.User, len(ids))
		for i, id := range ids {
			var err error
			if toDelete[i], err = t.authorizedTarget(ctx, id, permission.UserDelete, false); err == nil {
				err = t.checkUserVersion(&toDelete[i])
			}
			if err != nil {
				return item{i, one}.failed(err)
			}
		}
		return t.deleteUsers(ctx, toDelete, one, results)
	})
	if err != nil {
		return nil, err
	}
	return stamp(results, at), nil
}

// Deletion is what DeleteAll came to. What each user had is in the transfer that returned it to the
// account.
type Deletion struct {
	IDs      []user.ID     `json:"ids"`      // the deleted users, ascending
	Revision user.Revision `json:"revision"` // of the account; the Version of each of them, if there is any

	// Kept is the administrator that was left out so that the account keeps one; 0 if none had to
	// be.
	Kept user.ID `json:"kept,omitempty"`
}

// DeleteAll deletes every live user that the list would show, but for those in except, all or none
// and all of one state of the account (Voximplant DelUser "all"). What the list says of order, page
// and total does not matter.
//
// An account keeps its last administrator: if these users are all the administrators that there
// are, one of them stays, the acting user if it is one, else the one with the lowest id.
// Deletion.Kept says which. The host deletes all.
//
// Errors: *validate.Error as List; *permission.Denied, for the first user that the actor may not
// delete; storage.ErrInvalid for more than MaxDelete users; ErrStale, where IfVersion is about each
// of them; balance.ErrOverflow as Delete; storage.ErrNotFound if there is no such account;
// storage's. An error about one user has the user's id.
func (h Handle) DeleteAll(ctx context.Context, l ListParams, except []user.ID, opts ...CallOption) (_ Deletion, err error) {
	if ctx, h.obs = start(ctx, &h, "DeleteAll"); h.obs != nil {
		defer h.obs.end(&err)
	}
	q, err := h.query(l)
	if err != nil {
		return Deletion{}, err
	}
	q.Deleted, q.Order, q.Descending, q.After, q.Offset, q.Limit = storage.NotDeleted, storage.OrderByID, false, nil, 0, 0
	spared := make(map[user.ID]bool, len(except))
	for _, id := range except {
		spared[id] = true
	}
	var done Deletion
	at, err := h.update(ctx, opts, func(ctx context.Context, t *tx) error {
		done = Deletion{}
		toDelete, kept, err := t.usersToDelete(ctx, q, l.ApplicationName, spared)
		if err != nil {
			return err
		}
		done.Kept = kept
		done.IDs = make([]user.ID, len(toDelete))
		for i := range toDelete {
			done.IDs[i] = toDelete[i].ID
		}
		return t.deleteUsers(ctx, toDelete, false, nil)
	})
	if err != nil {
		return Deletion{}, err
	}
	done.Revision = at.revision
	h.obs.found(done.IDs...)
	return done, nil
}

// doomed reads the users that a DeleteAll is about, asks the policy and the expected version for
// each, and says which administrator it left out. An actor that may delete no user is refused even
// if no user matches.
func (t *tx) usersToDelete(
	ctx context.Context, q storage.Query, application string, spared map[user.ID]bool,
) (list []user.User, kept user.ID, err error) {
	if err := t.may(ctx, permission.UserDelete); err != nil && !scoped(err) {
		return nil, 0, err
	}
	shown, empty, err := t.narrow(ctx, q, application)
	if err != nil {
		return nil, 0, err
	}
	if empty {
		return nil, 0, t.checkUserVersion(&user.User{})
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
		return nil, kept, t.checkUserVersion(&user.User{})
	}
	return list, kept, nil
}

// keepAdministrator takes one administrator out of the users that are to be deleted, in ascending
// order, if the account has no other one. It returns the rest and who stays.
func (t *tx) keepAdministrator(ctx context.Context, list []user.User) ([]user.User, user.ID, error) {
	if t.actor.System {
		return list, 0, nil
	}
	find := func(id user.ID) (int, bool) {
		return slices.BinarySearchFunc(list, id, func(u user.User, id user.ID) int { return cmp.Compare(u.ID, id) })
	}
	kept := permission.KeptAdministrators(t.h.authorizer)
	for _, roles := range slices.Backward(kept[:]) { // a holder of the second set holds one of the first too
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

// bury deletes users that may be deleted. It fills results, unless it is nil: then it does not ask
// the policy what the actor may see of them.
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
		results[i] = Result{User: after, Changed: changed, Returned: had}
		if err := t.answer(ctx, &results[i]); err != nil {
			return err
		}
	}
	return nil
}
