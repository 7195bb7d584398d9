package omnidesk

import (
	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// textParam is a text that POST /user and PUT /user/{id} set.
type textParam struct {
	names     []string
	attribute user.Attribute
	rule      validate.Rule
	field     func(*user.Patch) *user.Field[string]
	at        func(*user.User) *string
	otherwise string // the default of POST; "" where POST requires it
	about     string
}

// textParams maps parameters to attributes. POST names the telephone telephone_number, and PUT
// names it telephone; both calls accept both names.
var textParams = []textParam{
	{
		[]string{"firstname"}, user.AttrFirstName, validate.OmnideskFirstName,
		func(p *user.Patch) *user.Field[string] { return &p.FirstName },
		func(u *user.User) *string { return &u.Names.First }, "", "The first name.",
	},
	{
		[]string{"lastname"}, user.AttrLastName, validate.OmnideskLastName,
		func(p *user.Patch) *user.Field[string] { return &p.LastName },
		func(u *user.User) *string { return &u.Names.Last }, "", "The last name.",
	},
	{
		[]string{"name"}, user.AttrLogin, validate.OmnideskName,
		func(p *user.Patch) *user.Field[string] { return &p.Login },
		func(u *user.User) *string { return &u.Identity.Login }, "", "The name to sign in with.",
	},
	{
		[]string{"email"}, user.AttrEmail, validate.OmnideskEmail,
		func(p *user.Patch) *user.Field[string] { return &p.Email },
		func(u *user.User) *string { return &u.Contact.Email }, "", "The e-mail address.",
	},
	{
		[]string{"telephone_number", "telephone"}, user.AttrPhone, validate.OmnideskTelephone,
		func(p *user.Patch) *user.Field[string] { return &p.Phone },
		func(u *user.User) *string { return &u.Contact.Phone }, "", "The telephone number.",
	},
	{
		[]string{"language"}, user.AttrLanguage, validate.OmnideskLanguage,
		func(p *user.Patch) *user.Field[string] { return &p.Language },
		func(u *user.User) *string { return &u.Contact.Language }, "en", "The language.",
	},
	{
		[]string{"dateFormat"}, user.AttrDateFormat, validate.OmnideskDateFormat,
		func(p *user.Patch) *user.Field[string] { return &p.DateFormat },
		func(u *user.User) *string { return &u.Contact.DateFormat }, "en_GB", "How dates are shown.",
	},
}

// named returns the value of the parameter that has one of the names, and true if the request has
// the parameter, even with null. If the parameter is missing, the value is empty and its name is
// the first of the names. If the directory later reports a problem of the attribute a, the reply
// shows this problem under the name of the returned value.
func (c *call) named(a user.Attribute, names ...string) (vendorhttp.Value, bool) {
	v, ok := c.Value(names...)
	if !ok {
		v.Name = names[0]
	}
	c.as(a.Path(), v.Name)
	return v, ok
}

// groups returns the group ids in the parameter groups as a set. The set is empty if groups is
// missing or null. The second result reports whether the request has the parameter, even if it is
// null or wrong. groups adds a problem if the value is no list, and one for each element that is
// not a whole number. If all elements are whole numbers, it adds a problem for each number below 1.
func (c *call) groups() (user.IDSet[user.GroupID], bool) {
	v, given := c.named(user.AttrGroups, "groups")
	list, numbers := c.Ints(",", "groups")
	ids := make([]user.GroupID, len(list))
	for i, n := range list {
		ids[i] = user.GroupID(n)
		if numbers && n <= 0 { // here, because a set no longer knows the places
			c.Problems().Add(validate.Problem{Path: validate.Element(c.Path(v.Name), i), Code: validate.OutOfRange})
		}
	}
	return user.IDSetOf(ids...), given
}

// create implements POST /user: "Creates a new user." It returns a reply with the id of the new
// user. A missing or null language becomes "en", and a missing or null dateFormat becomes "en_GB";
// the other texts are required. If sendActivationMail is true or missing, create records a request
// for an activation mail. Errors: those of done; those of roster.Handle.Create.
func create(c *call) ([]byte, error) {
	var n roster.CreateParams
	for _, t := range textParams {
		c.named(t.attribute, t.names...)
		if _, given := c.value(t.names...); !given && t.otherwise != "" {
			*t.at(&n.User) = t.otherwise
			continue
		}
		*t.at(&n.User) = c.text(t.names[0])
	}
	n.User.Access.Groups, _ = c.groups()
	mail, given := c.Bool("sendActivationMail")
	n.Activation = mail || !given
	if err := c.done(); err != nil {
		return nil, err
	}
	r, err := c.handle.Create(c.context(), n)
	return about(result("User created."), r.User.ID), err
}

// update implements PUT /user/{id}: "Updates the user's data. Leaving any parameter empty will
// submit it as such. If you don't want to change a property, do not include it at all." It sets the
// attributes whose parameters the request contains. For an empty or null parameter it sets an empty
// value. update does not change the other attributes. Errors: those of done, also for a value that
// is not valid; those of roster.Handle.Patch.
func update(c *call) ([]byte, error) {
	id := c.pathID()
	var p user.Patch
	for _, t := range textParams {
		if v, given := c.named(t.attribute, t.names...); given {
			*t.field(&p) = user.Set(c.text(v.Name))
		}
	}
	if groups, given := c.groups(); given {
		p.Groups = user.Set(groups)
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.Patch(c.context(), id, p)
	return done("User updated.", err)
}

// rename implements PUT usernameUpdate, firstnameUpdate and lastnameUpdate, which set one text of a
// user. The text must not be empty.
func rename(name string, attribute user.Attribute, message string) func(*call) ([]byte, error) {
	return func(c *call) ([]byte, error) {
		id := c.namedID()
		var p user.Patch
		for _, t := range textParams {
			if t.attribute == attribute {
				c.as(attribute.Path(), name)
				*t.field(&p) = user.Set(c.text(name))
			}
		}
		if err := c.done(); err != nil {
			return nil, err
		}
		_, err := c.handle.Patch(c.context(), id, p)
		return done(message, err)
	}
}
