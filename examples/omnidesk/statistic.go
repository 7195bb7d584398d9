package omnidesk

import (
	"github.com/ca74b63c/roster/user"
)

// statistic returns the user and the statistic of a call. POST names the first option
// statisticOption, DELETE and watch name it statisticPrimaryOption; all accept both.
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

// addStatistic implements POST userStatistic: "Adds user statistic KPI."
func addStatistic(c *call) ([]byte, error) {
	id, s := c.statistic()
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.AddStatistic(c.context(), id, s)
	return done("Statistic added.", err)
}

// deleteStatistic implements the vendor's DELETE userStatistic: "Deletes user statistic settings."
// The request names the user and the statistic.
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

// watch implements PUT watch: "Updates this user's statistics watch setting."
func watch(c *call) ([]byte, error) {
	id, s := c.statistic()
	toggle := c.text("watchToggle")
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.WatchStatistic(c.context(), id, s, toggle == watchOn)
	return done("Watch updated.", err)
}
