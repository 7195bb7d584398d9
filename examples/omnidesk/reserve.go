package omnidesk

import (
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// reserve implements POST reserveUserForLiveChannel. It reserves a chat slot of a user for the
// channel in the parameter channel, and replies with the user's id and the end of the reservation.
// The user is the one in the parameter userID. If userID is missing, roster.Handle.Reserve chooses
// the user. If the parameter state is false (0), reserve instead ends the user's oldest reservation
// for the channel, and userID is required. The vendor's document has only the name and the
// permission of this call. Errors: those of done; those of roster.Handle.Reserve and Release.
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
