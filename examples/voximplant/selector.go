package voximplant

import (
	"context"
	"errors"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// all selects every user.
const all = "all"

// oneOf checks that exactly one of two parameters is given: both are 458, none is 485 if it is required.
func (c *call) oneOf(byID, byName bool, names [2]string, required bool) error {
	switch {
	case byID && byName:
		return refuse(codeOnlyOne, names[0]+", "+names[1])
	case !byID && !byName && required:
		return refuse(codeRequired, names[0])
	}
	return nil
}

// application is the selector application_id or application_name.
type application struct {
	id     int64
	name   string
	byName bool
}

func (a application) given() bool { return a.id != 0 || a.byName }

// readApplication reads the selector; required says that one of the two must be given.
func (c *call) readApplication(required bool) (application, error) {
	var a application
	a.id = c.id("application_id")
	a.name, a.byName = c.in.Text("application_name")
	return a, c.oneOf(a.id != 0, a.byName, [2]string{"application_id", "application_name"}, required)
}

// id reads an id; 0 is not given.
func (c *call) id(name string) int64 {
	n, ok := c.in.Int(name)
	if ok && n < 0 {
		c.in.Problem(name, validate.Invalid)
		return 0
	}
	return n
}

// find returns the id of the application, 0 if none was given. One that is not there is 116 or 107.
func (c *call) find(ctx context.Context, a application) (user.ApplicationID, error) {
	var ref user.Ref
	var err error
	refusal := refuse(codeApplicationID, "application_id")
	switch {
	case a.id != 0:
		ref, err = c.Reference(ctx, user.RefApplication, a.id)
	case a.byName:
		refusal = refuse(codeApplicationName, "application_name")
		ref, err = c.ReferenceByName(ctx, user.RefApplication, a.name)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return 0, refusal
	}
	return user.ApplicationID(ref.ID), err
}

// users is the selector user_id or user_name, a list of ids or of names.
type users struct {
	ids   []int64
	names []string
	all   bool
}

// readUsers reads the selector. "The application ID. It is required if the user_name is specified".
func (c *call) readUsers(list bool, app application) (users, error) {
	var s users
	allIDs, allNames := false, false
	if list {
		allIDs, allNames = c.isAll("user_id"), c.isAll("user_name")
	}
	s.all = allIDs || allNames
	switch {
	case allIDs:
	case list:
		s.ids = c.ids("user_id")
	default:
		if id := c.id("user_id"); id != 0 {
			s.ids = []int64{id}
		}
	}
	switch {
	case allNames:
	case list:
		s.names, _ = c.in.Texts(";", "user_name")
	default:
		if name, ok := c.in.Text("user_name"); ok {
			s.names = []string{name}
		}
	}
	if err := c.in.Err(); err != nil {
		return s, err
	}
	byID, byName := len(s.ids) > 0 || allIDs, len(s.names) > 0 || allNames
	if err := c.oneOf(byID, byName, [2]string{"user_id", "user_name"}, true); err != nil {
		return s, err
	}
	if byName && !app.given() {
		return s, refuse(codeRequired, "application_id")
	}
	return s, nil
}

// isAll reports whether a list is "all".
func (c *call) isAll(name string) bool {
	v, ok := c.in.Value(name)
	return ok && v.Text == all
}

// ids reads an intlist; 0 is not given.
func (c *call) ids(name string) []int64 {
	list, _ := c.in.Ints(";", name)
	for _, id := range list {
		if id < 0 {
			c.in.Problem(name, validate.Invalid)
			return nil
		}
	}
	return slices.DeleteFunc(list, func(id int64) bool { return id == 0 })
}

// resolve returns the ids of the selected users. Who is not there is 117 or, by name, 496; who is not in the
// application that was given, 393.
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
		u, err := c.Find(ctx, user.ByLogin, name)
		if errors.Is(err, storage.ErrNotFound) || errors.Is(err, validate.ErrInvalid) || err == nil && !u.Access.Applications.Has(app) {
			return nil, refuse(codeInvalid, "user_name")
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, u.ID)
	}
	return ids, nil
}
