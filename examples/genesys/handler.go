package genesys

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// The paths that the API takes. A handler is mounted at each of them, and at what lies below Users.
const (
	Users = base + "/users"
	Me    = base + "/me"

	base = "/api/v2"
)

type api struct {
	dir    *roster.Directory
	opts   Options
	policy *permission.Policy
	lists  *vendorhttp.Gate
	put    *permission.Policy // of a PUT

	users, user, me http.Handler
}

// New returns an http.Handler that serves the API of Genesys for the users in dir. opts are the
// options that all vendors' handlers have.
func New(dir *roster.Directory, opts Options) http.Handler {
	a := &api{
		dir: dir, opts: opts, policy: permission.Genesys(), put: permission.GenesysPut(), lists: opts.Lists(),
	}
	paths := make(map[string]map[string]http.HandlerFunc)
	for i := range endpoints {
		e := &endpoints[i]
		if paths[e.path] == nil {
			paths[e.path] = make(map[string]http.HandlerFunc)
		}
		paths[e.path][e.method] = a.serve(e)
	}
	a.users = vendorhttp.Methods(fail, paths[Users])
	a.user = vendorhttp.Methods(fail, paths[oneUser])
	a.me = vendorhttp.Methods(fail, paths[Me])
	return opts.Wrap(http.HandlerFunc(a.route), knownNames, fail)
}

// route calls the handler for the path of the request: all users, the user of the caller, or one
// user. For any other path, route writes the failure vendorhttp.CodeNoRoute in the vendor's form.
// It does not use an http.ServeMux, because a ServeMux replies to some paths itself, in another
// form.
func (a *api) route(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	id, below := strings.CutPrefix(path, Users+"/")
	switch {
	case path == Users:
		a.users.ServeHTTP(w, r)
	case path == Me:
		a.me.ServeHTTP(w, r)
	case below && id != "" && !strings.Contains(id, "/"):
		a.user.ServeHTTP(w, r)
	default:
		fail(w, r, vendorhttp.Failure{Code: vendorhttp.CodeNoRoute})
	}
}

// call is one request with a known caller.
type call struct {
	roster.Handle
	policy  *permission.Policy
	request *http.Request
	reply   http.ResponseWriter
	lists   *vendorhttp.Gate
	query   *vendorhttp.Reader
	takes   []vendorhttp.Parameter // the members of the body
	scheme  string                 // what URIs begin with: "https://" and the host
	host    string
	caller  user.User
	secret  roster.Password // the caller's, for a change of the own password

	values vendorhttp.Values
	view   view
	user   user.User // the result of a read of one user
	out    []byte    // the reply's memory
}

// calls keeps the memory of calls for later requests.
var calls = sync.Pool{New: func() any { return new(call) }}

// maxKept is the greatest size of a reply whose memory is kept.
const maxKept = 64 << 10

// done clears the data of the call and puts the call into the pool, so that another request can use
// its memory. If the buffers of the call have become too large, done does nothing, and the garbage
// collector frees the call.
func (c *call) done() {
	if cap(c.out) > maxKept || cap(c.values.Members) > maxKept/64 {
		return
	}
	c.Handle, c.policy, c.request, c.query, c.takes = roster.Handle{}, nil, nil, nil, nil
	c.reply, c.lists = nil, nil
	c.host, c.secret = "", roster.Password{}
	c.caller, c.user, c.view = user.User{}, user.User{}, view{}
	c.values.Reset()
	c.out = c.out[:0]
	calls.Put(c)
}

// id returns the id of the user in the path, and 0 if the text is no id.
func (c *call) id() user.ID { return parseID(c.request.URL.Path[len(Users)+1:]) }

// oneUser is the path of a user.
const oneUser = Users + "/{id}"

// endpoint is a call of the API. run returns the body of the reply or an error. A nil body was
// already sent.
type endpoint struct {
	method, path string
	about        string
	query, takes []vendorhttp.Parameter // takes are those of the body; nil: none is read
	answers      answer
	run          func(context.Context, *call) ([]byte, error)
}

var endpoints = []endpoint{
	{http.MethodGet, Users, "Returns URIs for all agents in the contact center.", listRows, nil, listsUsers, list},
	{http.MethodPost, Users, "Creates a user.", noRows, createRows, namesUser, create},
	{http.MethodGet, oneUser, "Returns the user specified by the ID.", viewRows, nil, showsUser, get},
	{http.MethodPost, oneUser, "Updates the user specified by the ID. What is not given stays.", noRows, updateRows, saysDone, update},
	{http.MethodPut, oneUser, "Updates the user specified by the ID. What is not given stays.", noRows, updateRows, saysDone, update},
	{http.MethodDelete, oneUser, "Deletes the user specified by the ID.", noRows, noRows, saysDone, remove},
	{http.MethodGet, Me, "Returns the caller.", viewRows, nil, showsUser, getMe},
}

// serve runs one endpoint: it authenticates the caller, reads the query and calls run.
func (a *api) serve(e *endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := calls.Get().(*call)
		c.reply, c.lists = w, a.lists
		body, err := a.answer(r, c, e)
		switch {
		case err != nil:
			fail(w, r, vendorhttp.FailureOf(err))
		case body != nil:
			write(w, http.StatusOK, body)
		}
		c.done()
	}
}

func (a *api) answer(r *http.Request, c *call, e *endpoint) ([]byte, error) {
	c.policy, c.request = a.policy, r
	if r.Method == http.MethodPut {
		c.policy = a.put
	}
	account := a.opts.account(r)
	if err := a.authenticate(c, account); err != nil {
		return nil, err
	}
	if err := form.QueryInto(r, &c.values); err != nil {
		return nil, err
	}
	c.query = c.values.Reader()
	c.scheme, c.host = a.opts.baseURL(r)
	c.Handle = a.dir.As(account, roster.UserActor(c.caller.ID).SignedIn(c.caller.Credentials.SignInStamp)).WithAuthorizer(c.policy).WithValidation(validate.Documented)
	c.query.Takes(e.query)
	c.takes = e.takes
	return e.run(r.Context(), c)
}

func write(w http.ResponseWriter, status int, body []byte) {
	begin(w, status)
	_, _ = w.Write(body) // an error says that the client has gone
}

func begin(w http.ResponseWriter, status int) {
	w.Header()["Content-Type"] = contentType
	w.WriteHeader(status)
}

var (
	contentType = []string{"application/json;charset=UTF-8"}
)

// done is the reply of a call without a result of its own.
var done = []byte(`{"statusCode":0}`)
