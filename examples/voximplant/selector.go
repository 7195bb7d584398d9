package voximplant

import (
	"context"
	"errors"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// all selects every user.
const all = "all"

// selector is a pair of parameters of which at most one may be given, such as user_id and
// user_name.
type selector struct {
	byID, byName bool // which were given
	wrong        bool // one of them has a problem
}

func (s selector) given() bool { return s.byID || s.byName }

// one returns error 458 if both parameters are given. If none is given and one is required, it adds
// a problem of the first.
func (c *call) one(s selector, names [2]string, required bool) error {
	switch {
	case s.byID && s.byName:
		return refuse(codeOnlyOne, names[0]+", "+names[1])
	case !s.given() && !s.wrong && required:
		c.in.Problem(names[0], validate.Required)
	}
	return nil
}

// application is the selector application_id or application_name.
type application struct {
	selector
	id   int64
	name string
}

// readApplication returns the id or the name of the application from the parameter application_id
// or application_name. An application_id of 0 counts as missing. readApplication does not check
// whether the application exists; the method find checks this. It adds a problem for an invalid
// value. It adds a problem Required for application_id if the parameter required is true, and both
// parameters are missing and have no problem.
//
// Errors: 458 if both parameters are given.
func (c *call) readApplication(required bool) (application, error) {
	var a application
	before := c.in.Problems().Len()
	a.id = c.id("application_id")
	a.byID = a.id != 0
	a.name, a.byName = c.in.Text("application_name")
	a.wrong = c.in.Problems().Len() > before
	return a, c.one(a.selector, [2]string{"application_id", "application_name"}, required)
}

// id returns the id in the parameter with the given name, or 0 if the parameter is not given. If
// the value is negative or not a whole number, id adds a problem and returns 0.
func (c *call) id(name string) int64 {
	n, ok := c.in.Int(name)
	if ok && n < 0 {
		c.in.Problem(name, validate.Invalid)
		return 0
	}
	return n
}

// find returns the id of the application that the selector a contains by id or by name. It returns
// 0 if the selector is empty. Errors: 116 if no application has the id; 107 if no application has
// the name; other errors of Handle.Reference and Handle.ReferenceByName.
func (c *call) find(ctx context.Context, a application) (user.ApplicationID, error) {
	var ref user.Reference
	var err error
	refusal := refuse(codeApplicationID, "application_id")
	switch {
	case a.id != 0:
		ref, err = c.Reference(ctx, user.ReferenceApplication, a.id)
	case a.byName:
		refusal = refuse(codeApplicationName, "application_name")
		ref, err = c.ReferenceByName(ctx, user.ReferenceApplication, a.name)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return 0, refusal
	}
	return user.ApplicationID(ref.ID), err
}

// users is the selector user_id or user_name, a list of ids or of names.
type users struct {
	selector
	ids   []int64
	names []string
	all   bool
}

// readUser returns the id or the name of the one user from the parameter user_id or user_name. A
// user_id of 0 counts as missing. readUser does not check whether the user exists; the method
// resolve checks this. It adds a problem for an invalid value. It adds a problem Required if both
// parameters are missing, or if user_name is given without an application (the parameter app).
// Errors: 458 if both parameters are given.
func (c *call) readUser(app application) (users, error) {
	var s users
	before := c.in.Problems().Len()
	if id := c.id("user_id"); id != 0 {
		s.ids = []int64{id}
	}
	if name, ok := c.in.Text("user_name"); ok {
		s.names = []string{name}
	}
	s.wrong = c.in.Problems().Len() > before
	return s, c.checkUsers(&s, app)
}

// readUsers returns the ids or the names of the users from the parameter user_id or user_name: a
// JSON list, or a text with semicolons between the elements. The single value "all" selects every
// user, and a single user_id of 0 counts as missing. readUsers adds a problem for any other user_id
// that is not a positive whole number, and for a user_name that is empty or neither a text nor a
// number. Missing parameters and error 458 are as checkUsers describes.
func (c *call) readUsers(app application) (users, error) {
	var s users
	before := c.in.Problems().Len()
	ids, names := c.elements("user_id"), c.elements("user_name")
	for i, element := range ids {
		element.Text = strings.TrimSpace(element.Text)
		switch id, ok := element.Int(); {
		case element.Text == all && len(ids) == 1:
			s.all, s.byID = true, true
		case ok && id == 0 && len(ids) == 1 && element.Name != "": // the parameter itself, which is not given then
		case !ok || id <= 0:
			c.refuseElement("user_id", i, element)
		default:
			s.ids = append(s.ids, id)
		}
	}
	for i, element := range names {
		switch {
		case element.Text == all && len(names) == 1:
			s.all, s.byName = true, true
		case element.Kind > vendorhttp.Number || element.Text == "":
			c.refuseElement("user_name", i, element)
		default:
			s.names = append(s.names, element.Text)
		}
	}
	s.wrong = c.in.Problems().Len() > before
	return s, c.checkUsers(&s, app)
}

// maxElements is the greatest number of elements of a list in one text.
const maxElements = 10_000

// refuseElement adds a problem Invalid for one element of the parameter with the given name. The
// path of the problem is the path of the element with index i. If the value of the parameter is not
// a list, element is the whole value, and the path is the path of the parameter.
func (c *call) refuseElement(name string, i int, element vendorhttp.Value) {
	path := c.in.Path(name)
	if element.Name == "" {
		path = validate.Element(path, i)
	}
	c.in.Problems().Add(validate.Problem{Path: path, Code: validate.Invalid})
}

// elements returns the elements of the list in the parameter with the given name. The value may be
// a JSON list, or a text with semicolons between the elements. Any other value is the only element.
// elements returns nil if the parameter is missing or null. If the text has more than maxElements
// elements, elements adds a problem TooLong and returns nil.
func (c *call) elements(name string) []vendorhttp.Value {
	v, ok := c.in.Value(name)
	switch {
	case !ok || v.Kind == vendorhttp.Null:
		return nil
	case v.Kind == vendorhttp.List:
		return v.Items
	case v.Kind > vendorhttp.Number || !strings.Contains(v.Text, ";"):
		return []vendorhttp.Value{v}
	case strings.Count(v.Text, ";") >= maxElements:
		c.in.Problem(name, validate.TooLong)
		return nil
	}
	var list []vendorhttp.Value
	for element := range strings.SplitSeq(v.Text, ";") {
		list = append(list, vendorhttp.Value{Text: element})
	}
	return list
}

// checkUsers sets s.byID if s has ids and s.byName if s has names, and checks the parameters
// user_id and user_name. It returns error 458 if both are given. Otherwise it returns nil, and adds
// a problem Required in these cases:
//
//   - for user_id, if both parameters are missing and had no problem
//   - for application_id, if user_name is given and app is missing and had no problem: "The
//     application ID. It is required if the user_name is specified"
func (c *call) checkUsers(s *users, app application) error {
	s.byID, s.byName = s.byID || len(s.ids) > 0, s.byName || len(s.names) > 0
	if err := c.one(s.selector, [2]string{"user_id", "user_name"}, true); err != nil {
		return err
	}
	if s.byName && !app.given() && !app.wrong {
		c.in.Problem("application_id", validate.Required)
	}
	return nil
}

// resolve returns the ids of the users that s selects by ids or by names. It returns an empty list
// if s selects all users. The parameter app is the id of the selected application, or 0 for none.
// If app is 0, resolve does not check whether the ids exist. A user name must equal the login byte
// by byte, although the directory also finds other spellings.
//
// Errors:
//   - 117 if app is not 0 and no user has the id
//   - 393 if the user with the id is not in the application
//   - 496 if no user has exactly this name, or the user is not in the application
//   - other errors of Handle.Get and Handle.Find
func (c *call) resolve(ctx context.Context, s users, app user.ApplicationID) ([]user.ID, error) {
	ids := make([]user.ID, 0, len(s.ids)+len(s.names))
	for _, id := range s.ids {
		if app != 0 {
			u, err := c.Get(ctx, user.ID(id))
			if err != nil {
				return nil, err
			}
			if !u.Access.Applications.Has(app) {
				return nil, refuse(codeNotInApplication, "user_id")
			}
		}
		ids = append(ids, user.ID(id))
	}
	for _, name := range s.names {
		u, err := c.Find(ctx, user.KeyLogin, name)
		if errors.Is(err, storage.ErrNotFound) || errors.Is(err, validate.ErrInvalid) ||
			err == nil && (u.Identity.Login != name || !u.Access.Applications.Has(app)) {
			return nil, refuse(codeInvalid, "user_name")
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, u.ID)
	}
	return ids, nil
}
