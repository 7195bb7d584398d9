package omnidesk

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// call is one request, with a handle of the account that acts as the key.
type call struct {
	*vendorhttp.Reader
	request *http.Request
	reply   http.ResponseWriter // for a list that is sent piece by piece
	lists   *vendorhttp.Gate
	dir     *roster.Directory
	key     vendorhttp.Key
	handle  roster.Handle
	profile validate.Profile
	aliases []alias
	read    bool // the request is all right: from here on, problems are the directory's
}

func (c *call) context() context.Context { return c.request.Context() }

// done ends the reading of the parameters. It returns all problems found in them as an error,
// including one for each unknown parameter, or nil if there are none. Call done before the handle
// is used, because translate converts the paths of problems only after done has returned nil.
func (c *call) done() error {
	c.Unknown()
	err := c.Err()
	c.read = err == nil
	return err
}

// alias is the vendor's name for a path of the directory.
type alias struct{ path, name string }

// as records that a problem of the directory at the path is shown under the parameter name
// (translate).
func (c *call) as(path, name string) { c.aliases = append(c.aliases, alias{path, name}) }

// translate returns the failure f with parameter names instead of attribute paths in the problems.
// If f says that another user already has the login, and the endpoint has a parameter for the
// login, the only problem of the result is Duplicate at this parameter. If done found a problem or
// was not called, translate returns f unchanged.
func (c *call) translate(f vendorhttp.Failure) vendorhttp.Failure {
	if !c.read {
		return f // an unknown parameter may have the name of one of the directory's paths
	}
	f.Problems = slices.Clone(f.Problems)
	for i := range f.Problems {
		for _, a := range c.aliases {
			rest, ok := strings.CutPrefix(f.Problems[i].Path, a.path)
			if ok && (rest == "" || rest[0] == '/') {
				f.Problems[i].Path = c.Path(a.name) + rest
				break
			}
		}
	}
	if f.Code == roster.CodeExists {
		for _, a := range c.aliases {
			if a.path == takenPaths[f.What] {
				f.Problems = []validate.Problem{{Path: c.Path(a.name), Code: validate.Duplicate}}
			}
		}
	}
	return f
}

// takenPaths has the paths of unique attributes, by the name in *storage.ExistsError.
var takenPaths = map[string]string{user.KeyLogin.String(): user.AttrLogin.Path()}

// value returns a parameter. A null counts as not given.
func (c *call) value(names ...string) (vendorhttp.Value, bool) {
	v, ok := c.Value(names...)
	return v, ok && v.Kind != vendorhttp.Null
}

// text returns a text, and adds a problem if it breaks the rule of its row.
func (c *call) text(name string) string {
	s, _ := c.Checked(c.profile, name)
	return s
}

// number returns a whole number, or otherwise if it is missing. It adds a problem if the number
// breaks the rule of its row.
func (c *call) number(otherwise int64, name string) int64 {
	if n, ok := c.CheckedInt(c.profile, name); ok {
		return n
	}
	return otherwise
}

// state returns the flag in the parameter with the given name, and false if the parameter is
// missing. It adds a problem if the value is not a boolean.
func (c *call) state(name string) bool {
	on, _ := c.Bool(name)
	return on
}

// ownUser is the text that stands for the user that the API key acts as.
const ownUser = "UID"

// targetID returns the id of the user that the call is about. For "UID" and without an id it is the
// user that the API key acts as.
func (c *call) targetID() user.ID {
	if v, ok := c.value("userID"); ok {
		return c.idOf(v)
	}
	return c.self("userID")
}

// namedID returns the user id in the parameter id. For "UID" it returns the id of the user that the
// API key acts as, and adds a problem if the key acts as no user. If the parameter is missing or
// null, namedID returns 0 and adds no problem. It adds a problem for any other value that is not a
// positive integer.
func (c *call) namedID() user.ID {
	v, ok := c.value("id")
	if !ok {
		return 0
	}
	return c.idOf(v)
}

func (c *call) idOf(v vendorhttp.Value) user.ID {
	if v.Text == ownUser && v.Kind <= vendorhttp.String {
		return c.self(v.Name)
	}
	n, ok := v.Int()
	if !ok || n <= 0 {
		c.Problem(v.Name, validate.Invalid)
	}
	return user.ID(n)
}

// self returns the user that the key acts as. If the key acts as no user, it adds a problem
// Required at the parameter name.
func (c *call) self(name string) user.ID {
	if c.key.User == 0 {
		c.Problem(name, validate.Required)
	}
	return c.key.User
}

// isID reports whether the path behind Base is the id of a user.
func isID(path string) bool {
	id, ok := strings.CutPrefix(path, "/")
	return ok && id != "" && (id == ownUser || strings.Trim(id, "0123456789") == "")
}

// pathID returns the user id at the end of the request's path. For "UID" it returns the id of the
// user that the API key acts as, and adds a problem if the key acts as no user. It returns 0, the
// id of no user, if the number is no valid id, for example if the number is too great. The path
// must be one for which isID is true.
func (c *call) pathID() user.ID {
	text := c.request.URL.Path[len(Base)+1:]
	if text == ownUser {
		return c.self("id")
	}
	id, err := user.ParseID(text)
	if err != nil {
		return 0
	}
	return id
}
