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

// Options are the options of all vendors, and the profile of the values.
type Options struct {
	vendorhttp.Options
	// Strict reads every value by what the vendor's patterns meant. Without it they are read to the
	// letter, but for query and campaign, whose letter would let through what turns up in pages and
	// logs.
	Strict bool
}

func (o Options) profile() validate.Profile {
	if o.Strict {
		return validate.Strict
	}
	return validate.Documented
}

// Base is the path of the controller.
const Base = "/api/v2/user"

// New returns a handler that serves the vendor's user controller at Base and the paths below Base.
// It works on the users of dir. A caller needs an API key that is in realm. For any other path the
// handler replies 404 in the vendor's form.
func New(dir *roster.Directory, realm *vendorhttp.Credentials, opts Options) http.Handler {
	a := &api{dir: dir, realm: realm, policy: permission.Omnidesk(), profile: opts.profile(), lists: opts.Lists()}
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

// endpoint is one entry of the vendor's list. Its path is below Base.
type endpoint struct {
	method, path string
	about        string
	takes        []vendorhttp.Parameter
	answers      answer
	run          func(*call) ([]byte, error)
}

// byID is the only path with a variable part.
const byID = "/{id}"

var endpoints = []endpoint{
	{http.MethodGet, "", "Returns all the users.", indexRows, listsUsers, index},
	{http.MethodGet, "/settings", "Returns all the settings for this user.", onlyUserRows, showsUser, settings},
	{http.MethodGet, "/getUserViews", "Returns the selected views of this user.", viewsRows, listsViews, views},
	{http.MethodPost, "", "Creates a new user.", createRows, namesUser, create},
	{http.MethodPut, byID, "Updates the user's data. What is not given stays.", updateRows, saysDone, update},
	{http.MethodPut, "/updateUserView", "Updates the selected views for this user.", updateViewRows, saysDone, updateView},
	{http.MethodPut, "/maxChats", "Updates the maximum chats for this user.", maxChatsRows, saysDone, maxChats},
	{http.MethodPut, "/chatSoundNewMessage", "Updates the chat sound on or off for this user.", switchRows, saysDone, chatSound},
	{http.MethodPut, "/notifyOnTicketAssignment", "Sets whether the user is notified on ticket assignment.", switchRows, saysDone, notifyAssignment},
	{http.MethodPost, "/userStatistic", "Adds user statistic KPI.", statisticRows, saysDone, addStatistic},
	{http.MethodDelete, "/userStatistic", "Deletes user statistic settings.", statisticRows, saysDone, deleteStatistic},
	{http.MethodPut, "/watch", "Updates this user's statistics watch setting.", watchRows, saysDone, watch},
	{http.MethodPost, "/refreshTab", "Invokes a refresh on this tab.", refreshRows, saysDone, refreshTab},
	{http.MethodPost, "/updateStatus", "Updates this user's status.", updateStatusRows, saysDone, updateStatus},
	{http.MethodPut, "/ticketIncognitoMode", "Updates this user's incognito mode on tickets.", switchRows, saysDone, incognito},
	{http.MethodPut, "/callsAutoAnswer", "Updates this user's setting on automatically answering calls.", switchRows, saysDone, autoAnswer},
	{http.MethodPost, "/userCampaignState", "Sets this user's active or inactive campaigns.", campaignRows, saysDone, campaignState},
	{http.MethodPost, "/statusLock", "Sets this user to a specific status and locks it.", lockStatusRows, saysDone, lockStatus},
	{http.MethodPost, "/statusLockDelete", "Deletes the status lock on this user.", onlyUserRows, saysDone, unlockStatus},
	renameEndpoint("/usernameUpdate", "username", user.AttrLogin, "Username updated."),
	renameEndpoint("/firstnameUpdate", "firstname", user.AttrFirstName, "First name updated."),
	renameEndpoint("/lastnameUpdate", "lastname", user.AttrLastName, "Last name updated."),
	{http.MethodPost, "/reserveUserForLiveChannel", "Promises a chat slot of a user to a channel, or gives it back.", reserveRows, namesReserved, reserve},
}

func renameEndpoint(path, name string, attribute user.Attribute, message string) endpoint {
	return endpoint{http.MethodPut, path, "Updates one text of the user.", renameRows(name, attribute), saysDone, rename(name, attribute, message)}
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

// ServeHTTP implements http.Handler. It calls the handler of the request's path below Base. The
// path "/UID", and any path of a slash and digits, has the handler of the endpoint "/{id}". For any
// other path ServeHTTP replies 404 in the vendor's form. It uses no http.ServeMux, because a
// ServeMux answers some paths in another form.
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

// form accepts all kinds of bodies for every method, because the vendor's examples differ from call
// to call.
var form = vendorhttp.Form{Media: vendorhttp.AnyForm | vendorhttp.LooseMultipart, Names: knownNames, Quoted: true, Brackets: true}

// serve runs one endpoint. It checks the key first, so that strangers learn nothing; then it reads
// the request and runs the endpoint.
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
		c.Takes(e.takes)
		c.RequireAll()
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
