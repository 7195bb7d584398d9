package genesys

import (
	"strconv"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// field is a property of a user in a reply. Exactly one of text, flag and roles is set.
type field struct {
	name  string
	text  func(*call, *user.User) string
	flag  func(*user.User) bool
	roles bool
	rule  validate.Rule // what a filter's text keeps
}

// fields lists the properties that "fields=*" shows, in this order. They are the readable names of
// the attribute table, without skills and devices, which are subresources. A test compares the two.
var fields = [...]field{
	{name: "id", text: func(_ *call, u *user.User) string { return string(appendID(nil, u.ID)) }, rule: validate.GenesysID},
	{name: "userName", text: func(_ *call, u *user.User) string { return u.Identity.Login }, rule: validate.GenesysUserName},
	{name: "firstName", text: func(_ *call, u *user.User) string { return u.Names.First }, rule: validate.GenesysFirstName},
	{name: "lastName", text: func(_ *call, u *user.User) string { return u.Names.Last }, rule: validate.GenesysLastName},
	{name: "emailAddress", text: func(_ *call, u *user.User) string { return u.Contact.Email }, rule: validate.SearchText},
	{name: "roles", roles: true, rule: validate.GenesysRole},
	{name: "enabled", flag: func(u *user.User) bool { return u.Enabled() }},
	{name: "doNotDisturb", text: func(_ *call, u *user.User) string { return doNotDisturb(u) }, rule: validate.GenesysDoNotDisturb},
	{name: "changePasswordOnFirstLogin", flag: func(u *user.User) bool { return u.Credentials.ChangeNextLogin }},
	{name: "contactCenterId", text: func(c *call, _ *user.User) string { return string(c.AccountID()) }, rule: validate.AccountID},
	{name: "uri", text: func(c *call, u *user.User) string { return c.uri(u.ID) }, rule: validate.SearchText},
	{name: "path", text: func(_ *call, u *user.User) string { return string(appendPath(nil, u.ID)) }, rule: validate.SearchText},
}

// fieldSet is a set of indexes in fields, one bit each.
type fieldSet uint16

const allFields fieldSet = 1<<len(fields) - 1

// fieldByName returns the index of a field, and whether it exists.
func fieldByName(name string) (int, bool) {
	for i := range fields {
		if fields[i].name == name {
			return i, true
		}
	}
	return 0, false
}

// doNotDisturb returns "On" or "Off" by the user's status.
func doNotDisturb(u *user.User) string {
	if u.Presence.Status.DoNotDisturb() {
		return "On"
	}
	return "Off"
}

func (c *call) uri(id user.ID) string {
	return string(appendID([]byte(c.scheme+c.host+Users+"/"), id))
}

// appendURI appends the URI of the user with the id to b, as a JSON string, and returns the result.
// The URI has the scheme and the host of the call. appendURI escapes the host, because the caller
// chose the host. The other parts need no escaping.
func (c *call) appendURI(b []byte, id user.ID) []byte {
	at := len(b)
	b = vendorhttp.AppendText(append(b, c.scheme...), c.host)
	copy(b[at+1:], c.scheme) // behind the quote, which goes first
	b[at] = '"'
	return append(appendID(append(b[:len(b)-1], Users+"/"...), id), '"')
}

func appendPath(b []byte, id user.ID) []byte { return appendID(append(b, "/users/"...), id) }

// appendUser appends the user u to b as a JSON object and returns the result. v selects the fields.
// If v also selects the subresources, the object also has the skills and the devices of u, which
// v.refs must contain. appendUser does not use encoding/json, because a read of a user is the most
// frequent call.
func (c *call) appendUser(b []byte, v *view, u *user.User) []byte {
	b = append(b, '{')
	for i := range fields {
		if v.fields&(1<<i) == 0 {
			continue
		}
		f := &fields[i]
		b = append(append(append(b, '"'), f.name...), `":`...)
		switch f.name {
		case "id": // these three without a text of their own
			b = append(appendID(append(b, '"'), u.ID), '"')
		case "path":
			b = append(appendPath(append(b, '"'), u.ID), '"')
		case "uri":
			b = c.appendURI(b, u.ID)
		default:
			b = f.appendValue(b, c, u)
		}
		b = append(b, ',')
	}
	if v.subresources {
		b = append(v.refs.appendSkills(append(b, `"skills":`...), u), ',')
		b = append(v.refs.appendDevices(append(b, `"devices":`...), u), ',')
	}
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	return append(b, '}')
}

func (f *field) appendValue(b []byte, c *call, u *user.User) []byte {
	switch {
	case f.flag != nil:
		return strconv.AppendBool(b, f.flag(u))
	case f.text != nil:
		return vendorhttp.AppendText(b, f.text(c, u))
	}
	b = append(b, '[')
	for _, r := range vendorRoles {
		if u.Access.Roles.Has(r.role) {
			if b[len(b)-1] != '[' {
				b = append(b, ',')
			}
			b = vendorhttp.AppendText(b, r.name)
		}
	}
	return append(b, ']')
}
