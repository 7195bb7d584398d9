package genesys

import (
	"errors"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// authenticate sets c.caller to the user that signs in with the HTTP Basic credentials of the
// request, and c.secret to the password. Missing credentials, an unknown login, a wrong password, a
// disabled user and an unknown account give the same refusal. Errors: vendorhttp.ErrCredentials;
// those of roster.Directory.SignIn.
func (a *api) authenticate(c *call, account user.AccountID) error {
	login, secret, ok := c.request.BasicAuth()
	if !ok {
		return vendorhttp.ErrCredentials
	}
	c.secret = roster.PasswordOf(secret)
	var err error
	c.caller, err = a.dir.SignIn(c.request.Context(), account, login, c.secret)
	if err != nil && errors.Is(err, validate.ErrInvalid) {
		return vendorhttp.ErrCredentials // no account has such an id
	}
	return err
}

// mayGoOn returns an error if the caller must change the password first: "the User will be required
// to change their password when they log in" (changePasswordOnFirstLogin). Such a caller may only
// change the password.
func (c *call) mayGoOn() error {
	if c.caller.Credentials.ChangeNextLogin {
		return errChangePassword
	}
	return nil
}

func (c *call) own(id user.ID) bool { return id == c.caller.ID }
