package liveperson

import (
	"context"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user/password"
)

// newPasswordField is the name of the password in the two calls for passwords only.
const newPasswordField = "newPassword"

// changePassword changes the caller's own password. The members newPassword, confirmPassword and
// oldPassword of the body are required. Results and errors are those of call.setPassword.
func changePassword(ctx context.Context, c *call) (reply, error) { return c.setPassword(ctx, true) }

// resetPassword sets the password of a user to newPassword, the only member of the body. Results
// and errors are those of call.setPassword.
func resetPassword(ctx context.Context, c *call) (reply, error) { return c.setPassword(ctx, false) }

func (c *call) setPassword(ctx context.Context, own bool) (reply, error) {
	id, err := c.userID()
	if err != nil {
		return reply{}, err
	}
	values, err := documents.Document(c.r)
	if err != nil {
		return reply{}, err
	}
	in, err := object(&values)
	if err != nil {
		return reply{}, err
	}
	var n roster.PasswordChange
	in.Takes(c.do.takes.rows)
	if own {
		n = readNewPassword(in, newPasswordField)
	} else {
		plain, _ := in.Text(newPasswordField)
		n.New = roster.PasswordOf(plain)
	}
	c.checkPassword(in, n, newPasswordField, password.Candidate{Own: own})
	in.Unknown()
	if err := in.Err(); err != nil {
		return reply{}, err
	}
	result, err := c.ResetPassword(ctx, id, n, c.options()...)
	if err != nil {
		return reply{}, inVendorWords(err, newPasswordField)
	}
	// The reply has no user: a caller that may change the password may not be allowed to read the
	// user.
	return reply{body: []byte("{}"), revision: result.ConfigRevision}, nil
}
