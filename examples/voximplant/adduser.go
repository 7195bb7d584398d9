package voximplant

import (
	"context"
	"errors"
	"strconv"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// profile is the profile by which the adapter checks texts. It is strict, because the texts end up
// in logs and pages, and the vendor's patterns are the same in both profiles.
const profile = validate.Strict

// addUser implements the method AddUser: "Adds a new user." It creates a user from the parameters
// of the call c, in the application that the call selects, and returns the reply with the id of the
// new user. If user_active is false, the new user is disabled.
//
// Errors, in this order:
//
//   - all problems of the parameters; 458 for both application_id and application_name
//   - permission.ErrDenied if the caller may not create users
//   - 116 for an unknown application_id, 107 for an unknown application_name, and other errors of
//     the directory
//   - those of Handle.Create; permission.ErrDenied if the account does not exist
func addUser(ctx context.Context, c *call) ([]byte, error) {
	in := c.in
	app, selectorErr := c.readApplication(true)
	name := c.text("user_name")
	display := c.text("user_display_name")
	secret := c.text("user_password")
	custom := c.text("user_custom_data")
	mobile := c.text("mobile_phone")
	parent, _ := in.Bool("parent_accounting")
	active, hasActive := in.Bool("user_active")
	in.Unknown()
	if err := firstOf(in.Err(), selectorErr, c.may(ctx, permission.UserCreate)); err != nil {
		return nil, err
	}
	id, err := c.find(ctx, app)
	if err != nil {
		return nil, err
	}
	result, err := c.Create(ctx, roster.CreateParams{
		Password: roster.PasswordOf(secret),
		User: user.User{
			Identity: user.Identity{Login: name, CustomData: custom},
			Names:    user.Names{Display: display},
			Contact:  user.Contact{Mobile: mobile},
			Access:   user.Access{Disabled: hasActive && !active, Applications: user.IDSetOf(id)},
			Billing:  user.Billing{ParentAccounting: parent},
		},
	})
	if errors.Is(err, storage.ErrNotFound) {
		return nil, permission.ErrDenied // the account itself is not there
	}
	if err != nil {
		return nil, err
	}
	body := append(c.out, `{"result":1,"user_id":`...)
	body = strconv.AppendInt(body, int64(result.User.ID), 10)
	return append(body, '}'), nil
}

// text returns a text, and adds a problem if it breaks the rule of its row.
func (c *call) text(name string) string {
	s, _ := c.in.Checked(profile, name)
	return s
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// ok returns the reply of a method without a result of its own.
func (c *call) ok() []byte { return append(c.out, `{"result":1}`...) }
