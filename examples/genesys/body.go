package genesys

import (
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// form accepts bodies of JSON only.
var form = vendorhttp.Form{Media: vendorhttp.JSON, Names: knownNames, IgnoreQuery: true}

// body is the user in a request's body. A pointer is nil if the body does not name the member, or
// if the member is null.
type body struct {
	userName, firstName, lastName, password, email *string
	changeFirst, enabled                           *bool
	doNotDisturb                                   *bool
	roles                                          *user.Roles
	skills, devices                                *[]int64
}

// readBody reads the query and the body of a request that creates or changes a user. create is true
// if the request creates a user. Otherwise id is the user to change. A member that is missing or
// null in the body is nil in the result.
//
// Errors, in this order: a *validate.Error for a query parameter; those of form.Read; a
// *validate.Error with every problem of the body, such as a missing required member, a wrong value,
// an unknown member, and a new value for a read-only member (readUnchanged).
func (c *call) readBody(create bool, id user.ID) (body, error) {
	c.query.Unknown()
	if err := c.query.Err(); err != nil {
		return body{}, err
	}
	values, err := form.Read(c.request)
	if err != nil {
		return body{}, err
	}
	in := values.Reader()
	in.Takes(c.takes)
	in.RequireAll()
	b := body{
		userName: text(in, "userName"), password: text(in, "password"), firstName: text(in, "firstName"), lastName: text(in, "lastName"),
		email: text(in, "emailAddress"), changeFirst: flag(in, "changePasswordOnFirstLogin"),
		enabled: flag(in, "enabled"), roles: readRoles(in, create),
		skills: readObjects(in, "skills", user.ParseID), devices: readObjects(in, "devices", parseDeviceID),
	}
	if s := text(in, "doNotDisturb"); s != nil {
		on := *s == "On"
		b.doNotDisturb = &on
	}
	c.readUnchanged(in, create, id)
	in.Unknown()
	return b, in.Err()
}

// readUnchanged reads the members that identify the user. They may be sent with their current
// value, and cannot be changed. Ids, and texts that contain an id, are compared without regard to
// case.
func (c *call) readUnchanged(reader *vendorhttp.Reader, create bool, id user.ID) {
	u := user.User{ID: id}
	for i := range identityRows {
		name := identityRows[i].Name
		text, ok := reader.Text(name)
		f, _ := fieldByName(name)
		if !ok {
			continue
		}
		is := fields[f].text(c, &u)
		if same := text == is || name != "contactCenterId" && strings.EqualFold(text, is); create || !same {
			reader.Problem(name, validate.ReadOnly)
		}
	}
}

func text(reader *vendorhttp.Reader, name string) *string {
	if s, ok := reader.Checked(validate.Documented, name); ok {
		return &s
	}
	return nil
}

func flag(reader *vendorhttp.Reader, name string) *bool {
	if b, ok := reader.Bool(name); ok {
		return &b
	}
	return nil
}

// readRoles reads the member roles of the body: a list of names, or one text with commas between
// names. It returns nil if the member is missing or null. If the member has another form, it
// returns nil and adds a problem to the reader. It leaves out each unknown name and adds a
// problem. This problem repeats the name only if the name has the form of a role. If create is
// true, an empty list is also a problem.
func readRoles(reader *vendorhttp.Reader, create bool) *user.Roles {
	names, ok := reader.Texts(",", "roles")
	if !ok {
		return nil
	}
	if create && len(names) == 0 {
		reader.Problem("roles", validate.Required)
	}
	var roles user.Roles
	for i, name := range names {
		path := validate.Element(reader.Path("roles"), i)
		if p, ok := validate.GenesysRole.Check(validate.Documented, path, name); !ok {
			if looksLikeRole(name) {
				p.Params = p.Params.WithText("role", name)
			}
			reader.Problems().Add(p)
			continue
		}
		role, _ := roleByName(name)
		roles = roles.With(user.RolesOf(role))
	}
	return &roles
}

// looksLikeRole reports whether a text has the form of a role's name. Only then a reply repeats it.
func looksLikeRole(s string) bool {
	return len(s) <= 40 && strings.HasPrefix(s, "ROLE_") && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

// readObjects reads the member of the body with the given name, a list of objects, and returns the
// id of each object. parse converts the text of an id. readObjects returns nil if the member is
// missing or null. If the member is not a list, it returns nil and adds a problem to the reader. If
// parse refuses an id, readObjects adds a problem to the reader, and this id is 0.
func readObjects(reader *vendorhttp.Reader, name string, parse func(string) (user.ID, error)) *[]int64 {
	value, ok := reader.Value(name)
	if !ok || value.Kind == vendorhttp.Null {
		return nil
	}
	if value.Kind != vendorhttp.List {
		reader.Problem(name, validate.Invalid)
		return nil
	}
	ids := make([]int64, len(value.Items))
	for i, item := range value.Items {
		object := vendorhttp.Values{Members: item.Items}
		id, err := parse(object.Text("id"))
		if err != nil {
			reader.Problems().Add(validate.Problem{Path: validate.Element(reader.Path(name), i), Code: validate.Invalid})
		}
		ids[i] = int64(id)
	}
	return &ids
}

func parseDeviceID(s string) (user.ID, error) {
	if p, ok := validate.GenesysDeviceID.Check(validate.Documented, "", s); !ok {
		return 0, p
	}
	return parseID(strings.ReplaceAll(s, "-", "")), nil
}

// newUser returns the parameters to create a user with the attributes and the password in b.
// Attributes that b does not have are zero. If b has no member enabled, the user is enabled.
func (b *body) newUser() roster.CreateParams {
	var n roster.CreateParams
	n.User.Identity.Login = value(b.userName)
	n.User.Names = user.Names{First: value(b.firstName), Last: value(b.lastName)}
	n.User.Contact.Email = value(b.email)
	n.User.Credentials.ChangeNextLogin = value(b.changeFirst)
	n.User.Access.Granted = value(b.roles)
	n.User.Access.Disabled = b.enabled != nil && !*b.enabled
	if value(b.doNotDisturb) {
		n.User.Presence.Status = user.DND
	}
	n.User.Capacity.Skills = idsOf[user.SkillID](value(b.skills))
	n.User.Access.Devices = idsOf[user.DeviceID](value(b.devices))
	n.Password = roster.PasswordOf(value(b.password))
	return n
}

// edit returns the edit that changes the user with the id to the values in b. It includes a new
// password if b has one. If the user is also the caller, the old password in the edit is the one
// that the caller signed in with.
func (b *body) edit(c *call, id user.ID) roster.Edit {
	e := roster.Edit{ID: id, Patch: user.Patch{FirstName: set(b.firstName), LastName: set(b.lastName)}, PatchFunc: b.adapt}
	if b.password != nil {
		e.Password = &roster.PasswordChange{New: roster.PasswordOf(*b.password)}
		if c.own(id) {
			e.Password.Old, e.Password.HasOld = c.secret, true // the call was signed in with it
		}
	}
	return e
}

// adapt adds to the patch p the attributes of the body b that differ from present, the stored user,
// and returns p. It skips attributes that b does not have or that are already stored, so a client
// can send back a user that it read, even if the policy forbids some changes. adapt does not change
// the names in p and does not set a password.
func (b *body) adapt(present user.User, p user.Patch) user.Patch {
	p.Login = change(b.userName, present.Identity.Login)
	p.Email = change(b.email, present.Contact.Email)
	p.ChangeNextLogin = change(b.changeFirst, present.Credentials.ChangeNextLogin)
	p.Enabled = change(b.enabled, present.Enabled())
	if b.roles != nil {
		wanted := withRoles(present.Access.Roles, *b.roles)
		p.Roles = change(&wanted, present.Access.Roles)
	}
	if b.doNotDisturb != nil && *b.doNotDisturb != present.Presence.Status.DoNotDisturb() {
		p.Status = user.Clear[user.Status]()
		if *b.doNotDisturb {
			p.Status = user.Set(user.DND)
		}
	}
	if b.skills != nil {
		if ids := idsOf[user.SkillID](*b.skills); !ids.Equal(present.Capacity.Skills) {
			p.Skills = user.Set(ids)
		}
	}
	if b.devices != nil {
		if ids := idsOf[user.DeviceID](*b.devices); !ids.Equal(present.Access.Devices) {
			p.Devices = user.Set(ids)
		}
	}
	return p
}

// change returns a field that sets *v, if v is not nil and *v differs from present.
func change[T comparable](v *T, present T) user.Field[T] {
	if v == nil || *v == present {
		return user.Field[T]{}
	}
	return user.Set(*v)
}

func set[T any](v *T) user.Field[T] {
	if v == nil {
		return user.Field[T]{}
	}
	return user.Set(*v)
}

func value[T any](v *T) (zero T) {
	if v == nil {
		return zero
	}
	return *v
}

func idsOf[T ~int64](list []int64) user.IDSet[T] {
	ids := make([]T, len(list))
	for i, id := range list {
		ids[i] = T(id)
	}
	return user.IDSetOf(ids...)
}
