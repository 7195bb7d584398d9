package liveperson

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// call is one request. After the sign-in, the handle acts as the caller.
type call struct {
	roster.Handle
	a    *api
	w    http.ResponseWriter // for a reply that is sent piece by piece
	r    *http.Request
	path path
	do   *endpoint
	who  user.ID

	version  float64
	fields   selection
	deleted  bool // the parameter include_deleted
	revision user.Revision
	hasRev   bool // the header If-Match has a revision
}

// documents describes the bodies of the API.
var documents = vendorhttp.Form{Media: vendorhttp.JSON, Names: knownNames}

// listDocuments describes the bodies of calls with many users.
var listDocuments = vendorhttp.Form{Media: vendorhttp.JSON, Names: knownNames, Objects: true}

// errMustChange means that the caller must change the password first.
var errMustChange = errors.New("liveperson: the password must be changed first")

// authenticate finds the user of the request by the Bearer token in the header Authorization. It
// stores the id of the user in c.who, and in c.Handle a handle of the account in the path. The
// handle acts as the user, or as the key if the key has permissions. The token is that of a
// session, or the secret of a key in the credentials of the server. A key that has an id is only
// for the login, and is refused here.
//
// Errors: vendorhttp.ErrCredentials if the token is missing or unknown, belongs to another account,
// or is the secret of a key with an id; those of mayGoOn if the user of the session had to change
// the password at the login. A request in which this user changes the password is allowed.
func (c *call) authenticate(ctx context.Context) error {
	token, ok := bearer(c.r)
	if !ok {
		return vendorhttp.ErrCredentials
	}
	account := user.AccountID(c.path.account)
	actor := roster.Actor{}
	if s, ok := c.a.sessions.find(token); ok {
		if s.account != account {
			return vendorhttp.ErrCredentials
		}
		c.who, actor = s.user, roster.UserActor(s.user).SignedIn(s.stamp)
		if s.mustChange && !(c.path.route == changePasswordRoute && c.path.name == s.user.String()) {
			if err := c.mayGoOn(ctx, s); err != nil {
				return err
			}
		}
	} else {
		key, ok := c.a.realm.KeyBySecret(vendorhttp.LivePerson, token)
		if !ok || key.ID != "" || key.Account != account {
			return vendorhttp.ErrCredentials
		}
		c.who, actor = key.User, key.Actor()
	}
	c.Handle = c.a.dir.As(account, actor).WithAuthorizer(c.a.policy).WithValidation(validate.Documented).WithPasswordPolicy(c.a.passwords)
	return nil
}

// mayGoOn checks that the user of the session s need not change the password ("Flag that forces
// user to change password on next login"). It returns nil if the change is no longer required.
//
// Errors: errMustChange if the change is still required; vendorhttp.ErrCredentials if the user no
// longer exists, or if the user's sign-in stamp is not that of the session, for example after a
// change of the password; those of reading the user.
//
// The system actor reads the user, because the policy may hide users from themselves. For the
// system actor the directory does not compare the stamps, so mayGoOn compares them.
func (c *call) mayGoOn(ctx context.Context, s session) error {
	u, err := c.a.dir.As(s.account, roster.SystemActor()).Get(ctx, s.user)
	switch {
	case errors.Is(err, storage.ErrNotFound) || err == nil && u.Credentials.SignInStamp != s.stamp:
		return vendorhttp.ErrCredentials
	case err == nil && u.Credentials.ChangeNextLogin:
		return errMustChange
	}
	return err
}

// bearer returns the Bearer token in the header Authorization of the request, and true. The word
// Bearer is compared without regard to case. The second result is false if the header is missing,
// has another scheme or has no token. The caller must then ignore the first result.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, ok && token != "" && strings.EqualFold(scheme, "Bearer")
}

// readQuery reads into c the query parameters that all requests about users have in common: the
// version, which is required, the fields to show, and whether deleted users are included. It also
// reads the revision in the header If-Match. It ignores the parameter source. An empty parameter
// counts as missing. Errors: that of a query that cannot be read; a *validate.Error with all
// problems, such as a missing version, a wrong value or an unknown parameter.
func (c *call) readQuery() error {
	values, err := documents.Query(c.r)
	if err != nil {
		return err
	}
	in := values.Reader()
	in.EmptyIsAbsent = true
	in.Takes(c.do.query)
	in.RequireAll()
	c.readVersion(in)
	c.deleted, _ = in.Bool("include_deleted")
	selector, _ := in.Text("select")
	if c.fields, err = parseSelect(selector); err != nil {
		in.Problems().Add(validate.Problem{Path: "/select", Code: validate.Invalid, Params: reason(err)})
	}
	c.fields.before(c.version)
	in.Has("source") // the vendor's web pages send it
	in.Unknown()
	c.readRevision(in)
	return in.Err()
}

// readVersion reads the version of the API in the parameter v into c.version. If the value is
// missing or wrong, c.version stays 0; for a wrong value readVersion adds a problem to the reader
// in.
func (c *call) readVersion(reader *vendorhttp.Reader) {
	before := reader.Problems().Len()
	if text, ok := reader.Checked(validate.Strict, "v"); ok && reader.Problems().Len() == before {
		c.version, _ = strconv.ParseFloat(text, 64) // the rule allows only numbers
	}
}

// readRevision reads the revision in the header If-Match, with or without quotes. It sets
// c.revision and c.hasRev. It sets nothing if the header is missing or empty, or has the value -1
// or *. If the value is not a revision, readRevision sets nothing and adds a problem to the reader
// in.
func (c *call) readRevision(reader *vendorhttp.Reader) {
	text := strings.Trim(strings.TrimSpace(c.r.Header.Get("If-Match")), `"`)
	if text == "" || text == "*" || !reader.Problems().Check(validate.LivePersonRevision, validate.Strict, "/If-Match", text) || text == "-1" {
		return
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		reader.Problem("If-Match", validate.OutOfRange)
		return
	}
	c.revision, c.hasRev = user.Revision(n), true
}

// unchanged reports whether the caller already has the present state: the revision in the header
// If-Match is at least changed, the revision of the last change. It returns false if the request
// has no such revision. now is the configuration revision of the account. Errors:
// *roster.StaleError if the revision in If-Match is greater than now.
func (c *call) unchanged(changed, now user.Revision) (bool, error) {
	switch {
	case !c.hasRev:
		return false, nil
	case c.revision > now:
		return false, &roster.StaleError{Expected: c.revision, Current: now}
	}
	return c.revision >= changed, nil
}

// options returns the options of a call that changes existing users: more, and the condition that
// the users have not changed since the revision in the header If-Match, if there is one.
func (c *call) options(more ...roster.CallOption) []roster.CallOption {
	if c.hasRev {
		more = append(more, roster.IfUnchangedSince(c.revision))
	}
	return more
}

// userID returns the id of the user in the path of the request. Errors: a *validate.Error at
// /userId if the text there is not an id.
func (c *call) userID() (user.ID, error) {
	id, err := user.ParseID(c.path.name)
	if err != nil {
		return 0, invalid("/userId", validate.Invalid)
	}
	return id, nil
}
