package omnidesk

import (
	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// reserve is POST reserveUserForLiveChannel, of which the document has only the name and the permission: it promises one
// chat slot of a user to a channel, or with state=0 gives it back. Without userID it chooses the user.
func reserve(c *call) (any, error) {
	channel := c.needText(validate.OmnideskCampaign, validate.Strict, "channel")
	on, given := c.Bool("state")
	on = on || !given
	var id user.ID
	if _, named := c.value("userID"); named {
		id = c.whom()
	} else if c.Has("userID"); !on {
		c.Problem("userID", validate.Required)
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	if !on {
		_, err := c.handle.Release(c.context(), id, channel)
		return done("Reservation released.", err)
	}
	r, err := c.handle.Reserve(c.context(), id, channel)
	if err != nil {
		return nil, err
	}
	answer := result{Type: "result", Message: "User reserved.", UserID: int64(r.User.ID)}
	if until, ok := roster.ReservedUntil(r.User, channel); ok {
		answer.Until = until.UTC().Format(timeFormat)
	}
	return answer, nil
}
