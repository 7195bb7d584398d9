package user

import (
	"slices"
	"time"
)

// User is one user of an account. Related attributes form a group. The comment at each attribute
// has the vendors' names for it. Times are in UTC and have microseconds.
type User struct {
	ID ID `json:"id"`
	// Version is the revision of the account that last changed this user.
	Version Revision `json:"version"`
	// ConfigVersion is the revision that last changed the Configuration of this user.
	ConfigVersion Revision `json:"configVersion,omitempty"`

	Identity    Identity    `json:"identity"`
	Names       Names       `json:"names,omitzero"`
	Contact     Contact     `json:"contact,omitzero"`
	Credentials Credentials `json:"credentials,omitzero"`
	Capacity    Capacity    `json:"capacity,omitzero"`
	Management  Management  `json:"management,omitzero"`
	Presence    Presence    `json:"presence"`
	Preferences Preferences `json:"preferences,omitzero"`
	Access      Access      `json:"access"`
	Billing     Billing     `json:"billing,omitzero"`
	Custom      Custom      `json:"custom,omitzero"` // a host's own attributes
	Lifecycle   Lifecycle   `json:"lifecycle,omitzero"`
}

// Identity holds the attributes that identify a user, and what kind of user it is.
type Identity struct {
	// Login is unique in the account: loginName, userName, user_name, Omnidesk's name.
	Login       string `json:"login"`
	PID         string `json:"pid,omitempty"`         // LivePerson "A user's process id", unique
	EmployeeID  string `json:"employeeId,omitempty"`  // LivePerson "The external employee ID of the user"
	Kind        Kind   `json:"kind"`                  // LivePerson userTypeId
	APIUser     bool   `json:"apiUser,omitempty"`     // LivePerson isApiUser: signs in by API instead of a password
	Description string `json:"description,omitempty"` // LivePerson description
	CustomData  string `json:"customData,omitempty"`  // Voximplant user_custom_data, "Any string"
}

// Names are the names of a user.
type Names struct {
	First   string `json:"first,omitempty"`   // firstname, firstName
	Last    string `json:"last,omitempty"`    // lastname, lastName
	Full    string `json:"full,omitempty"`    // LivePerson fullName, unique; its API shows it empty
	Display string `json:"display,omitempty"` // user_display_name, LivePerson nickname
}

// Contact holds addresses, language and pictures of a user.
type Contact struct {
	Email         string `json:"email,omitempty"`         // email
	Phone         string `json:"phone,omitempty"`         // Omnidesk telephone
	Mobile        string `json:"mobile,omitempty"`        // LivePerson mobileNumber, mobile_phone; free form
	Language      string `json:"language,omitempty"`      // Omnidesk language, as given ("en", "en_GB")
	DateFormat    string `json:"dateFormat,omitempty"`    // Omnidesk dateFormat ("en_GB", "iso")
	PictureID     string `json:"pictureId,omitempty"`     // LivePerson pictureId
	PictureURL    string `json:"pictureUrl,omitempty"`    // LivePerson pictureUrl
	BackgroundURI string `json:"backgroundUri,omitempty"` // LivePerson backgndImgUri
	MobileApp     string `json:"mobileApp,omitempty"`     // LivePerson pnCertName, "The mobile app ID"
}

// Credentials describe the password of a user. A Secret, which is stored apart, holds the hash.
//
// SignInStamp identifies the sign-ins that are still valid. It is the revision of the account
// that created the user, or that later set or removed the password, disabled, deleted or erased
// the user, or took a role from the user. No value occurs twice. A host with sessions of its own
// stores the stamp that SignIn returned with the session, and ends the session when the user has
// another stamp.
type Credentials struct {
	HasPassword     bool      `json:"hasPassword,omitempty"`
	ChangeNextLogin bool      `json:"changeNextLogin,omitempty"` // changePwdNextLogin, changePasswordOnFirstLogin
	ChangedAt       time.Time `json:"changedAt,omitzero"`        // lastPwdChangeDate
	SignInStamp     Revision  `json:"signInStamp,omitempty"`
}

// Capacity says how much work an agent takes, and of which kind. The loss of the role Agent
// resets MaxChats, MaxAsyncChats, MemberOf and Skills (LivePerson, "User profile role change from
// Agent").
type Capacity struct {
	// MaxChats is maxChats: "The maximum number of chats a user can take".
	MaxChats      int               `json:"maxChats,omitempty"`
	MaxAsyncChats Optional          `json:"maxAsyncChats,omitzero"` // maxAsyncChats: absent inherits the account's
	MemberOf      Assignment        `json:"memberOf,omitzero"`      // memberOf
	Skills        IDSet[SkillID]    `json:"skills,omitzero"`        // skillIds, skills
	Queues        IDSet[QueueID]    `json:"queues,omitzero"`        // Voximplant acd_queues
	Reservations  List[Reservation] `json:"reservations,omitzero"`  // slots of MaxChats that are reserved
}

// Assignment is the membership or management of an agent group, with its date. Only the library
// sets the date.
type Assignment struct {
	Group GroupID   `json:"group"`
	Since time.Time `json:"since,omitzero"` // LivePerson assignmentDate, read only
}

// IsZero reports whether there is no assignment.
func (a Assignment) IsZero() bool { return a.Group == 0 }

// equal compares a and b. The date does not matter if there is no group, because the JSON form
// lacks it then.
func (a Assignment) equal(b Assignment) bool {
	return a.Group == b.Group && (a.IsZero() || a.Since.Equal(b.Since))
}

// Management holds the agent groups that a user manages: an agent manager, or a holder of a host's
// own role. The loss of the role AgentManager resets it.
type Management struct {
	ManagerOf List[Assignment] `json:"managerOf,omitzero"` // managerOf, ascending by group
}

// Presence is the status of a user.
type Presence struct {
	Status Status     `json:"status"`          // acd_status, statusID
	Since  time.Time  `json:"since,omitzero"`  // acd_status_change_time
	Lock   StatusLock `json:"lock,omitzero"`   // Omnidesk statusLock
	CallID int64      `json:"callId,omitzero"` // Omnidesk lastInternalCallID
}

// Preferences are the personal settings of a user.
type Preferences struct {
	ChatSound        bool            `json:"chatSound,omitempty"`        // chatSoundNewMessage
	NotifyAssignment bool            `json:"notifyAssignment,omitempty"` // notifyOnTicketAssignment
	Incognito        bool            `json:"incognito,omitempty"`        // ticketIncognitoMode
	AutoAnswer       bool            `json:"autoAnswer,omitempty"`       // callsAutoAnswer
	Views            IDSet[ViewID]   `json:"views,omitzero"`             // selected views, updateUserView
	Statistics       List[Statistic] `json:"statistics,omitzero"`        // userStatistic, watch
	Campaigns        List[Campaign]  `json:"campaigns,omitzero"`         // userCampaignState
}

// Access holds the roles of a user, and the things that the user may use.
type Access struct {
	Disabled         bool  `json:"disabled,omitempty"`         // not isEnabled, not user_active
	DisabledManually bool  `json:"disabledManually,omitempty"` // disabledManually
	Granted          Roles `json:"granted,omitzero"`           // roles granted directly
	// Profiles are profileIds; a profile may give a role.
	Profiles         IDSet[ProfileID]         `json:"profiles,omitzero"`
	Roles            Roles                    `json:"roles"`                     // derived from Granted and Profiles
	Groups           IDSet[GroupID]           `json:"groups,omitzero"`           // Omnidesk groups
	PermissionGroups IDSet[PermissionGroupID] `json:"permissionGroups,omitzero"` // permissionGroups
	Applications     IDSet[ApplicationID]     `json:"applications,omitzero"`     // application_id
	LinesOfBusiness  IDSet[LineOfBusinessID]  `json:"linesOfBusiness,omitzero"`  // lobIds
	Devices          IDSet[DeviceID]          `json:"devices,omitzero"`          // Genesys devices
	// AllowedAppKeys are names of keys, no secrets: allowedAppKeys.
	AllowedAppKeys string `json:"allowedAppKeys,omitempty"`
	OAuth2ClientID string `json:"oauth2ClientId,omitempty"` // oauth2ClientId
}

// Billing says whose money a user spends.
type Billing struct {
	ParentAccounting bool `json:"parentAccounting,omitempty"` // parent_accounting: the user spends the account's money
}

// Lifecycle holds the times at which a user was created, changed and deleted.
type Lifecycle struct {
	Created time.Time `json:"created,omitzero"` // created
	Updated time.Time `json:"updated,omitzero"` // dateUpdated, modified
	Deleted time.Time `json:"deleted,omitzero"` // deleted; zero for a live user
	Erased  bool      `json:"erased,omitempty"` // the personal data were removed
	// HoldUntil is the time until which a deleted user claims its unique names.
	HoldUntil time.Time `json:"holdUntil,omitzero"`
}

// Live reports whether the user is not deleted.
func (u User) Live() bool { return u.Lifecycle.Deleted.IsZero() }

// Enabled reports whether the user may sign in and act: isEnabled, user_active.
func (u User) Enabled() bool { return !u.Access.Disabled }

// MaxAsyncChats returns how many messaging conversations the user can take: the user's own
// number, or that of the account ("If null, the user will inherit the account's default value",
// LivePerson).
func (u User) MaxAsyncChats(account Account) int {
	return u.Capacity.MaxAsyncChats.Or(account.DefaultMaxAsyncChats)
}

// Manages reports whether the user manages the agent group g.
func (u User) Manages(g GroupID) bool { return u.Management.Manages(g) }

// to returns the assignment to group g. The date stays if the group stays.
func (a Assignment) to(g GroupID, now time.Time) Assignment {
	switch g {
	case 0:
		return Assignment{}
	case a.Group:
		return a
	}
	return Assignment{Group: g, Since: now}
}

// Groups returns the ids of the agent groups that the user manages (ManagerOf).
func (m Management) Groups() IDSet[GroupID] {
	ids := make([]GroupID, 0, m.ManagerOf.Len())
	for a := range m.ManagerOf.All() {
		ids = append(ids, a.Group)
	}
	return IDSetOf(ids...)
}

// Manages reports whether g is one of the managed groups. Permission checks call it, so it uses a
// loop, which is three times as fast as Find.
func (m Management) Manages(g GroupID) bool {
	for i := range m.ManagerOf.items() {
		if m.ManagerOf.items()[i].Group == g {
			return true
		}
	}
	return false
}

// sameGroups reports whether m and n have the same groups, whatever the dates are. It compares
// ascending lists without making sets.
func (m Management) sameGroups(n Management) bool {
	return slices.EqualFunc(m.ManagerOf.items(), n.ManagerOf.items(), func(a, b Assignment) bool {
		return a.Group == b.Group
	}) || m.Groups().Equal(n.Groups())
}

// to returns a Management of exactly the given groups. A group that m already has keeps its date. A
// new group gets the date now. m does not change.
func (m Management) to(groups IDSet[GroupID], now time.Time) Management {
	var list []Assignment
	for g := range groups.All() {
		old, _ := m.ManagerOf.Find(func(a Assignment) bool { return a.Group == g })
		list = append(list, old.to(g, now))
	}
	return Management{ListOf(list...)}
}

// MayHavePassword reports whether the user may have a password: "A User which is created as an
// API User doesn't have a password" (LivePerson).
func (u User) MayHavePassword() bool { return !u.Identity.APIUser }

// Renewed returns the credentials after a password was set. HasPassword becomes true, and ChangedAt
// becomes now. SignInStamp becomes rev, the account revision of this change. ChangeNextLogin
// becomes false if the parameter own is true, which means that the user set the password
// themselves. If own is false, ChangeNextLogin stays. c does not change.
func (c Credentials) Renewed(own bool, now time.Time, rev Revision) Credentials {
	c.HasPassword, c.ChangedAt, c.SignInStamp = true, now, rev
	c.ChangeNextLogin = c.ChangeNextLogin && !own
	return c
}

// Compared returns how many of the last passwords, the present one first, a new password must
// differ from. That is remember, the number that the policy remembers. If own is set and the user
// must change the password (ChangeNextLogin), it is at least 1, because the same password is no
// change. A password that another actor sets is not compared for that reason: the user must
// change it anyway, and an error would reveal the present password to the actor.
func (c Credentials) Compared(own bool, remember int) int {
	if own && c.ChangeNextLogin {
		return max(1, remember)
	}
	return remember
}

// Dropped returns the credentials of a user without a password since now. Stamp sets SignInStamp.
func (c Credentials) Dropped(now time.Time) Credentials { return Credentials{ChangedAt: now} }

// Only returns a copy of u that has the id, the version and the attributes in a. Every other
// attribute has its default. Presence.Since and Presence.CallID stay only if a has AttrStatus, and
// Lifecycle.Erased only if a has AttrDeleted. ConfigVersion, the sign-in stamp and HoldUntil are
// zero. u does not change.
func (u User) Only(a Attributes) User {
	u.ConfigVersion, u.Credentials.SignInStamp, u.Lifecycle.HoldUntil = 0, 0, time.Time{}
	if !a.Has(AttrStatus) {
		u.Presence = Presence{Lock: u.Presence.Lock}
	}
	if !a.Has(AttrDeleted) {
		u.Lifecycle.Erased = false
	}
	for attr := range AllAttributes().Without(a).All() {
		attributes[attr].reset(&u)
	}
	return u
}
