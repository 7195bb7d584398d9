package voximplant

import (
	"context"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// setUserInfo implements the method SetUserInfo: "Edits the user." It changes the user that user_id
// or user_name selects, and returns the reply. A parameter that is missing leaves its attribute
// unchanged. An empty text counts as missing. A missing user_active changes nothing too, although
// the vendor documents "Defaults on: true". With that default, every change of a name would
// activate the user.
//
// Errors, in this order:
//   - all problems of the parameters
//   - 458 if both parameters of a pair are given, such as user_id and user_name
//   - permission.ErrDenied if the caller may not update users
//   - those of call.find for the application, and those of call.resolve for the user
//   - those of Handle.Edit, in the form that withNewName returns
func setUserInfo(ctx context.Context, c *call) ([]byte, error) {
	app, appErr := c.readApplication(false)
	selected, userErr := c.readUser(app)
	edit := c.readEdit()
	c.in.Unknown()
	if err := firstOf(c.in.Err(), appErr, userErr, c.may(ctx, permission.UserUpdate)); err != nil {
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
	edit.ID = ids[0]
	if _, err := c.Edit(ctx, []roster.Edit{edit}); err != nil {
		return nil, withNewName(err)
	}
	return c.ok(), nil
}

func (c *call) readEdit() roster.Edit {
	var e roster.Edit
	setText := func(field *user.Field[string], name string) {
		if s := c.text(name); s != "" {
			*field = user.Set(s)
		}
	}
	setBool := func(field *user.Field[bool], name string) {
		if b, ok := c.in.Bool(name); ok {
			*field = user.Set(b)
		}
	}
	setText(&e.Patch.Login, "new_user_name")
	setText(&e.Patch.DisplayName, "user_display_name")
	setText(&e.Patch.CustomData, "user_custom_data")
	setText(&e.Patch.Mobile, "mobile_phone")
	setBool(&e.Patch.Enabled, "user_active")
	setBool(&e.Patch.ParentAccounting, "parent_accounting")
	if secret := c.text("user_password"); secret != "" {
		e.Password = &roster.PasswordChange{New: roster.PasswordOf(secret)}
	}
	return e
}

// withNewName converts err, an error of Handle.Edit, to a *vendorhttp.FailureError with the
// vendor's errors. A request of SetUserInfo has the new login in new_user_name. So in errors about
// user_name, withNewName replaces this name by new_user_name, and the code codeUserName by
// codeNewUserName. Errors about other parameters stay unchanged.
func withNewName(err error) error {
	failure := vendorhttp.FailureOf(err)
	list := refusals(failure)
	for i := range list {
		if list[i].Field == "user_name" {
			list[i].Field = "new_user_name"
			if list[i].Code == codeUserName {
				list[i].Code = codeNewUserName
			}
		}
	}
	failure.Err = list
	return &vendorhttp.FailureError{Failure: failure}
}
