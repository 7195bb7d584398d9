package user

import "github.com/ca74b63c/roster/validate"

// Statistic is a KPI on the board of a user (Omnidesk userStatistic). Name, Option and Secondary
// identify it.
type Statistic struct {
	Name      string `json:"name"`
	Option    string `json:"option,omitempty"`    // statisticOption, statisticPrimaryOption
	Secondary string `json:"secondary,omitempty"` // statisticSecondaryOption
	Watched   bool   `json:"watched,omitempty"`   // watchToggle
}

// identity returns the part of s that identifies it among the statistics of a user.
func (s Statistic) identity() Statistic {
	s.Watched = false
	return s
}

func (s Statistic) same(o Statistic) bool { return s.identity() == o.identity() }

// Statistic returns the statistic with the name and options of s, and whether the user has it.
func (p Preferences) Statistic(s Statistic) (Statistic, bool) {
	return p.Statistics.Find(s.same)
}

// WithStatistic returns the preferences with s, in place of the statistic with the same name and
// options if there is one.
func (p Preferences) WithStatistic(s Statistic) Preferences {
	p.Statistics = p.Statistics.With(s, s.same)
	return p
}

// AddStatistic returns the preferences with s. If p has a watched statistic with the same name and
// options, AddStatistic returns p unchanged. If p has one that is not watched, s replaces it.
func (p Preferences) AddStatistic(s Statistic) Preferences {
	if had, ok := p.Statistic(s); ok && had.Watched {
		return p
	}
	return p.WithStatistic(s)
}

// WithoutStatistic returns the preferences without the statistic with the name and options of s.
func (p Preferences) WithoutStatistic(s Statistic) Preferences {
	p.Statistics = p.Statistics.Without(s.same)
	return p
}

// Campaign is the state of a user in a campaign (Omnidesk userCampaignState).
type Campaign struct {
	Name   string `json:"name"`
	Active bool   `json:"active"`
}

// identity returns the part of s that identifies it among the campaigns of a user.
func (s Campaign) identity() string { return s.Name }

// WithCampaign returns the preferences with the state of the campaign set.
func (p Preferences) WithCampaign(c Campaign) Preferences {
	p.Campaigns = p.Campaigns.With(c, func(o Campaign) bool { return o.Name == c.Name })
	return p
}

// WithView returns the preferences with the view selected, or not selected (Omnidesk
// updateUserView).
func (p Preferences) WithView(v ViewID, selected bool) Preferences {
	if selected {
		p.Views = p.Views.With(v)
	} else {
		p.Views = p.Views.Without(v)
	}
	return p
}

// CheckSize returns nil if p has at most MaxIDs views, MaxListed statistics and MaxListed
// campaigns. Otherwise it returns a *validate.Error with a problem (validate.OutOfRange) for each
// list that is too long. Patches have the same limits. CheckSize is for a call that adds a single
// view, statistic or campaign.
func (p Preferences) CheckSize() error {
	var c validate.Collector
	c.Items(AttrViews.Path(), p.Views.Len(), MaxIDs)
	c.Items(AttrStatistics.Path(), p.Statistics.Len(), MaxListed)
	c.Items(AttrCampaigns.Path(), p.Campaigns.Len(), MaxListed)
	return c.Err()
}
