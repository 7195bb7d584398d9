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

// profile is how the adapter checks texts. Strict, since each of them ends in a log or on a page;
// the vendor's patterns are the same in both profiles.
const profile = validate.Strict

// addUser is AddUser, "Adds a new user."
func addUser(ctx context.Context, c *call) ([]byte, error) {
	in := c.in
	app, selectorErr := c.readApplication(true)
	in.Require("user_name")
	in.Require("user_display_name")
	in.Require("user_password")
	name := c.text("user_name", validate.VoximplantUserName)
	display := c.text("user_display_name", validate.VoximplantUserDisplayName)
	secret := c.text("user_password", validate.Password)
	custom := c.text("user_custom_data", validate.VoximplantUserCustomData)
	mobile := c.text("mobile_phone", validate.VoximplantMobilePhone)
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

// text reads an optional text that keeps a rule.
func (c *call) text(name string, rule validate.Rule) string {
	s, ok := c.in.Text(name)
	if ok {
		c.in.Problems().Check(rule, profile, c.in.Path(name), s)
	}
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

// ok is the reply of a method that returns nothing else.
func (c *call) ok() []byte { return append(c.out, `{"result":1}`...) }
