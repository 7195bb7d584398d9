package user

import (
	"cmp"

	"github.com/ca74b63c/roster/validate"
)

// Limits of numbers and lists, beyond what any of the four documents shows; they bound the size of a user.
const (
	MaxChatsLimit = 1_000_000
	MaxIDs        = 10_000 // ids in one set
	MaxListed     = 1000   // statistics, campaigns
)

// textRules says which rule a text attribute must keep. An empty text means "none" and is not checked, but for the
// login, which every user has.
var textRules = [...]struct {
	attribute Attribute
	field     func(*Patch) *Field[string]
	rule      validate.Rule
	required  bool
}{
	{AttrLogin, func(p *Patch) *Field[string] { return &p.Login }, validate.Login, true},
	{AttrPID, func(p *Patch) *Field[string] { return &p.PID }, validate.PID, false},
	{AttrEmployeeID, func(p *Patch) *Field[string] { return &p.EmployeeID }, validate.ExternalID, false},
	{AttrDescription, func(p *Patch) *Field[string] { return &p.Description }, validate.Description, false},
	{AttrCustomData, func(p *Patch) *Field[string] { return &p.CustomData }, validate.CustomData, false},
	{AttrFirstName, func(p *Patch) *Field[string] { return &p.FirstName }, validate.PersonName, false},
	{AttrLastName, func(p *Patch) *Field[string] { return &p.LastName }, validate.PersonName, false},
	{AttrFullName, func(p *Patch) *Field[string] { return &p.FullName }, validate.FullName, false},
	{AttrDisplayName, func(p *Patch) *Field[string] { return &p.DisplayName }, validate.DisplayName, false},
	{AttrEmail, func(p *Patch) *Field[string] { return &p.Email }, validate.Email, false},
	{AttrPhone, func(p *Patch) *Field[string] { return &p.Phone }, validate.Phone, false},
	{AttrMobile, func(p *Patch) *Field[string] { return &p.Mobile }, validate.Mobile, false},
	{AttrLanguage, func(p *Patch) *Field[string] { return &p.Language }, validate.Language, false},
	{AttrDateFormat, func(p *Patch) *Field[string] { return &p.DateFormat }, validate.DateFormat, false},
	{AttrPictureID, func(p *Patch) *Field[string] { return &p.PictureID }, validate.ExternalID, false},
	{AttrPictureURL, func(p *Patch) *Field[string] { return &p.PictureURL }, validate.URI, false},
	{AttrBackgroundURI, func(p *Patch) *Field[string] { return &p.BackgroundURI }, validate.URI, false},
	{AttrMobileApp, func(p *Patch) *Field[string] { return &p.MobileApp }, validate.ExternalID, false},
	{AttrAllowedAppKeys, func(p *Patch) *Field[string] { return &p.AllowedAppKeys }, validate.AppKey, false},
	{AttrOAuth2ClientID, func(p *Patch) *Field[string] { return &p.OAuth2ClientID }, validate.ExternalID, false},
}

// Check returns every problem of what the patch sets, as a *validate.Error with the attributes' paths, or nil. It
// looks at the patch alone: what depends on the user or the account is found by Apply.
func (p *Patch) Check(profile validate.Profile) error {
	var c validate.Collector
	for i := range textRules {
		t := &textRules[i]
		switch f := t.field(p); {
		case f.state == kept:
		case f.value == "":
			c.Require(t.attribute.Path(), !t.required)
		default:
			c.Check(t.rule, profile, t.attribute.Path(), f.value)
		}
	}
	p.checkValues(&c, profile)
	return c.Err()
}

func (p *Patch) checkValues(c *validate.Collector, profile validate.Profile) {
	c.Range(AttrMaxChats.Path(), int64(p.MaxChats.value), 0, MaxChatsLimit)
	c.Range(AttrMaxAsyncChats.Path(), int64(p.MaxAsyncChats.value.n), 0, MaxChatsLimit)
	if p.Kind.value >= numKinds {
		c.Add(validate.Problem{Path: AttrKind.Path(), Code: validate.Unknown})
	}
	if p.Status.value >= numStatuses {
		c.Add(validate.Problem{Path: AttrStatus.Path(), Code: validate.Unknown})
	}
	if !AllRoles.HasAll(p.Roles.value.With(p.Granted.value)) {
		c.Add(validate.Problem{Path: AttrRoles.Path(), Code: validate.Unknown})
	}
	if p.MemberOf.value < 0 {
		c.Add(validate.Problem{Path: AttrMemberOf.Path(), Code: validate.OutOfRange, Params: validate.Params{}.WithInt("min", 1)})
	}
	checkIDs(c, AttrSkills, p.Skills)
	checkIDs(c, AttrQueues, p.Queues)
	checkIDs(c, AttrManagerOf, p.ManagerOf)
	checkIDs(c, AttrViews, p.Views)
	checkIDs(c, AttrProfiles, p.Profiles)
	checkIDs(c, AttrGroups, p.Groups)
	checkIDs(c, AttrPermissionGroups, p.PermissionGroups)
	checkIDs(c, AttrApplications, p.Applications)
	checkIDs(c, AttrLinesOfBusiness, p.LinesOfBusiness)
	checkIDs(c, AttrDevices, p.Devices)
	c.Range(AttrStatistics.Path(), int64(p.Statistics.value.Len()), 0, MaxListed)
	for s := range p.Statistics.value.All() {
		c.Merge("", s.Check(profile))
	}
	c.Range(AttrCampaigns.Path(), int64(p.Campaigns.value.Len()), 0, MaxListed)
	for s := range p.Campaigns.value.All() {
		c.Merge("", s.Check(profile))
	}
}

// checkIDs refuses a set that is too large or holds an id that is not positive ("Positive long number greater than
// zero", LivePerson).
func checkIDs[T ~int64](c *validate.Collector, a Attribute, f Field[IDs[T]]) {
	c.Range(a.Path(), int64(f.value.Len()), 0, MaxIDs)
	if f.value.Len() > 0 && cmp.Less(f.value.sorted[0], 1) {
		c.Add(validate.Problem{Path: a.Path(), Code: validate.OutOfRange, Params: validate.Params{}.WithInt("min", 1)})
	}
}

// Check returns the problems of a statistic's name and options (Omnidesk userStatistic), or nil.
func (s Statistic) Check(profile validate.Profile) error {
	var c validate.Collector
	c.Check(validate.Statistic, profile, AttrStatistics.Path()+"/name", s.Name)
	c.Optional(validate.StatisticOption, profile, AttrStatistics.Path()+"/option", s.Option)
	c.Optional(validate.StatisticOption, profile, AttrStatistics.Path()+"/secondary", s.Secondary)
	return c.Err()
}

// Check returns the problems of a campaign's name, or nil.
func (s Campaign) Check(profile validate.Profile) error {
	var c validate.Collector
	c.Check(validate.Campaign, profile, AttrCampaigns.Path()+"/name", s.Name)
	return c.Err()
}

// Check returns the problems of an account's settings, or nil.
func (a Account) Check() error {
	var c validate.Collector
	c.Check(validate.AccountID, validate.Strict, "/id", string(a.ID))
	c.Optional(validate.DisplayName, validate.Strict, "/name", a.Name)
	if cur, ok := validate.CurrencyByCode(a.Currency); !ok || cur.Code != a.Currency {
		c.Add(validate.Problem{Path: "/currency", Code: validate.Unknown})
	}
	c.Range("/overdraft", a.Overdraft, 0, maxOverdraft)
	c.Range("/defaultMaxAsyncChats", int64(a.DefaultMaxAsyncChats), 0, MaxChatsLimit)
	c.Range("/maxUsers", int64(a.MaxUsers), 0, 1<<31-1)
	c.Range("/nameReuse/hold", int64(a.NameReuse.Hold), 0, 1<<62)
	c.Range("/reservationTime", int64(a.ReservationTime), 0, 1<<62)
	return c.Err()
}

// maxOverdraft is what package balance bounds an overdraft by: no balance is greater.
const maxOverdraft = 999_999_999_999_999_999

// Check returns the problems of a piece of reference data, or nil.
func (r Ref) Check() error {
	var c validate.Collector
	if !r.Kind.Valid() {
		c.Add(validate.Problem{Path: "/kind", Code: validate.Unknown})
	}
	c.Range("/id", r.ID, 0, 1<<63-1)
	c.Check(validate.ReferenceName, validate.Strict, "/name", r.Name)
	c.Optional(validate.Description, validate.Strict, "/description", r.Description)
	if r.Profile.Gives && r.Profile.Role >= numRoles {
		c.Add(validate.Problem{Path: "/profile/role", Code: validate.Unknown})
	}
	c.Range("/properties", int64(r.Properties.Len()), 0, MaxListed)
	for p := range r.Properties.All() {
		c.Check(validate.Tag, validate.Strict, "/properties/name", p.Name)
		c.Optional(validate.Description, validate.Strict, "/properties/value", p.Value)
	}
	return c.Err()
}
