package omnidesk

import (
	"github.com/ca74b63c/roster/user"
)

// statistic reads the parameters of a request about one statistic. It returns the user's id, and
// the statistic with its name and two options. If userID is missing, the id is that of the user
// that the API key acts as. The first option may be in statisticOption (the vendor's name in POST)
// or in statisticPrimaryOption (the vendor's name in DELETE and watch). statistic returns no error:
// a problem of a parameter is an error of the later call of done.
func (c *call) statistic() (user.ID, user.Statistic) {
	id := c.targetID()
	s := user.Statistic{
		Name:      c.text("statistic"),
		Option:    c.text("statisticOption"),
		Secondary: c.text("statisticSecondaryOption"),
	}
	c.as(user.AttrStatistics.Path(), "statistic") // too many of them
	return id, s
}

// addStatistic implements POST /user/userStatistic: "Adds user statistic KPI." It adds the
// statistic in the request to the board of the user. If the board already has a statistic with the
// same name and options, addStatistic changes nothing and succeeds. The parameter userID names the
// user; without it, the user is the one that the API key acts as. Errors: those of done; those of
// roster.Handle.AddStatistic.
func addStatistic(c *call) ([]byte, error) {
	id, s := c.statistic()
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.AddStatistic(c.context(), id, s)
	return done("Statistic added.", err)
}

// deleteStatistic implements DELETE /user/userStatistic: "Deletes user statistic settings." It
// removes the statistic in the request from the board of the user. The parameter userID names the
// user; without it, the user is the one that the API key acts as. Errors: those of done;
// storage.ErrNotFound if the board does not have the statistic; others of
// roster.Handle.DeleteStatistic.
func deleteStatistic(c *call) ([]byte, error) {
	id, s := c.statistic()
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.DeleteStatistic(c.context(), id, s)
	return done("Statistic deleted.", err)
}

// watchOn is the value of watchToggle in the document. The other value, unwatch, is assumed.
const watchOn = "watch"

// watch implements PUT /user/watch: "Updates this user's statistics watch setting." The user
// watches the statistic in the request if the parameter watchToggle is "watch", and no longer
// watches this statistic if watchToggle is "unwatch". The parameter userID names the user; without
// it, the user is the one that the API key acts as. Errors: those of done; storage.ErrNotFound if
// the board of the user does not have the statistic; others of roster.Handle.WatchStatistic.
func watch(c *call) ([]byte, error) {
	id, s := c.statistic()
	toggle := c.text("watchToggle")
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.WatchStatistic(c.context(), id, s, toggle == watchOn)
	return done("Watch updated.", err)
}
