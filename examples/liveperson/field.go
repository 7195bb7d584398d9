package liveperson

import (
	"strconv"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// field is one row of the vendor's table "Entity Structure".
type field struct {
	name      string
	attribute user.Attribute // the attribute that the field sets
	readOnly  bool           // the field sets no attribute
	required  bool           // required in a body
	kind      vendorhttp.Type
	core      bool // always shown
	group     int  // the index in selection.groups, or noGroup
	write     func([]byte, *user.User, *selection) []byte
	key       string // the name as a JSON text, with the colon
}

// fields is the table in the vendor's order. It does not have the passwords, which are never shown.
var fields = withKeys([]field{
	{name: "id", readOnly: true, core: true, kind: vendorhttp.TypeInteger, write: func(b []byte, u *user.User, _ *selection) []byte {
		return strconv.AppendInt(b, int64(u.ID), 10)
	}},
	text("pid", user.AttrPID, true, func(u *user.User) string { return u.Identity.PID }),
	{name: "deleted", readOnly: true, core: true, kind: vendorhttp.TypeBoolean, write: func(b []byte, u *user.User, _ *selection) []byte {
		return strconv.AppendBool(b, !u.Live())
	}},
	text("loginName", user.AttrLogin, true, func(u *user.User) string { return u.Identity.Login }),
	// "In order to avoid exposing potentially personal information, this field will return an
	// empty value"
	needed(text("fullName", user.AttrFullName, false, func(*user.User) string { return "" })),
	needed(text("nickname", user.AttrDisplayName, false, func(u *user.User) string { return u.Names.Display })),
	needed(flag("isEnabled", user.AttrEnabled, func(u *user.User) bool { return u.Enabled() })),
	needed(number("maxChats", user.AttrMaxChats, func(u *user.User) int { return u.Capacity.MaxChats })),
	ids("skillIds", user.AttrSkills, func(u *user.User) user.IDSet[user.SkillID] { return u.Capacity.Skills }),
	needed(text("email", user.AttrEmail, false, func(u *user.User) string { return u.Contact.Email })),
	{name: "memberOf", attribute: user.AttrMemberOf, group: memberOf, kind: vendorhttp.TypeObject, write: writeMemberOf},
	{name: "managerOf", attribute: user.AttrManagerOf, group: managerOf, kind: vendorhttp.TypeObjects, write: writeManagerOf},
	flag("changePwdNextLogin", user.AttrChangeNextLogin, func(u *user.User) bool { return u.Credentials.ChangeNextLogin }),
	date("lastPwdChangeDate", func(u *user.User) time.Time { return u.Credentials.ChangedAt }),
	date("dateUpdated", func(u *user.User) time.Time { return u.Lifecycle.Updated }),
	ids("permissionGroups", user.AttrPermissionGroups,
		func(u *user.User) user.IDSet[user.PermissionGroupID] { return u.Access.PermissionGroups }),
	text("pictureId", user.AttrPictureID, false, func(u *user.User) string { return u.Contact.PictureID }),
	text("pictureUrl", user.AttrPictureURL, false, func(u *user.User) string { return u.Contact.PictureURL }),
	flag("disabledManually", user.AttrDisabledManually, func(u *user.User) bool { return u.Access.DisabledManually }),
	text("description", user.AttrDescription, false, func(u *user.User) string { return u.Identity.Description }),
	text("mobileNumber", user.AttrMobile, false, func(u *user.User) string { return u.Contact.Mobile }),
	text("employeeId", user.AttrEmployeeID, false, func(u *user.User) string { return u.Identity.EmployeeID }),
	text("backgndImgUri", user.AttrBackgroundURI, false, func(u *user.User) string { return u.Contact.BackgroundURI }),
	text("pnCertName", user.AttrMobileApp, false, func(u *user.User) string { return u.Contact.MobileApp }),
	{name: "maxAsyncChats", attribute: user.AttrMaxAsyncChats, group: noGroup, kind: vendorhttp.TypeInteger, write: writeMaxAsyncChats},
	needed(ids("profileIds", user.AttrProfiles, func(u *user.User) user.IDSet[user.ProfileID] { return u.Access.Profiles })),
	flag("isApiUser", user.AttrAPIUser, func(u *user.User) bool { return u.Identity.APIUser }),
	number("userTypeId", user.AttrKind, func(u *user.User) int { return u.Identity.Kind.Number() }),
	text("allowedAppKeys", user.AttrAllowedAppKeys, false, func(u *user.User) string { return u.Access.AllowedAppKeys }),
	text("oauth2ClientId", user.AttrOAuth2ClientID, false, func(u *user.User) string { return u.Access.OAuth2ClientID }),
	ids("lobIds", user.AttrLinesOfBusiness,
		func(u *user.User) user.IDSet[user.LineOfBusinessID] { return u.Access.LinesOfBusiness }),
})

// oauthVersion is the first version with oauth2ClientId: "Was introduced with API version 6.0".
const oauthVersion = 6

var (
	coreFields  = bitsOf(func(f *field) bool { return f.core })
	oauthField  = bitsOf(func(f *field) bool { return f.attribute == user.AttrOAuth2ClientID && !f.readOnly })
	byName      = namesOf(fields)
	ownedBefore = attributesOf(func(f *field) bool { return f.attribute != user.AttrOAuth2ClientID })
	owned       = attributesOf(func(*field) bool { return true })
)

// attributesAt returns the attributes of the model that have a field in the given version of the
// API.
func attributesAt(version float64) user.Attributes {
	if version < oauthVersion {
		return ownedBefore
	}
	return owned
}

func withKeys(list []field) []field {
	for i := range list {
		list[i].key = `"` + list[i].name + `":`
		if list[i].name != "memberOf" && list[i].name != "managerOf" {
			list[i].group = noGroup
		}
	}
	return list
}

func bitsOf(has func(*field) bool) (set uint64) {
	for i := range fields {
		if has(&fields[i]) {
			set |= 1 << i
		}
	}
	return set
}

func attributesOf(has func(*field) bool) (set user.Attributes) {
	for i := range fields {
		if f := &fields[i]; !f.readOnly && has(f) {
			set = set.With(user.AttributesOf(f.attribute))
		}
	}
	return set
}

func namesOf(list []field) map[string]int {
	names := make(map[string]int, len(list))
	for i := range list {
		names[list[i].name] = i
	}
	return names
}

// fieldByName returns the index in fields of the field with the name, -1 if there is none.
func fieldByName(name string) int {
	if i, ok := byName[name]; ok {
		return i
	}
	return -1
}

// needed returns the field f as one that is required in a body.
func needed(f field) field {
	f.required = true
	return f
}

func text(name string, a user.Attribute, core bool, of func(*user.User) string) field {
	return field{name: name, attribute: a, core: core, kind: vendorhttp.TypeText, write: func(b []byte, u *user.User, _ *selection) []byte {
		return vendorhttp.AppendText(b, of(u))
	}}
}

func flag(name string, a user.Attribute, of func(*user.User) bool) field {
	return field{name: name, attribute: a, kind: vendorhttp.TypeBoolean, write: func(b []byte, u *user.User, _ *selection) []byte {
		return strconv.AppendBool(b, of(u))
	}}
}

func number(name string, a user.Attribute, of func(*user.User) int) field {
	return field{name: name, attribute: a, kind: vendorhttp.TypeInteger, write: func(b []byte, u *user.User, _ *selection) []byte {
		return strconv.AppendInt(b, int64(of(u)), 10)
	}}
}

func ids[T ~int64](name string, a user.Attribute, of func(*user.User) user.IDSet[T]) field {
	return field{name: name, attribute: a, kind: vendorhttp.TypeIntegers, write: func(b []byte, u *user.User, _ *selection) []byte {
		b = append(b, '[')
		for id := range of(u).All() {
			b = append(strconv.AppendInt(b, int64(id), 10), ',')
		}
		return closeValue(b, ']')
	}}
}

func date(name string, of func(*user.User) time.Time) field {
	return field{name: name, readOnly: true, write: func(b []byte, u *user.User, _ *selection) []byte {
		return appendDate(b, of(u))
	}}
}

func writeMaxAsyncChats(b []byte, u *user.User, _ *selection) []byte {
	n, ok := u.Capacity.MaxAsyncChats.Get()
	if !ok {
		return append(b, "null"...) // null means the value of the account
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func writeMemberOf(b []byte, u *user.User, s *selection) []byte {
	if u.Capacity.MemberOf.IsZero() {
		return append(b, "null"...)
	}
	return appendGroup(b, u.Capacity.MemberOf, s.groups[memberOf])
}

func writeManagerOf(b []byte, u *user.User, s *selection) []byte {
	b = append(b, '[')
	for group := range u.Management.ManagerOf.All() {
		b = append(appendGroup(b, group, s.groups[managerOf]), ',')
	}
	return closeValue(b, ']')
}

func appendGroup(b []byte, a user.Assignment, f groupFields) []byte {
	b = append(b, '{')
	if f&agentGroupID != 0 {
		b = append(strconv.AppendInt(append(b, `"agentGroupId":`...), int64(a.Group), 10), ',')
	}
	if f&assignmentDate != 0 {
		b = append(appendDate(append(b, `"assignmentDate":`...), a.Since), ',')
	}
	return closeValue(b, '}')
}

// closeValue ends a JSON list or object: it replaces the comma at the end of b by the bracket. If b
// does not end with a comma, it appends the bracket.
func closeValue(b []byte, bracket byte) []byte {
	if b[len(b)-1] == ',' {
		b[len(b)-1] = bracket
		return b
	}
	return append(b, bracket)
}

// appendUser appends the user u to b as a JSON object with the fields that s selects, and returns
// the result.
func appendUser(b []byte, u *user.User, s *selection) []byte {
	b = append(b, '{')
	for i := range fields {
		if s.fields&(1<<i) != 0 {
			b = append(fields[i].write(append(b, fields[i].key...), u, s), ',')
		}
	}
	return closeValue(b, '}')
}

// dateLayout: "The format: year-month-date hrs:min:sec", in UTC.
const dateLayout = "2006-01-02 15:04:05"

// appendDate appends t to b as a JSON string in UTC, in the vendor's form of a date and time, and
// returns the result. It appends null for the zero time.
func appendDate(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	return append(t.UTC().AppendFormat(b, dateLayout), '"')
}
