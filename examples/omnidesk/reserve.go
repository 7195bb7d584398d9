package omnidesk

import (
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// reserve implements POST reserveUserForLiveChannel, for which the document has only the name and
// the permission. It reserves a chat slot of the user in userID for a channel. Without userID it
// chooses the user. With state=0 it releases the reservation, and then userID is required.
func reserve(c *call) ([]byte, error) {
	channel := c.text("channel")
	on, given := c.Bool("state")
	on = on || !given
	var id user.ID
	if _, named := c.value("userID"); named {
		id = c.targetID()
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
	b := about(result("User reserved."), r.User.ID)
	until, _ := r.User.Capacity.ReservedUntil(channel)
	b = append(b[:len(b)-1], `,"reservedUntil":"`...)
	return append(until.UTC().AppendFormat(b, timeFormat), '"', '}'), nil
}

// timeFormat is the vendor's format of a time, such as 2019-09-28 22:06:16.
const timeFormat = "2006-01-02 15:04:05"
