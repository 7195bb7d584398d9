package roster_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

func addWithPassword(host roster.Handle, login string, plain roster.Password) user.User {
	return must(host.Create(context.Background(), roster.CreateParams{
		User:     user.User{Identity: user.Identity{Login: login}, Access: user.Access{Granted: user.RolesOf(user.Agent)}},
		Password: plain,
	})).User
}

func ExampleDirectory_SignIn() {
	ctx := context.Background()
	dir := newDirectory()
	host := open(dir)
	ann := addWithPassword(host, "ann", roster.PasswordOf("a long enough phrase"))

	u, err := dir.SignIn(ctx, "acme", "Ann", roster.PasswordOf("a long enough phrase"))
	fmt.Println(u.ID, err)
	_, err = dir.SignIn(ctx, "acme", "ann", roster.PasswordOf("another phrase"))
	fmt.Println(err)
	_, err = dir.SignIn(ctx, "acme", "nobody", roster.PasswordOf("another phrase"))
	fmt.Println(err)
	must(host.Disable(ctx, ann.ID))
	_, err = dir.SignIn(ctx, "acme", "ann", roster.PasswordOf("a long enough phrase"))
	fmt.Println(err)
	must(host.Enable(ctx, ann.ID))
	// Output:
	// 1 <nil>
	// roster: wrong login or password
	// roster: wrong login or password
	// roster: the user is disabled
}

func ExampleHandle_ChangePassword() {
	ctx := context.Background()
	dir := newDirectory()
	host := open(dir)
	ann := addWithPassword(host, "ann", roster.PasswordOf("a long enough phrase"))
	asAnn := dir.As("acme", roster.UserActor(ann.ID))

	_, err := asAnn.ChangePassword(ctx, roster.PasswordChange{New: roster.PasswordOf("quite another phrase")})
	var denied *permission.Denied
	fmt.Println(errors.As(err, &denied) && denied.Rule == permission.RuleOldPassword)

	_, err = asAnn.ChangePassword(ctx, roster.PasswordChange{New: roster.PasswordOf("quite another phrase"), Old: roster.PasswordOf("a wrong guess"), HasOld: true})
	fmt.Println(err)

	result, err := asAnn.ChangePassword(ctx, roster.PasswordChange{
		New: roster.PasswordOf("quite another phrase"), Old: roster.PasswordOf("a long enough phrase"), HasOld: true,
	})
	fmt.Println(result.Changed, err)

	// An administrator resets the password without the old one.
	admin := dir.As("acme", roster.UserActor(add(host, "bob", user.Admin).ID))
	_, err = admin.ResetPassword(ctx, ann.ID, roster.PasswordChange{New: roster.PasswordOf("a phrase for the phone")})
	fmt.Println(err)
	must(admin.Patch(ctx, ann.ID, user.Patch{ChangeNextLogin: user.Set(true)})) // Edit does both in one transaction
	u, err := dir.SignIn(ctx, "acme", "ann", roster.PasswordOf("a phrase for the phone"))
	fmt.Println("must change it:", u.Credentials.ChangeNextLogin, err)
	// Output:
	// true
	// roster: the old password is wrong
	// password <nil>
	// <nil>
	// must change it: true <nil>
}

// Policies are values that can be combined: the characters that Voximplant requires, the
// confirmation that LivePerson requires, and a history.
func ExampleWithPasswordPolicy() {
	ctx := context.Background()
	dir := newDirectory(roster.WithPasswordPolicy(
		password.All(password.Voximplant(), password.LivePerson(), password.History(2)),
	))
	ann := addWithPassword(open(dir), "ann", roster.PasswordOf("Passw0rd!One"))
	asAnn := dir.As("acme", roster.UserActor(ann.ID))

	_, err := asAnn.ChangePassword(ctx, roster.PasswordChange{New: roster.PasswordOf("short"), Old: roster.PasswordOf("Passw0rd!One"), HasOld: true})
	var invalid *validate.Error
	errors.As(err, &invalid)
	for _, p := range invalid.Problems {
		fmt.Println(p.Path, p.Code)
	}
	_, err = asAnn.ChangePassword(ctx, roster.PasswordChange{
		New: roster.PasswordOf("Passw0rd!One"), Confirm: roster.PasswordOf("Passw0rd!One"), Old: roster.PasswordOf("Passw0rd!One"), HasOld: true,
	})
	fmt.Println(err)
	// Output:
	// /confirmPassword required
	// /password too_short
	// /password missing_upper
	// /password missing_digit
	// /password missing_special
	// validate: /password: was used before
}
