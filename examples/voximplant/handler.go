package voximplant

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// Prefix is the path of the API. Mount the handler at this path and at all paths below it.
const Prefix = "/platform_api"

type api struct {
	dir    *roster.Directory
	realm  *vendorhttp.Credentials
	opts   vendorhttp.Options
	policy *permission.Policy
	lists  *vendorhttp.Gate
}

// New returns a handler of the API on a directory, for the accounts and keys of the credentials.
func New(dir *roster.Directory, realm *vendorhttp.Credentials, opts vendorhttp.Options) http.Handler {
	a := &api{dir: dir, realm: realm, opts: opts, policy: permission.Voximplant(), lists: opts.Lists()}
	return opts.Wrap(http.HandlerFunc(a.serve), knownNames, fail)
}

// call is one request with a known caller.
type call struct {
	roster.Handle
	in      *vendorhttp.Reader
	caller  vendorhttp.Key
	reply   http.ResponseWriter // for a list that is sent piece by piece
	request *http.Request
	lists   *vendorhttp.Gate
	values  vendorhttp.Values
	out     []byte // what the reply is appended to
}

// calls keeps calls for later requests, because their memory is most of the cost of a read outside
// of the directory.
var calls = sync.Pool{New: func() any { return new(call) }}

// maxKept is the greatest size of a reply whose memory is kept.
const maxKept = 64 << 10

// done clears the call c and puts it into the pool calls for a later request. body is the reply
// that c has sent; a later reply reuses its memory. If the memory of body or of the list of
// parameters is too large, done does not put c into the pool.
func (c *call) done(body []byte) {
	c.Handle, c.in, c.caller = roster.Handle{}, nil, vendorhttp.Key{}
	c.reply, c.request, c.lists = nil, nil, nil
	c.values.Reset()
	if cap(body) > maxKept || cap(c.values.Members) > maxKept/64 {
		return
	}
	c.out = body[:0]
	calls.Put(c)
}

// method is a method of the API. run returns the body of the reply or an error.
type method struct {
	about string
	takes []vendorhttp.Parameter
	run   func(context.Context, *call) ([]byte, error)
}

// describe returns a method with the caller's parameters before its own.
func describe(about string, takes []vendorhttp.Parameter, run func(context.Context, *call) ([]byte, error)) *method {
	return &method{about, slices.Concat(callerParameters, takes), run}
}

var methods = map[string]*method{
	"AddUser":             describe("Adds a new user.", addUserParameters, addUser),
	"DelUser":             describe("Deletes the specified users.", deleteParameters, delUser),
	"GetUsers":            describe("Shows the users of the specified account.", getUsersParameters, getUsers),
	"SetUserInfo":         describe("Edits the user.", setUserInfoParameters, setUserInfo),
	"TransferMoneyToUser": describe("Transfers the account's money to users, or users' money to the account.", transferParameters, transferMoney),
}

// form accepts all forms of requests. The client for Go up to 1.14 sends forms without a content
// type.
var form = vendorhttp.Form{Media: vendorhttp.AnyForm, Untyped: vendorhttp.URLEncoded, Names: knownNames}

func (a *api) serve(w http.ResponseWriter, r *http.Request) {
	c := calls.Get().(*call)
	c.reply, c.request, c.lists = w, r, a.lists
	body, err := a.answer(w, r, c)
	if err != nil {
		fail(w, r, vendorhttp.FailureOf(err))
		c.done(c.out)
		return
	}
	if body != nil { // else it was sent already
		write(w, http.StatusOK, body)
	}
	c.done(body)
}

func begin(w http.ResponseWriter, status int) {
	w.Header()["Content-Type"] = contentType
	w.WriteHeader(status)
}

func write(w http.ResponseWriter, status int, body []byte) {
	begin(w, status)
	_, _ = w.Write(body) // an error says that the client has gone
}

var contentType = []string{"application/json;charset=utf-8"}

func (a *api) answer(w http.ResponseWriter, r *http.Request, c *call) ([]byte, error) {
	name, ok := strings.CutPrefix(r.URL.Path, Prefix)
	if !ok || name != "" && name[0] != '/' {
		return nil, vendorhttp.Fail(vendorhttp.CodeNoRoute)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		return nil, vendorhttp.Fail(vendorhttp.CodeMethodNotAllowed)
	}
	if err := form.ReadInto(r, &c.values); err != nil {
		return nil, err
	}
	in := c.values.Reader()
	in.EmptyIsAbsent = true
	in.Takes(firstParameters)
	m, err := methodOf(strings.Trim(name, "/"), in)
	if err != nil {
		return nil, err
	}
	c.in = in
	account, err := a.authenticate(r, c)
	if err != nil {
		return nil, err
	}
	c.Handle = a.dir.As(account, c.caller.Actor()).WithAuthorizer(a.policy).WithValidation(validate.Documented).WithPasswordPolicy(passwords)
	in.Takes(m.takes)
	in.RequireAll()
	return m.run(r.Context(), c)
}

// passwords is the vendor's password policy.
var passwords = password.Voximplant()

// methodOf returns the method with the given name, which is the name in the path of the request. If
// name is "", methodOf uses the parameter cmd of the request instead. Errors: 102 if name is "" and
// cmd is missing; 103 if there is no such method; 496 if cmd is given and differs from the name in
// the path.
func methodOf(name string, reader *vendorhttp.Reader) (*method, error) {
	cmd, given := reader.Text("cmd")
	if name == "" {
		name = cmd
	}
	switch {
	case name == "":
		return nil, refuse(codeMissingCmd, "cmd")
	case methods[name] == nil:
		return nil, refuse(codeUnknownCommand, "cmd")
	case given && cmd != name:
		return nil, refuse(codeInvalid, "cmd")
	}
	return methods[name], nil
}

// may returns nil if the policy allows the caller to do the action without a target, and
// permission.ErrDenied if not. If the parameters have problems so far, may returns these problems
// and does not check the permission. A method calls may before it reads the directory, so that its
// errors have the same order as those of roster.Handle. Other errors: those of Handle.Explain.
func (c *call) may(ctx context.Context, action permission.Action) error {
	if err := c.in.Err(); err != nil {
		return err
	}
	e, err := c.Explain(ctx, action, 0)
	if err == nil && !e.Allowed {
		return permission.ErrDenied
	}
	return err
}
