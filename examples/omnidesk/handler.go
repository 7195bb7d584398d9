package omnidesk

import (
	"net/http"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Options are those of every vendor, and how values are read.
type Options struct {
	vendorhttp.Options
	// Strict reads every value by what the vendor's patterns meant. Without it they are read to the
	// letter, but for query and campaign, whose letter would let through what turns up in pages and
	// logs.
	Strict bool
}

// Base is the path of the controller.
const Base = "/api/v2/user"

// New returns a handler that serves the controller at its native paths to callers with a key of
// the realm, and 404 in the vendor's form at other paths.
func New(dir *roster.Directory, realm *vendorhttp.Credentials, opts Options) http.Handler {
	a := &api{dir: dir, realm: realm, policy: permission.Omnidesk(), profile: validate.Documented, lists: opts.Lists()}
	if opts.Strict {
		a.profile = validate.Strict
	}
	a.paths = make(map[string]http.Handler)
	methods := make(map[string]map[string]http.HandlerFunc)
	for _, e := range endpoints {
		if methods[e.path] == nil {
			methods[e.path] = make(map[string]http.HandlerFunc)
		}
		methods[e.path][e.method] = a.serve(e)
	}
	for path, m := range methods {
		a.paths[path] = vendorhttp.Methods(fail, m)
	}
	a.user = a.paths[byID]
	delete(a.paths, byID)
	return opts.Wrap(a, knownNames, fail)
}

// endpoint is one line of the vendor's list. Its path is below Base.
type endpoint struct {
	method, path string
	run          func(*call) ([]byte, error)
}

// byID is the only path that is not a fixed text.
const byID = "/{id}"

var endpoints = []endpoint{
	{http.MethodGet, "", index},
	{http.MethodGet, "/settings", settings},
	{http.MethodGet, "/getUserViews", views},
	{http.MethodPost, "", create},
	{http.MethodPut, byID, update},
	{http.MethodPut, "/updateUserView", updateView},
	{http.MethodPut, "/maxChats", maxChats},
	{http.MethodPut, "/chatSoundNewMessage", chatSound},
	{http.MethodPut, "/notifyOnTicketAssignment", notifyAssignment},
	{http.MethodPost, "/userStatistic", addStatistic},
	{http.MethodDelete, "/userStatistic", deleteStatistic},
	{http.MethodPut, "/watch", watch},
	{http.MethodPost, "/refreshTab", refreshTab},
	{http.MethodPost, "/updateStatus", updateStatus},
	{http.MethodPut, "/ticketIncognitoMode", incognito},
	{http.MethodPut, "/callsAutoAnswer", autoAnswer},
	{http.MethodPost, "/userCampaignState", campaignState},
	{http.MethodPost, "/statusLock", lockStatus},
	{http.MethodPost, "/statusLockDelete", unlockStatus},
	{http.MethodPut, "/usernameUpdate", rename("username", user.AttrLogin, "Username updated.")},
	{http.MethodPut, "/firstnameUpdate", rename("firstname", user.AttrFirstName, "First name updated.")},
	{http.MethodPut, "/lastnameUpdate", rename("lastname", user.AttrLastName, "Last name updated.")},
	{http.MethodPost, "/reserveUserForLiveChannel", reserve},
}

type api struct {
	dir     *roster.Directory
	realm   *vendorhttp.Credentials
	policy  *permission.Policy
	profile validate.Profile
	lists   *vendorhttp.Gate
	paths   map[string]http.Handler // below Base
	user    http.Handler            // of a path that ends in an id
}

// ServeHTTP finds the path's handler. It is not a ServeMux because that one answers some paths
// itself, and not in the vendor's form.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, Base)
	if !ok {
		fail(w, r, vendorhttp.Failure{Code: vendorhttp.CodeNoRoute})
		return
	}
	h := a.paths[path]
	if h == nil && isID(path) {
		h = a.user
	}
	if h == nil {
		fail(w, r, vendorhttp.Failure{Code: vendorhttp.CodeNoRoute})
		return
	}
	h.ServeHTTP(w, r)
}

// form takes bodies of every sort on every method: the vendor's own examples differ in it from call
// to call.
var form = vendorhttp.Form{Media: vendorhttp.AnyForm | vendorhttp.LooseMultipart, Names: knownNames, Quoted: true, Brackets: true}

// serve runs one endpoint: the key first, so that a stranger learns nothing; then the request's
// form, then what it asks.
func (a *api) serve(e endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key, inQuery, err := a.authenticate(r)
		if err != nil {
			fail(w, r, vendorhttp.FailureOf(err))
			return
		}
		values, err := form.Read(r)
		if err != nil {
			fail(w, r, vendorhttp.FailureOf(err))
			return
		}
		c := call{
			Reader: values.Reader(), request: r, reply: w, lists: a.lists, dir: a.dir, key: key, profile: a.profile,
			handle: a.dir.As(key.Account, key.Actor()).WithAuthorizer(a.policy).WithValidation(a.profile),
		}
		if inQuery {
			c.Has(keyName)
		}
		answer, err := e.run(&c)
		if err != nil {
			fail(w, r, c.translate(vendorhttp.FailureOf(err)))
			return
		}
		if answer != nil { // else it was sent already
			reply(w, http.StatusOK, answer)
		}
	}
}
