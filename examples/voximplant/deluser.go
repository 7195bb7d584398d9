package voximplant

import (
	"context"
	"slices"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// delUser is DelUser, "Deletes the specified user(s)."
func delUser(ctx context.Context, c *call) ([]byte, error) {
	app, appErr := c.readApplication(false)
	selected, userErr := c.readUsers(true, app)
	c.in.Unknown()
	if err := firstOf(c.in.Err(), appErr, userErr, c.may(ctx, permission.UserDelete)); err != nil {
		return nil, err
	}
	id, err := c.find(ctx, app)
	if err != nil {
		return nil, err
	}
	ids, err := c.resolve(ctx, selected, id)
	if err != nil {
		return nil, err
	}
	if selected.all {
		if ids, err = c.everybody(ctx, id); err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for len(ids) > 0 { // all or none up to what one call of the directory takes; more go by as many at a time
		n := min(len(ids), storage.MaxPage)
		if _, err := c.DeleteMany(ctx, ids[:n]); err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return c.ok(), nil
}

// everybody returns the users of the account, or of one application, but for the one whom the caller acts as: "all"
// does not lock the door behind itself.
func (c *call) everybody(ctx context.Context, app user.ApplicationID) ([]user.ID, error) {
	var list roster.List
	if app != 0 {
		list.Applications = []user.ApplicationID{app}
	}
	var ids []user.ID
	for u, err := range c.All(ctx, list) {
		if err != nil {
			return nil, err
		}
		if u.ID != c.caller.User {
			ids = append(ids, u.ID)
		}
	}
	return ids, nil
}
