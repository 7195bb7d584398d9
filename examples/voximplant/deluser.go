package voximplant

import (
	"context"
	"errors"
	"slices"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// delUser implements the method DelUser: "Deletes the specified user(s)." It deletes the users in
// the parameter user_id or user_name, and returns the reply. If one user cannot be deleted, it
// deletes none. A user that is selected twice is deleted once. The value "all" deletes all users
// that the caller may read (deleteAll).
//
// Errors, in this order:
//
//   - all problems of the parameters
//   - 458 if both parameters of a pair are given, such as user_id and user_name
//   - permission.ErrDenied if the caller may not delete users
//   - those of call.find for the application, and those of call.resolve for the users
//   - 5 if the account cannot hold the money of the deleted users; those of Handle.DeleteMany
func delUser(ctx context.Context, c *call) ([]byte, error) {
	app, appErr := c.readApplication(false)
	selected, userErr := c.readUsers(app)
	c.in.Unknown()
	if err := firstOf(c.in.Err(), appErr, userErr, c.may(ctx, permission.UserDelete)); err != nil {
		return nil, err
	}
	id, err := c.find(ctx, app)
	if err != nil {
		return nil, err
	}
	if selected.all {
		return c.deleteAll(ctx, id)
	}
	ids, err := c.resolve(ctx, selected, id)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	if _, err := c.DeleteMany(ctx, slices.Compact(ids)); err != nil {
		return nil, notReturned(err)
	}
	return c.ok(), nil
}

// notReturned converts an overflow of the account's balance to the error of billing, because no
// parameter is wrong. The balance of a deleted user returns to the account.
func notReturned(err error) error {
	if errors.Is(err, balance.ErrOverflow) {
		return refuse(codeBilling, "")
	}
	return err
}

// deleteAll deletes all users that the caller may read, and returns the reply of DelUser. It keeps
// the user that the caller acts as, and it keeps the last administrator. If app is not 0, it
// deletes only users of the application app. If one of the users cannot be deleted, it deletes
// none.
//
// Errors: permission.ErrDenied if the caller may not list users, or may not delete one of these; 5
// if the account cannot hold the money of the deleted users; others of Handle.DeleteAll.
func (c *call) deleteAll(ctx context.Context, app user.ApplicationID) ([]byte, error) {
	var list roster.ListParams
	if app != 0 {
		list.Applications = []user.ApplicationID{app}
	}
	if _, err := c.DeleteAll(ctx, list, []user.ID{c.caller.User}); err != nil {
		return nil, notReturned(err)
	}
	return c.ok(), nil
}
