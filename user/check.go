package user

import "github.com/ca74b63c/roster/validate"

// Limits of numbers and lists. They are beyond the limits of the vendors' documents, and bound
// the size of a user.
const (
	MaxChatsLimit = 1_000_000
	MaxIDs        = 10_000 // ids in one set
	MaxListed     = 1000   // statistics or campaigns
)

// Check returns nil if all values that the patch sets are valid under the profile, else a
// *validate.Error with every problem. The path of a problem begins with the path of the attribute.
// An empty or cleared text is valid, except for the login. Check ignores attributes that the patch
// does not name. It does not know the user and the account; Apply checks what depends on them.
func (p *Patch) Check(profile validate.Profile) error {
	var c validate.Collector
	for a := range p.Attributes().All() {
		if check := attributes[a].check; check != nil {
			check(p, &c, profile)
		}
	}
	p.checkValues(&c, profile)
	return c.Err()
}

// checkValues adds to c the problems of the attributes whose attributeRow has no function check,
// such as MaxChats, Kind, Roles and Custom.
func (p *Patch) checkValues(c *validate.Collector, profile validate.Profile) {
	c.Range(AttrMaxChats.Path(), int64(p.MaxChats.value), 0, MaxChatsLimit)
	c.Range(AttrMaxAsyncChats.Path(), int64(p.MaxAsyncChats.value.n), 0, MaxChatsLimit)
	if p.Kind.value >= numKinds {
		c.Add(validate.Problem{Path: AttrKind.Path(), Code: validate.Unknown})
	}
	if p.Status.value >= numStatuses {
		c.Add(validate.Problem{Path: AttrStatus.Path(), Code: validate.Unknown})
	}
	checkRoles(c, AttrGranted, p.Granted.value)
	checkRoles(c, AttrRoles, p.Roles.value)
	p.Custom.check(c)
	checkList(c, AttrStatistics, p.Statistics, Statistic.identity, func(path string, s Statistic) {
		s.check(c, profile, path)
	})
	checkList(c, AttrCampaigns, p.Campaigns, Campaign.identity, func(path string, s Campaign) {
		s.check(c, profile, path)
	})
}

// checkList adds to c the problems of the list f, the value of the attribute a. For more than
// MaxListed items it adds only OutOfRange. Otherwise it calls check for each item, and adds
// Duplicate for an item with the same identity as an earlier one.
func checkList[T, K comparable](c *validate.Collector, a Attribute, f Field[List[T]], identity func(T) K,
	check func(path string, item T),
) {
	items := f.value.items()
	if len(items) == 0 || !c.Items(a.Path(), len(items), MaxListed) {
		return
	}
	seen := make(map[K]bool, len(items))
	for i, item := range items {
		path := validate.Element(a.Path(), i)
		check(path, item)
		if seen[identity(item)] {
			c.Add(validate.Problem{Path: path, Code: validate.Duplicate})
		}
		seen[identity(item)] = true
	}
}

// checkRoles adds a problem for a set that is not a list or has an invalid name, and for a set of
// more than MaxRoles roles.
func checkRoles(c *validate.Collector, a Attribute, roles Roles) {
	if !roles.IsList() || !roles.Valid() {
		c.Add(validate.Problem{Path: a.Path(), Code: validate.Invalid})
		return
	}
	c.Items(a.Path(), roles.Len(), MaxRoles)
}

// checkIDs adds a problem for a set that is too large. Otherwise it adds one for each id that is
// not positive ("Positive long number greater than zero", LivePerson).
func checkIDs[T ~int64](c *validate.Collector, path string, set IDSet[T]) {
	if !c.Items(path, set.Len(), MaxIDs) {
		return
	}
	for i, id := range set.items() {
		if id > 0 {
			return // the other ids are greater
		}
		c.Add(notPositive(validate.Element(path, i)))
	}
}

func notPositive(path string) validate.Problem {
	return validate.Problem{Path: path, Code: validate.OutOfRange, Params: validate.Params{}.WithInt("min", 1)}
}

// Check returns nil if the name and the two options of the statistic are valid under the profile,
// else a *validate.Error with every problem (Omnidesk userStatistic). An option may be empty. The
// path of a problem is the path of AttrStatistics with "/name", "/option" or "/secondary" appended.
func (s Statistic) Check(profile validate.Profile) error {
	var c validate.Collector
	s.check(&c, profile, AttrStatistics.Path())
	return c.Err()
}

func (s Statistic) check(c *validate.Collector, profile validate.Profile, path string) {
	c.Check(validate.Statistic, profile, path+"/name", s.Name)
	c.Optional(validate.StatisticOption, profile, path+"/option", s.Option)
	c.Optional(validate.StatisticOption, profile, path+"/secondary", s.Secondary)
}

// Check returns nil if the name of the campaign is valid under the profile, else a *validate.Error.
// The path of the problem is the path of AttrCampaigns with "/name" appended.
func (s Campaign) Check(profile validate.Profile) error {
	var c validate.Collector
	s.check(&c, profile, AttrCampaigns.Path())
	return c.Err()
}

func (s Campaign) check(c *validate.Collector, profile validate.Profile, path string) {
	c.Check(validate.Campaign, profile, path+"/name", s.Name)
}
