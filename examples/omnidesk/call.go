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

// call is one request: what it says, and the account as its key sees it.
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

// done ends the reading of the request: what nobody asked for is a problem, and all problems are
// reported at once.
func (c *call) done() error {
	c.Unknown()
	err := c.Err()
	c.read = err == nil
	return err
}

// alias says by which name the vendor knows what the directory calls by a path.
type alias struct{ path, name string }

// as makes problems at the directory's path problems of the parameter, if the call gets that far.
func (c *call) as(path, name string) { c.aliases = append(c.aliases, alias{path, name}) }

// translate puts the names of the request in the place of the directory's.
func (c *call) translate(f vendorhttp.Failure) vendorhttp.Failure {
	if !c.read {
		return f // a parameter that nobody knows may be called like one of the directory's paths
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

// takenPaths are the attributes that the directory refuses to give twice.
var takenPaths = map[string]string{user.KeyLogin.String(): user.AttrLogin.Path()}

// value reads a parameter, if it was given and not as null: null says as much as leaving it out.
func (c *call) value(names ...string) (vendorhttp.Value, bool) {
	v, ok := c.Value(names...)
	return v, ok && v.Kind != vendorhttp.Null
}

// requireAll takes a problem for each required parameter that was not given, or as null.
func (c *call) requireAll(rows []vendorhttp.Parameter) {
	for i := range rows {
		if _, ok := c.value(rows[i].Name); rows[i].Required && !ok {
			c.Problem(rows[i].Name, validate.Required)
		}
	}
}

// text reads a text that must keep the rule of its row.
func (c *call) text(name string) string {
	s, _ := c.Checked(c.profile, name)
	return s
}

// number reads a whole number that must keep the rule of its row; otherwise is its default.
func (c *call) number(otherwise int64, name string) int64 {
	if n, ok := c.CheckedInt(c.profile, name); ok {
		return n
	}
	return otherwise
}

// state reads a switch, 0 or 1.
func (c *call) state(name string) bool {
	on, _ := c.Bool(name)
	return on
}

// ownUser is the literal that stands for the key's own user.
const ownUser = "UID"

// subject returns the user that the call is about: the id, or the key's own user for "UID" and for
// no id.
func (c *call) subject() user.ID {
	if v, ok := c.value("userID"); ok {
		return c.idOf(v)
	}
	return c.self("userID")
}

// namedID reads the id of a call that names it "id", and shows no default for it.
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

// self returns the user that the key acts as. A key may act as nobody: then a user must be named.
func (c *call) self(name string) user.ID {
	if c.key.User == 0 {
		c.Problem(name, validate.Required)
	}
	return c.key.User
}

// isID reports whether what follows Base is the id of a user.
func isID(path string) bool {
	id, ok := strings.CutPrefix(path, "/")
	return ok && id != "" && (id == ownUser || strings.Trim(id, "0123456789") == "")
}

// pathID returns the id in the path. One too great to be an id is nobody's.
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
