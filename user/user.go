package user

import "time"

// User is one user of an account. Its groups say what belongs to what; the comment at each
// attribute names the vendors' words for it. Times are UTC with a precision of microseconds.
type User struct {
	ID            ID       `json:"id"`
	Version       Revision `json:"version"`                 // the revision of the account that last changed this user
	ConfigVersion Revision `json:"configVersion,omitempty"` // the one that last changed Configuration of this user

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

// Identity says what tells a user from every other one.
type Identity struct {
	Login       string `json:"login"`                 // loginName, userName, user_name, Omnidesk's name; unique in the account
	PID         string `json:"pid,omitempty"`         // LivePerson "A user's process id", unique
	EmployeeID  string `json:"employeeId,omitempty"`  // LivePerson "The external employee ID of the user"
	Kind        Kind   `json:"kind"`                  // LivePerson userTypeId
	APIUser     bool   `json:"apiUser,omitempty"`     // LivePerson isApiUser: signs in by API instead of a password
	Description string `json:"description,omitempty"` // LivePerson description
	CustomData  string `json:"customData,omitempty"`  // Voximplant user_custom_data, "Any string"
}

// Names says what a user is called.
type Names struct {
	First   string `json:"first,omitempty"`   // firstname, firstName
	Last    string `json:"last,omitempty"`    // lastname, lastName
	Full    string `json:"full,omitempty"`    // LivePerson fullName, unique; its API shows it empty
	Display string `json:"display,omitempty"` // user_display_name, LivePerson nickname
}

// Contact says how a user is reached and in which language.
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

// Credentials says what may be known of a user's password. The secret itself is a Secret, stored
// apart.
//
// SignInStamp tells which sign-ins are still good. It is the revision of the account that last set
// or dropped the password, disabled, deleted or erased the user, or took a role from them (0: none
// did); nothing else changes it, and no value comes twice. A host that keeps sessions of its own
// stores the stamp that SignIn returned with the session, and ends the session when the user has
// another one.
type Credentials struct {
	HasPassword     bool      `json:"hasPassword,omitempty"`
	ChangeNextLogin bool      `json:"changeNextLogin,omitempty"` // changePwdNextLogin, changePasswordOnFirstLogin
	ChangedAt       time.Time `json:"changedAt,omitzero"`        // lastPwdChangeDate
	SignInStamp     Revision  `json:"signInStamp,omitempty"`
}

// Capacity says how much work an agent takes and of which sort. Losing the role Agent resets
// MaxChats, MaxAsyncChats, MemberOf and Skills (LivePerson, "User profile role change from Agent").
type Capacity struct {
	MaxChats      int               `json:"maxChats,omitempty"`     // maxChats: "The maximum number of chats a user can take"
	MaxAsyncChats Optional          `json:"maxAsyncChats,omitzero"` // maxAsyncChats: absent inherits the account's
	MemberOf      Assignment        `json:"memberOf,omitzero"`      // memberOf
	Skills        IDSet[SkillID]    `json:"skills,omitzero"`        // skillIds, skills
	Queues        IDSet[QueueID]    `json:"queues,omitzero"`        // Voximplant acd_queues
	Reservations  List[Reservation] `json:"reservations,omitzero"`  // slots of MaxChats promised to a channel
}

// Assignment is a user's place in an agent group, and since when. The date is the library's, never
// a caller's.
type Assignment struct {
	Group GroupID   `json:"group"`
	Since time.Time `json:"since,omitzero"` // LivePerson assignmentDate, read only
}

// IsZero reports whether there is no assignment.
func (a Assignment) IsZero() bool { return a.Group == 0 }

// equal compares no date where there is no assignment: encoded, such a date is gone.
func (a Assignment) equal(b Assignment) bool {
	return a.Group == b.Group && (a.IsZero() || a.Since.Equal(b.Since))
}

// Management says which agent groups an agent manager manages. Losing the role Agent Manager resets
// it.
type Management struct {
	ManagerOf List[Assignment] `json:"managerOf,omitzero"` // managerOf, ascending by group
}

// Presence says whether a user is at work.
type Presence struct {
	Status Status     `json:"status"`          // acd_status, statusID
	Since  time.Time  `json:"since,omitzero"`  // acd_status_change_time
	Lock   StatusLock `json:"lock,omitzero"`   // Omnidesk statusLock
	CallID int64      `json:"callId,omitzero"` // Omnidesk lastInternalCallID
}

// Preferences are what a user chose for himself.
type Preferences struct {
	ChatSound        bool            `json:"chatSound,omitempty"`        // chatSoundNewMessage
	NotifyAssignment bool            `json:"notifyAssignment,omitempty"` // notifyOnTicketAssignment
	Incognito        bool            `json:"incognito,omitempty"`        // ticketIncognitoMode
	AutoAnswer       bool            `json:"autoAnswer,omitempty"`       // callsAutoAnswer
	Views            IDSet[ViewID]   `json:"views,omitzero"`             // selected views, updateUserView
	Statistics       List[Statistic] `json:"statistics,omitzero"`        // userStatistic, watch
	Campaigns        List[Campaign]  `json:"campaigns,omitzero"`         // userCampaignState
}

// Access says what a user may get at.
type Access struct {
	Disabled         bool                     `json:"disabled,omitempty"`         // not isEnabled, not user_active
	DisabledManually bool                     `json:"disabledManually,omitempty"` // disabledManually
	Granted          Roles                    `json:"granted,omitzero"`           // roles granted directly
	Profiles         IDSet[ProfileID]         `json:"profiles,omitzero"`          // profileIds; a profile may give a role
	Roles            Roles                    `json:"roles"`                      // Granted and what Profiles give; derived, never set
	Groups           IDSet[GroupID]           `json:"groups,omitzero"`            // Omnidesk groups
	PermissionGroups IDSet[PermissionGroupID] `json:"permissionGroups,omitzero"`  // permissionGroups
	Applications     IDSet[ApplicationID]     `json:"applications,omitzero"`      // application_id
	LinesOfBusiness  IDSet[LineOfBusinessID]  `json:"linesOfBusiness,omitzero"`   // lobIds
	Devices          IDSet[DeviceID]          `json:"devices,omitzero"`           // Genesys devices
	AllowedAppKeys   string                   `json:"allowedAppKeys,omitempty"`   // allowedAppKeys: names of keys, no secrets
	OAuth2ClientID   string                   `json:"oauth2ClientId,omitempty"`   // oauth2ClientId
}

// Billing says whose money a user spends.
type Billing struct {
	ParentAccounting bool `json:"parentAccounting,omitempty"` // parent_accounting: the account's money instead of his own
}

// Lifecycle says when a user came and went.
type Lifecycle struct {
	Created   time.Time `json:"created,omitzero"`   // created
	Updated   time.Time `json:"updated,omitzero"`   // dateUpdated, modified
	Deleted   time.Time `json:"deleted,omitzero"`   // deleted; zero while he lives
	Erased    bool      `json:"erased,omitempty"`   // his personal data are gone for good
	HoldUntil time.Time `json:"holdUntil,omitzero"` // until when, deleted, he still claims his unique names
}

// Live reports whether the user is not deleted.
func (u User) Live() bool { return u.Lifecycle.Deleted.IsZero() }

// Enabled reports whether the user may sign in and work: isEnabled, user_active.
func (u User) Enabled() bool { return !u.Access.Disabled }

// MaxAsyncChats returns how many messaging conversations the user can take: his own number, or the
// account's ("If null, the user will inherit the account's default value", LivePerson).
func (u User) MaxAsyncChats(account Account) int {
	return u.Capacity.MaxAsyncChats.Or(account.DefaultMaxAsyncChats)
}

// Manages reports whether the user manages the agent group g.
func (u User) Manages(g GroupID) bool { return u.Management.Manages(g) }
