package user

import (
	"encoding/json"
	"fmt"
	"iter"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Attribute names one attribute of a user. The numbers may change between versions; the names do not.
type Attribute uint8

// The attributes that a patch can name, grouped as in User; then those that only the library sets.
const (
	AttrLogin Attribute = iota
	AttrPID
	AttrEmployeeID
	AttrKind
	AttrAPIUser
	AttrDescription
	AttrCustomData

	AttrFirstName
	AttrLastName
	AttrFullName
	AttrDisplayName

	AttrEmail
	AttrPhone
	AttrMobile
	AttrLanguage
	AttrDateFormat
	AttrPictureID
	AttrPictureURL
	AttrBackgroundURI
	AttrMobileApp

	AttrChangeNextLogin

	AttrMaxChats
	AttrMaxAsyncChats
	AttrMemberOf
	AttrSkills
	AttrQueues

	AttrManagerOf

	AttrStatus

	AttrChatSound
	AttrNotifyAssignment
	AttrIncognito
	AttrAutoAnswer
	AttrViews
	AttrStatistics
	AttrCampaigns

	AttrEnabled
	AttrDisabledManually
	AttrProfiles
	AttrGranted // the roles granted directly
	AttrRoles   // the resulting set; in a patch, the set that is wanted
	AttrGroups
	AttrPermissionGroups
	AttrApplications
	AttrLinesOfBusiness
	AttrDevices
	AttrAllowedAppKeys
	AttrOAuth2ClientID

	AttrParentAccounting

	AttrPassword // write only: set by the password calls, never read
	AttrPasswordChanged
	AttrStatusLock
	AttrReservations
	AttrCreated
	AttrUpdated
	AttrDeleted
	numAttributes
)

// numPatched counts the attributes that a patch can name.
const numPatched = AttrPassword

// attributeRow is what the package knows of one attribute. All that treats every attribute alike (patch, difference,
// replacement, reset) goes through the table of these rows, so that a new attribute is one row.
type attributeRow struct {
	name  string // as the model calls it, "maxChats"
	path  string // JSON pointer into the encoded user, "/capacity/maxChats"
	equal func(a, b *User) bool
	text  func(*User) string

	state func(*Patch) fieldState // nil: a patch cannot name it
	keep  func(*Patch, *User)     // makes the patch set what the user has
	drop  func(*Patch)            // makes the patch leave the attribute as it is
	reset func(*User)             // takes the attribute back to its default
	apply func(*User, *Patch)     // nil: Patch.Apply has a rule of its own for it
}

// plain is a row for an attribute that == compares.
func plain[T comparable](name, path string, at func(*User) *T, in func(*Patch) *Field[T]) attributeRow {
	return direct(name, path, at, in, func(a, b T) bool { return a == b })
}

// valued is a row for an attribute with an Equal method.
func valued[T interface{ Equal(T) bool }](name, path string, at func(*User) *T, in func(*Patch) *Field[T]) attributeRow {
	return direct(name, path, at, in, func(a, b T) bool { return a.Equal(b) })
}

func direct[T any](name, path string, at func(*User) *T, in func(*Patch) *Field[T], same func(a, b T) bool) attributeRow {
	r := special(name, path,
		func(a, b *User) bool { return same(*at(a), *at(b)) },
		func(u *User) string { return fmt.Sprint(*at(u)) },
		in, func(u *User) T { return *at(u) },
		func(u *User) { *at(u) = *new(T) })
	r.apply = func(u *User, p *Patch) { *at(u) = in(p).value } // a cleared field holds the zero value
	return r
}

// special is a row for an attribute that Patch.Apply sets by a rule of its own.
func special[T any](name, path string, equal func(a, b *User) bool, text func(*User) string,
	in func(*Patch) *Field[T], value func(*User) T, reset func(*User),
) attributeRow {
	return attributeRow{
		name: name, path: path, equal: equal, text: text, reset: reset,
		state: func(p *Patch) fieldState { return in(p).state },
		keep:  func(p *Patch, u *User) { *in(p) = Set(value(u)) },
		drop:  func(p *Patch) { *in(p) = Field[T]{} },
	}
}

// moment is a row for a time that only the library sets.
func moment(name, path string, at func(*User) time.Time) attributeRow {
	return attributeRow{
		name: name, path: path,
		equal: func(a, b *User) bool { return at(a).Equal(at(b)) },
		text: func(u *User) string {
			if at(u).IsZero() {
				return ""
			}
			return at(u).Format(time.RFC3339Nano)
		},
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

var attributes = [numAttributes]attributeRow{
	AttrLogin: plain("login", "/identity/login",
		func(u *User) *string { return &u.Identity.Login }, func(p *Patch) *Field[string] { return &p.Login }),
	AttrPID: plain("pid", "/identity/pid",
		func(u *User) *string { return &u.Identity.PID }, func(p *Patch) *Field[string] { return &p.PID }),
	AttrEmployeeID: plain("employeeId", "/identity/employeeId",
		func(u *User) *string { return &u.Identity.EmployeeID }, func(p *Patch) *Field[string] { return &p.EmployeeID }),
	AttrKind: plain("kind", "/identity/kind",
		func(u *User) *Kind { return &u.Identity.Kind }, func(p *Patch) *Field[Kind] { return &p.Kind }),
	AttrAPIUser: plain("apiUser", "/identity/apiUser",
		func(u *User) *bool { return &u.Identity.APIUser }, func(p *Patch) *Field[bool] { return &p.APIUser }),
	AttrDescription: plain("description", "/identity/description",
		func(u *User) *string { return &u.Identity.Description }, func(p *Patch) *Field[string] { return &p.Description }),
	AttrCustomData: plain("customData", "/identity/customData",
		func(u *User) *string { return &u.Identity.CustomData }, func(p *Patch) *Field[string] { return &p.CustomData }),

	AttrFirstName: plain("firstName", "/names/first",
		func(u *User) *string { return &u.Names.First }, func(p *Patch) *Field[string] { return &p.FirstName }),
	AttrLastName: plain("lastName", "/names/last",
		func(u *User) *string { return &u.Names.Last }, func(p *Patch) *Field[string] { return &p.LastName }),
	AttrFullName: plain("fullName", "/names/full",
		func(u *User) *string { return &u.Names.Full }, func(p *Patch) *Field[string] { return &p.FullName }),
	AttrDisplayName: plain("displayName", "/names/display",
		func(u *User) *string { return &u.Names.Display }, func(p *Patch) *Field[string] { return &p.DisplayName }),

	AttrEmail: plain("email", "/contact/email",
		func(u *User) *string { return &u.Contact.Email }, func(p *Patch) *Field[string] { return &p.Email }),
	AttrPhone: plain("phone", "/contact/phone",
		func(u *User) *string { return &u.Contact.Phone }, func(p *Patch) *Field[string] { return &p.Phone }),
	AttrMobile: plain("mobile", "/contact/mobile",
		func(u *User) *string { return &u.Contact.Mobile }, func(p *Patch) *Field[string] { return &p.Mobile }),
	AttrLanguage: plain("language", "/contact/language",
		func(u *User) *string { return &u.Contact.Language }, func(p *Patch) *Field[string] { return &p.Language }),
	AttrDateFormat: plain("dateFormat", "/contact/dateFormat",
		func(u *User) *string { return &u.Contact.DateFormat }, func(p *Patch) *Field[string] { return &p.DateFormat }),
	AttrPictureID: plain("pictureId", "/contact/pictureId",
		func(u *User) *string { return &u.Contact.PictureID }, func(p *Patch) *Field[string] { return &p.PictureID }),
	AttrPictureURL: plain("pictureUrl", "/contact/pictureUrl",
		func(u *User) *string { return &u.Contact.PictureURL }, func(p *Patch) *Field[string] { return &p.PictureURL }),
	AttrBackgroundURI: plain("backgroundUri", "/contact/backgroundUri",
		func(u *User) *string { return &u.Contact.BackgroundURI }, func(p *Patch) *Field[string] { return &p.BackgroundURI }),
	AttrMobileApp: plain("mobileApp", "/contact/mobileApp",
		func(u *User) *string { return &u.Contact.MobileApp }, func(p *Patch) *Field[string] { return &p.MobileApp }),

	AttrChangeNextLogin: plain("changeNextLogin", "/credentials/changeNextLogin",
		func(u *User) *bool { return &u.Credentials.ChangeNextLogin }, func(p *Patch) *Field[bool] { return &p.ChangeNextLogin }),

	AttrMaxChats: plain("maxChats", "/capacity/maxChats",
		func(u *User) *int { return &u.Capacity.MaxChats }, func(p *Patch) *Field[int] { return &p.MaxChats }),
	AttrMaxAsyncChats: plain("maxAsyncChats", "/capacity/maxAsyncChats",
		func(u *User) *Optional { return &u.Capacity.MaxAsyncChats }, func(p *Patch) *Field[Optional] { return &p.MaxAsyncChats }),
	AttrMemberOf: special("memberOf", "/capacity/memberOf",
		func(a, b *User) bool { return a.Capacity.MemberOf.Group == b.Capacity.MemberOf.Group },
		func(u *User) string { return number(int64(u.Capacity.MemberOf.Group)) },
		func(p *Patch) *Field[GroupID] { return &p.MemberOf },
		func(u *User) GroupID { return u.Capacity.MemberOf.Group },
		func(u *User) { u.Capacity.MemberOf = Assignment{} }),
	AttrSkills: valued("skills", "/capacity/skills",
		func(u *User) *IDs[SkillID] { return &u.Capacity.Skills }, func(p *Patch) *Field[IDs[SkillID]] { return &p.Skills }),
	AttrQueues: valued("queues", "/capacity/queues",
		func(u *User) *IDs[QueueID] { return &u.Capacity.Queues }, func(p *Patch) *Field[IDs[QueueID]] { return &p.Queues }),

	AttrManagerOf: special("managerOf", "/management/managerOf",
		func(a, b *User) bool { return a.Management.Groups().Equal(b.Management.Groups()) },
		func(u *User) string { return u.Management.Groups().String() },
		func(p *Patch) *Field[IDs[GroupID]] { return &p.ManagerOf },
		func(u *User) IDs[GroupID] { return u.Management.Groups() },
		func(u *User) { u.Management = Management{} }),

	AttrStatus: special("status", "/presence/status",
		func(a, b *User) bool { return a.Presence.Status == b.Presence.Status },
		func(u *User) string { return u.Presence.Status.String() },
		func(p *Patch) *Field[Status] { return &p.Status },
		func(u *User) Status { return u.Presence.Status },
		func(u *User) { u.Presence.Status = Offline }),

	AttrChatSound: plain("chatSound", "/preferences/chatSound",
		func(u *User) *bool { return &u.Preferences.ChatSound }, func(p *Patch) *Field[bool] { return &p.ChatSound }),
	AttrNotifyAssignment: plain("notifyAssignment", "/preferences/notifyAssignment",
		func(u *User) *bool { return &u.Preferences.NotifyAssignment }, func(p *Patch) *Field[bool] { return &p.NotifyAssignment }),
	AttrIncognito: plain("incognito", "/preferences/incognito",
		func(u *User) *bool { return &u.Preferences.Incognito }, func(p *Patch) *Field[bool] { return &p.Incognito }),
	AttrAutoAnswer: plain("autoAnswer", "/preferences/autoAnswer",
		func(u *User) *bool { return &u.Preferences.AutoAnswer }, func(p *Patch) *Field[bool] { return &p.AutoAnswer }),
	AttrViews: valued("views", "/preferences/views",
		func(u *User) *IDs[ViewID] { return &u.Preferences.Views }, func(p *Patch) *Field[IDs[ViewID]] { return &p.Views }),
	AttrStatistics: valued("statistics", "/preferences/statistics",
		func(u *User) *List[Statistic] { return &u.Preferences.Statistics }, func(p *Patch) *Field[List[Statistic]] { return &p.Statistics }),
	AttrCampaigns: valued("campaigns", "/preferences/campaigns",
		func(u *User) *List[Campaign] { return &u.Preferences.Campaigns }, func(p *Patch) *Field[List[Campaign]] { return &p.Campaigns }),

	AttrEnabled: special("enabled", "/access/disabled",
		func(a, b *User) bool { return a.Access.Disabled == b.Access.Disabled },
		func(u *User) string { return fmt.Sprint(u.Enabled()) },
		func(p *Patch) *Field[bool] { return &p.Enabled },
		func(u *User) bool { return u.Enabled() },
		func(u *User) { u.Access.Disabled = false }),
	AttrDisabledManually: plain("disabledManually", "/access/disabledManually",
		func(u *User) *bool { return &u.Access.DisabledManually }, func(p *Patch) *Field[bool] { return &p.DisabledManually }),
	AttrProfiles: valued("profiles", "/access/profiles",
		func(u *User) *IDs[ProfileID] { return &u.Access.Profiles }, func(p *Patch) *Field[IDs[ProfileID]] { return &p.Profiles }),
	AttrGranted: plain("granted", "/access/granted",
		func(u *User) *Roles { return &u.Access.Granted }, func(p *Patch) *Field[Roles] { return &p.Granted }),
	AttrRoles: special("roles", "/access/roles",
		func(a, b *User) bool { return a.Access.Roles == b.Access.Roles },
		func(u *User) string { return u.Access.Roles.String() },
		func(p *Patch) *Field[Roles] { return &p.Roles },
		func(u *User) Roles { return u.Access.Roles },
		func(u *User) { u.Access.Granted, u.Access.Roles = 0, 0 }),
	AttrGroups: valued("groups", "/access/groups",
		func(u *User) *IDs[GroupID] { return &u.Access.Groups }, func(p *Patch) *Field[IDs[GroupID]] { return &p.Groups }),
	AttrPermissionGroups: valued("permissionGroups", "/access/permissionGroups",
		func(u *User) *IDs[PermissionGroupID] { return &u.Access.PermissionGroups }, func(p *Patch) *Field[IDs[PermissionGroupID]] { return &p.PermissionGroups }),
	AttrApplications: valued("applications", "/access/applications",
		func(u *User) *IDs[ApplicationID] { return &u.Access.Applications }, func(p *Patch) *Field[IDs[ApplicationID]] { return &p.Applications }),
	AttrLinesOfBusiness: valued("linesOfBusiness", "/access/linesOfBusiness",
		func(u *User) *IDs[LineOfBusinessID] { return &u.Access.LinesOfBusiness }, func(p *Patch) *Field[IDs[LineOfBusinessID]] { return &p.LinesOfBusiness }),
	AttrDevices: valued("devices", "/access/devices",
		func(u *User) *IDs[DeviceID] { return &u.Access.Devices }, func(p *Patch) *Field[IDs[DeviceID]] { return &p.Devices }),
	AttrAllowedAppKeys: plain("allowedAppKeys", "/access/allowedAppKeys",
		func(u *User) *string { return &u.Access.AllowedAppKeys }, func(p *Patch) *Field[string] { return &p.AllowedAppKeys }),
	AttrOAuth2ClientID: plain("oauth2ClientId", "/access/oauth2ClientId",
		func(u *User) *string { return &u.Access.OAuth2ClientID }, func(p *Patch) *Field[string] { return &p.OAuth2ClientID }),

	AttrParentAccounting: plain("parentAccounting", "/billing/parentAccounting",
		func(u *User) *bool { return &u.Billing.ParentAccounting }, func(p *Patch) *Field[bool] { return &p.ParentAccounting }),

	AttrPassword: {
		name: "password", path: "/credentials/hasPassword",
		equal: func(a, b *User) bool { return a.Credentials.HasPassword == b.Credentials.HasPassword },
		text: func(u *User) string {
			if u.Credentials.HasPassword {
				return "redacted"
			}
			return ""
		},
	},
	AttrPasswordChanged: moment("passwordChanged", "/credentials/changedAt",
		func(u *User) time.Time { return u.Credentials.ChangedAt }),
	AttrStatusLock: {
		name: "statusLock", path: "/presence/lock",
		equal: func(a, b *User) bool { return a.Presence.Lock.equal(b.Presence.Lock) },
		text:  func(u *User) string { return fmt.Sprint(u.Presence.Lock.Locked) },
	},
	AttrReservations: {
		name: "reservations", path: "/capacity/reservations",
		equal: func(a, b *User) bool { return a.Capacity.Reservations.Equal(b.Capacity.Reservations) },
		text:  func(u *User) string { return number(int64(u.Capacity.Reservations.Len())) },
	},
	AttrCreated: moment("created", "/lifecycle/created", func(u *User) time.Time { return u.Lifecycle.Created }),
	AttrUpdated: moment("updated", "/lifecycle/updated", func(u *User) time.Time { return u.Lifecycle.Updated }),
	AttrDeleted: moment("deleted", "/lifecycle/deleted", func(u *User) time.Time { return u.Lifecycle.Deleted }),
}

// String returns the attribute's name, "maxChats".
func (a Attribute) String() string {
	if a < numAttributes {
		return attributes[a].name
	}
	return fmt.Sprintf("attribute(%d)", uint8(a))
}

// Path returns the JSON pointer (RFC 6901) of the attribute in an encoded User, "/capacity/maxChats". Every problem
// with the attribute carries it.
func (a Attribute) Path() string {
	if a < numAttributes {
		return attributes[a].path
	}
	return ""
}

// ParseAttribute reads an attribute's name.
func ParseAttribute(name string) (Attribute, bool) {
	for i := range attributes {
		if attributes[i].name == name {
			return Attribute(i), true
		}
	}
	return 0, false
}

// Attributes is a set of attributes. The zero value is the empty set.
type Attributes uint64

// AttributesOf returns the set of the given attributes.
func AttributesOf(list ...Attribute) Attributes {
	var s Attributes
	for _, a := range list {
		s |= 1 << a
	}
	return s
}

// AllAttributes returns every attribute, those that only the library sets included.
func AllAttributes() Attributes { return 1<<numAttributes - 1 }

// Patchable returns the attributes that a Patch can name.
func Patchable() Attributes { return 1<<numPatched - 1 }

// Has reports whether a is in the set.
func (s Attributes) Has(a Attribute) bool { return s&(1<<a) != 0 }

// HasAny reports whether s and t share an attribute.
func (s Attributes) HasAny(t Attributes) bool { return s&t != 0 }

// With returns s and t together.
func (s Attributes) With(t Attributes) Attributes { return s | t }

// Without returns s less what is in t.
func (s Attributes) Without(t Attributes) Attributes { return s &^ t }

// Len returns the number of attributes.
func (s Attributes) Len() int { return bits.OnesCount64(uint64(s)) }

// All yields the attributes in the order of the model.
func (s Attributes) All() iter.Seq[Attribute] {
	return func(yield func(Attribute) bool) {
		for rest := uint64(s); rest != 0; rest &= rest - 1 {
			if !yield(Attribute(bits.TrailingZeros64(rest))) {
				return
			}
		}
	}
}

// String lists the names, separated by commas.
func (s Attributes) String() string {
	names := make([]string, 0, s.Len())
	for a := range s.All() {
		names = append(names, a.String())
	}
	return strings.Join(names, ",")
}

// MarshalJSON writes the names as an array.
func (s Attributes) MarshalJSON() ([]byte, error) {
	names := make([]string, 0, s.Len())
	for a := range s.All() {
		names = append(names, a.String())
	}
	return json.Marshal(names)
}

// Differing returns the attributes in which a and b differ.
func Differing(a, b User) Attributes {
	var d Attributes
	for i := range attributes {
		if !attributes[i].equal(&a, &b) {
			d |= 1 << i
		}
	}
	return d
}

// Difference is one attribute before and after a change, in words.
type Difference struct {
	Attribute     Attribute
	Before, After string
}

// Diff lists what differs between two states of a user, in the order of the model. Passwords show as "redacted".
func Diff(before, after User) []Difference {
	var list []Difference
	for a := range Differing(before, after).All() {
		list = append(list, Difference{a, attributes[a].text(&before), attributes[a].text(&after)})
	}
	return list
}

// MarshalText writes the attribute's name.
func (a Attribute) MarshalText() ([]byte, error) { return []byte(a.String()), nil }
