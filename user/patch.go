package user

// fieldState is what a field does to its attribute.
type fieldState uint8

const (
	kept fieldState = iota
	cleared
	given
)

// Field is one attribute in a Patch. It has three states: keep (the zero value), clear and set.
type Field[T any] struct {
	value T
	state fieldState
}

// Set returns a field that sets the attribute to v.
func Set[T any](v T) Field[T] { return Field[T]{v, given} }

// Clear returns a field that sets the attribute to its default, as in a new user: true for
// Enabled, and the zero value for any other.
func Clear[T any]() Field[T] { return Field[T]{state: cleared} }

// Get returns the value to set, and whether the field sets one.
func (f Field[T]) Get() (v T, ok bool) { return f.value, f.state == given }

// Kept reports whether the field does not change the attribute.
func (f Field[T]) Kept() bool { return f.state == kept }

// Patch describes a change of a user. Attributes that it does not name stay. The zero value
// changes nothing. Its JSON is a merge patch (RFC 7396) of the encoded user, see MarshalJSON.
type Patch struct {
	Login       Field[string]
	PID         Field[string]
	EmployeeID  Field[string]
	Kind        Field[Kind]
	APIUser     Field[bool]
	Description Field[string]
	CustomData  Field[string]

	FirstName   Field[string]
	LastName    Field[string]
	FullName    Field[string]
	DisplayName Field[string]

	Email         Field[string]
	Phone         Field[string]
	Mobile        Field[string]
	Language      Field[string]
	DateFormat    Field[string]
	PictureID     Field[string]
	PictureURL    Field[string]
	BackgroundURI Field[string]
	MobileApp     Field[string]

	ChangeNextLogin Field[bool]

	MaxChats      Field[int]
	MaxAsyncChats Field[Optional]
	MemberOf      Field[GroupID]
	Skills        Field[IDSet[SkillID]]
	Queues        Field[IDSet[QueueID]]

	ManagerOf Field[IDSet[GroupID]]

	Status Field[Status]

	ChatSound        Field[bool]
	NotifyAssignment Field[bool]
	Incognito        Field[bool]
	AutoAnswer       Field[bool]
	Views            Field[IDSet[ViewID]]
	Statistics       Field[List[Statistic]]
	Campaigns        Field[List[Campaign]]

	Enabled          Field[bool]
	DisabledManually Field[bool]
	Profiles         Field[IDSet[ProfileID]]
	Granted          Field[Roles] // the roles granted directly
	Roles            Field[Roles] // the resulting set of roles, from whatever source
	Groups           Field[IDSet[GroupID]]
	PermissionGroups Field[IDSet[PermissionGroupID]]
	Applications     Field[IDSet[ApplicationID]]
	LinesOfBusiness  Field[IDSet[LineOfBusinessID]]
	Devices          Field[IDSet[DeviceID]]
	AllowedAppKeys   Field[string]
	OAuth2ClientID   Field[string]

	ParentAccounting Field[bool]

	Custom CustomPatch
}

// Attributes returns the attributes that the patch names. The code lists the fields one by one,
// because a loop over the table of attributes is slower.
func (p *Patch) Attributes() Attributes {
	s := p.Login.state.of(AttrLogin) | p.PID.state.of(AttrPID) | p.EmployeeID.state.of(AttrEmployeeID) |
		p.Kind.state.of(AttrKind) | p.APIUser.state.of(AttrAPIUser) | p.Description.state.of(AttrDescription) |
		p.CustomData.state.of(AttrCustomData) | p.FirstName.state.of(AttrFirstName) |
		p.LastName.state.of(AttrLastName) | p.FullName.state.of(AttrFullName) |
		p.DisplayName.state.of(AttrDisplayName) | p.Email.state.of(AttrEmail) | p.Phone.state.of(AttrPhone) |
		p.Mobile.state.of(AttrMobile) | p.Language.state.of(AttrLanguage) |
		p.DateFormat.state.of(AttrDateFormat) | p.PictureID.state.of(AttrPictureID) |
		p.PictureURL.state.of(AttrPictureURL) | p.BackgroundURI.state.of(AttrBackgroundURI) |
		p.MobileApp.state.of(AttrMobileApp) | p.ChangeNextLogin.state.of(AttrChangeNextLogin) |
		p.MaxChats.state.of(AttrMaxChats) | p.MaxAsyncChats.state.of(AttrMaxAsyncChats) |
		p.MemberOf.state.of(AttrMemberOf) | p.Skills.state.of(AttrSkills) | p.Queues.state.of(AttrQueues) |
		p.ManagerOf.state.of(AttrManagerOf) | p.Status.state.of(AttrStatus) |
		p.ChatSound.state.of(AttrChatSound) | p.NotifyAssignment.state.of(AttrNotifyAssignment) |
		p.Incognito.state.of(AttrIncognito) | p.AutoAnswer.state.of(AttrAutoAnswer) |
		p.Views.state.of(AttrViews) | p.Statistics.state.of(AttrStatistics) |
		p.Campaigns.state.of(AttrCampaigns) | p.Enabled.state.of(AttrEnabled) |
		p.DisabledManually.state.of(AttrDisabledManually) | p.Profiles.state.of(AttrProfiles) |
		p.Granted.state.of(AttrGranted) | p.Roles.state.of(AttrRoles) | p.Groups.state.of(AttrGroups) |
		p.PermissionGroups.state.of(AttrPermissionGroups) | p.Applications.state.of(AttrApplications) |
		p.LinesOfBusiness.state.of(AttrLinesOfBusiness) | p.Devices.state.of(AttrDevices) |
		p.AllowedAppKeys.state.of(AttrAllowedAppKeys) | p.OAuth2ClientID.state.of(AttrOAuth2ClientID) |
		p.ParentAccounting.state.of(AttrParentAccounting)
	if !p.Custom.IsZero() {
		s |= 1 << AttrCustom
	}
	return s
}

// of returns the set of the attribute a if a field in this state names it, else the empty set.
func (s fieldState) of(a Attribute) Attributes {
	if s == kept {
		return 0
	}
	return 1 << a
}

// Replacement returns a patch that gives a user the values of u. The patch names every attribute
// that a patch can name, with one exception: it leaves out Roles, which follow from Granted and
// Profiles. An attribute that u lacks becomes zero ("if certain attributes are missing from the
// body, they will be deleted", LivePerson). After Patch.Apply, Outcome.Lost lists the attributes
// that changed to their zero value, except Status, Enabled and DisabledManually.
func Replacement(u User) Patch {
	var p Patch
	for i := range numPatched {
		if i != AttrRoles {
			attributes[i].keep(&p, &u)
		}
	}
	return p
}

// Keeping returns the patch without the given attributes.
func (p Patch) Keeping(list Attributes) Patch {
	for a := range list.All() {
		if a < numPatched {
			attributes[a].drop(&p)
		}
	}
	return p
}
