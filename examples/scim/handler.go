package scim

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Base is the path at which the handler serves.
const Base = "/scim/v2"

// SCIM is the vendor of the keys for this handler. The secret of a key is the bearer token.
const SCIM vendorhttp.Vendor = "scim"

// Options are the options of New. The zero Options suit production.
type Options struct {
	vendorhttp.Options

	// BaseURL is the beginning of the URIs of resources, such as "https://users.example". "" means
	// the scheme and the host of the request.
	BaseURL string
	// Authorizer decides what callers may do. Nil means the Authorizer of the directory.
	Authorizer permission.Authorizer
}

// api is the handler.
type api struct {
	dir         *roster.Directory
	credentials *vendorhttp.Credentials
	opts        Options
	routes      []route
}

// New returns a handler of the SCIM endpoints of the directory dir. It serves the accounts and the
// keys in the credentials.
func New(dir *roster.Directory, credentials *vendorhttp.Credentials, opts Options) http.Handler {
	a := &api{dir, credentials, opts, routes()}
	return opts.Wrap(http.HandlerFunc(a.serve), names, fail)
}

// call is one request with a known caller. Each operation of a bulk request is a call.
type call struct {
	roster.Handle
	view
	api    *api
	key    vendorhttp.Key
	users  *resourceType // with the account's custom attributes
	method string
	path   []string // below Base: ["Users", "7"]
	query  map[string][]string
	match  string            // If-Match
	none   string            // If-None-Match
	body   *vendorhttp.Value // nil if the request has no body
}

// answer is the reply to a call.
type answer struct {
	status   int
	body     any // nil for a reply without a body
	location string
	version  string
}

var requestForm = vendorhttp.Form{Media: vendorhttp.JSON, Names: names, IgnoreQuery: true}

func (a *api) serve(w http.ResponseWriter, r *http.Request) {
	c, err := a.read(r)
	if err == nil {
		var out answer
		if out, err = a.do(r.Context(), c); err == nil {
			write(w, r, out)
			return
		}
	}
	fail(w, r, failureOf(err))
}

// failureOf returns the vendorhttp.Failure for err, and stores err in its field Err. problemOf
// needs err there, because only a SCIM refusal has the status, the scimType and the detail of the
// reply.
func failureOf(err error) vendorhttp.Failure {
	f := vendorhttp.FailureOf(err)
	f.Err = err
	return f
}

func write(w http.ResponseWriter, r *http.Request, out answer) {
	if out.location != "" {
		w.Header().Set("Location", out.location)
		w.Header().Set("Content-Location", out.location)
	}
	if out.version != "" {
		w.Header().Set("ETag", out.version)
	}
	if out.body == nil || out.status == http.StatusNotModified {
		w.WriteHeader(out.status)
		return
	}
	reply(w, out.status, out.body)
}

// read authenticates a request and returns its call: the caller, the path, the query, the body, and
// the base of the URIs in the reply. A request for ServiceProviderConfig without the header
// Authorization needs no credentials. read does not read the body of a GET, HEAD or DELETE. Without
// a body, or if the body is null, the field body of the call is nil.
//
// Errors: status 404 for a path that is not below Base or ends in "/"; those of authenticate;
// invalidSyntax for a query that is too long, cannot be decoded, is not UTF-8, contains a zero
// byte, or has an unknown or repeated parameter; those of vendorhttp.Form.Document and Values.Err
// for the body.
func (a *api) read(r *http.Request) (*call, error) {
	path, ok := strings.CutPrefix(r.URL.Path, Base+"/")
	if !ok || strings.HasSuffix(path, "/") {
		return nil, vendorhttp.Fail(vendorhttp.CodeNoRoute)
	}
	c := &call{
		method: r.Method, path: strings.Split(path, "/"),
		match: r.Header.Get("If-Match"), none: r.Header.Get("If-None-Match"),
	}
	c.base = a.opts.BaseURL + Base
	if a.opts.BaseURL == "" {
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		c.base = scheme + r.Host + Base
	}
	if r.Header.Get("Authorization") != "" || path != "ServiceProviderConfig" { // its reply says how to authenticate (RFC 7643 section 5)
		if err := a.authenticate(r, c); err != nil {
			return nil, err
		}
	}
	if len(r.URL.RawQuery) > vendorhttp.MaxBody {
		return nil, invalidSyntax("The query is too long.")
	}
	var err error
	if c.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return nil, invalidSyntax("The query cannot be decoded: % and ; in a value must be written %25 and %3B.")
	}
	for name, values := range c.query {
		if !names.Has(name) || len(values) > 1 {
			return nil, invalidSyntax("The query has a parameter that SCIM does not know, or one twice.")
		}
		if !utf8.ValidString(values[0]) || strings.Contains(values[0], "\x00") {
			return nil, invalidSyntax("The query is not text in UTF-8.")
		}
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodDelete {
		return c, nil
	}
	form := requestForm
	form.Objects = len(c.path) == 1 && c.path[0] == "Bulk"
	values, err := form.Document(r)
	if err != nil {
		return nil, err
	}
	if err := values.Err(); err != nil {
		return nil, err
	}
	if body := values.Members[0]; body.Kind != vendorhttp.Null {
		c.body = &body
	}
	return c, nil
}

// authenticate finds the key whose secret is the Bearer token in the Authorization header, and sets
// the key, the handle and the resource type of users in c. The handle acts as the key, with the
// Authorizer of the options if there is one.
//
// Errors: vendorhttp.ErrCredentials if the scheme is not Bearer, or if the token is missing or
// unknown; those of describeUsers.
func (a *api) authenticate(r *http.Request, c *call) error {
	token, ok := bearer(r)
	if !ok {
		return vendorhttp.ErrCredentials
	}
	key, ok := a.credentials.KeyBySecret(SCIM, token)
	if !ok {
		return vendorhttp.ErrCredentials
	}
	c.key = key
	c.Handle = a.dir.As(key.Account, key.Actor())
	if a.opts.Authorizer != nil {
		c.Handle = c.WithAuthorizer(a.opts.Authorizer)
	}
	return a.describeUsers(r.Context(), c)
}

// describeUsers sets c.users to the resource type User of the key's account, with the custom
// attributes of the account. The system actor reads the account, because the schema of the custom
// attributes is not a secret. Errors: those of reading the account.
func (a *api) describeUsers(ctx context.Context, c *call) error {
	account, err := a.dir.As(c.key.Account, roster.SystemActor()).Account(ctx)
	if err != nil {
		return err
	}
	c.users = users
	if !account.CustomAttributes.IsZero() {
		c.users = usersOf(account.CustomAttributes)
	}
	return nil
}

// bearer returns the token in the header Authorization of a request. It returns false if the scheme
// is not Bearer.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "Bearer")
}

// do finds the endpoint for the path and the method of the call c, runs the endpoint and returns
// its reply. HEAD runs the endpoint of GET. For users and groups, do first checks the parameters
// attributes and excludedAttributes, before anything is written.
//
// Errors: status 404 for an unknown path; 405 for a method that the path does not have, with the
// methods that it has; those of parseProjection; those of the endpoint.
func (a *api) do(ctx context.Context, c *call) (answer, error) {
	r := a.route(c.path)
	if r == nil {
		return answer{}, vendorhttp.Fail(vendorhttp.CodeNoRoute)
	}
	method := c.method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	e := r.methods[method]
	if e == nil {
		return answer{}, &vendorhttp.FailureError{Failure: vendorhttp.Failure{
			Code: vendorhttp.CodeMethodNotAllowed, Allow: strings.Join(slices.Sorted(maps.Keys(r.methods)), ", "),
		}}
	}
	if first := c.path[0]; first == "Users" || first == "Me" || first == "Groups" { // before anything is written
		if _, err := c.projection(c.typeOf(first)); err != nil {
			return answer{}, err
		}
	}
	c.api = a
	return e.run(ctx, c)
}

// typeOf returns the resource type of the collection with the given name: groups for "Groups", and
// the users of the account for any other name.
func (c *call) typeOf(collection string) *resourceType {
	if collection == "Groups" {
		return groups
	}
	return c.users
}

// id returns the user id in the second part of the path, as in /Users/7. It returns 0, the id of no
// user, if the text is not a user id.
func (c *call) id() user.ID {
	id, err := user.ParseID(c.path[1])
	if err != nil {
		return 0
	}
	return id
}
