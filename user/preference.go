package user

import "github.com/ca74b63c/roster/validate"

// Statistic is a KPI that a user put on his board (Omnidesk userStatistic). Name, Option and Secondary together
// tell one statistic from another.
type Statistic struct {
	Name      string `json:"name"`
	Option    string `json:"option,omitempty"`    // statisticOption, statisticPrimaryOption
	Secondary string `json:"secondary,omitempty"` // statisticSecondaryOption
	Watched   bool   `json:"watched,omitempty"`   // watchToggle
}

// identity is what tells s from the user's other statistics.
func (s Statistic) identity() Statistic {
	s.Watched = false
	return s
}

func (s Statistic) same(o Statistic) bool { return s.identity() == o.identity() }

// Statistic returns the statistic with the name and options of s, if the user has it.
func (p Preferences) Statistic(s Statistic) (Statistic, bool) {
	return p.Statistics.Find(s.same)
}

// WithStatistic returns the preferences with s added, or in the place of the one that has its name and options.
func (p Preferences) WithStatistic(s Statistic) Preferences {
	p.Statistics = p.Statistics.With(s, s.same)
	return p
}

// AddStatistic returns the preferences with s added. One that has its name and options stays in its place, and stays
// watched: adding it once more ends no watch.
func (p Preferences) AddStatistic(s Statistic) Preferences {
	if had, ok := p.Statistic(s); ok && had.Watched {
		return p
	}
	return p.WithStatistic(s)
}

// WithoutStatistic returns the preferences without the statistic that has the name and options of s.
func (p Preferences) WithoutStatistic(s Statistic) Preferences {
	p.Statistics = p.Statistics.Without(s.same)
	return p
}

// Campaign is a user's part in a campaign (Omnidesk userCampaignState).
type Campaign struct {
	Name   string `json:"name"`
	Active bool   `json:"active"`
}

// identity is what tells s from the user's other campaigns.
func (s Campaign) identity() string { return s.Name }

// WithCampaign returns the preferences with the campaign's state set.
func (p Preferences) WithCampaign(c Campaign) Preferences {
	p.Campaigns = p.Campaigns.With(c, func(o Campaign) bool { return o.Name == c.Name })
	return p
}

// WithView returns the preferences with a view selected or not (Omnidesk updateUserView).
func (p Preferences) WithView(v ViewID, selected bool) Preferences {
	if selected {
		p.Views = p.Views.With(v)
	} else {
		p.Views = p.Views.Without(v)
	}
	return p
}

// CheckSize returns a *validate.Error if the preferences hold more than a patch could set, MaxIDs views and MaxListed
// statistics or campaigns; added one by one they would grow without a bound.
func (p Preferences) CheckSize() error {
	var c validate.Collector
	c.Items(AttrViews.Path(), p.Views.Len(), MaxIDs)
	c.Items(AttrStatistics.Path(), p.Statistics.Len(), MaxListed)
	c.Items(AttrCampaigns.Path(), p.Campaigns.Len(), MaxListed)
	return c.Err()
}
