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

// delUser implements DelUser: "Deletes the specified user(s)."
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

// deleteAll deletes all users of the account, or of one application, except the user that the
// caller acts as and the last administrator.
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
