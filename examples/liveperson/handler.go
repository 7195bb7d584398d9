package liveperson

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// Prefix is the path of the API. Mount the handler at it.
const Prefix = "/api/account/"

type api struct {
	dir       *roster.Directory
	realm     *vendorhttp.Credentials
	opts      Options
	policy    *permission.Policy
	passwords password.Policy
	sessions  *sessions
	lists     *vendorhttp.Gate
}

// New returns a handler of LivePerson's API that uses the directory dir. The accounts and the keys
// are those in realm.
func New(dir *roster.Directory, realm *vendorhttp.Credentials, opts Options) http.Handler {
	a := &api{
		dir: dir, realm: realm, opts: opts, policy: permission.LivePerson(), passwords: opts.passwords(),
		sessions: newSessions(opts), lists: opts.Lists(),
	}
	return opts.Wrap(http.HandlerFunc(a.serve), knownNames, fail)
}

// reply is the reply to a successful call.
type reply struct {
	status   int // 0 means 200
	body     []byte
	revision user.Revision // the configuration revision of the account; 0 for a reply without a revision
	location string
	sent     bool // the body is already sent
}

func (a *api) serve(w http.ResponseWriter, r *http.Request) {
	p, ok := parsePath(r.URL.Path)
	if !ok {
		fail(w, r, vendorhttp.Failure{Code: vendorhttp.CodeNoRoute})
		return
	}
	do, ok := p.route.methods[methodOf(r)]
	if !ok {
		w.Header().Set("Allow", p.route.allow)
		fail(w, r, vendorhttp.Failure{Code: vendorhttp.CodeMethodNotAllowed, Allow: p.route.allow})
		return
	}
	c := call{a: a, w: w, r: r, path: p, do: do}
	out, err := c.run(r.Context())
	if out.sent {
		return
	}
	out.showRevision(w)
	if err != nil {
		fail(w, r, vendorhttp.FailureOf(err))
		return
	}
	if out.location != "" {
		w.Header().Set("Location", out.location)
	}
	if out.status == 0 {
		out.status = http.StatusOK
	}
	write(w, out.status, out.body)
}

// showRevision sets the headers Ac-Revision and ETag to the revision of the reply. It does nothing
// if the revision is 0.
func (out *reply) showRevision(w http.ResponseWriter) {
	if out.revision != 0 {
		revision := []string{strconv.FormatUint(uint64(out.revision), 10)}
		w.Header()["Ac-Revision"], w.Header()["Etag"] = revision, revision
	}
}

// begin writes the status and the header of a reply. It sets the content type, except for the
// status 304.
func begin(w http.ResponseWriter, status int) {
	if status != http.StatusNotModified {
		w.Header()["Content-Type"] = contentType
	}
	w.WriteHeader(status)
}

func write(w http.ResponseWriter, status int, body []byte) {
	begin(w, status)
	_, _ = w.Write(body) // after an error the client has gone
}

var (
	contentType = []string{"application/json"}
)

// methodOf returns the method by which the request is served. The header X-HTTP-Method-Override
// turns a POST into a PUT or a DELETE; for another value of the header the result is "". For HEAD
// the result is GET.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodHead:
		return http.MethodGet
	case http.MethodPost:
		override := r.Header.Get("X-HTTP-Method-Override")
		switch strings.ToUpper(strings.TrimSpace(override)) {
		case "":
			return http.MethodPost
		case http.MethodPut:
			return http.MethodPut
		case http.MethodDelete:
			return http.MethodDelete
		}
		return ""
	}
	return r.Method
}

// run executes the call and returns its reply. It checks the account id in the path, authenticates
// the caller, reads the query and calls the endpoint, in this order. For an open route, such as the
// login, it checks the account id and calls the endpoint. For a public profile, it checks the
// account id and calls publicProfile.
//
// Errors: a *validate.Error for an account id that is not valid; those of authenticate, readQuery
// and the endpoint. After an error of readQuery, or of an endpoint that needs authentication, the
// reply has the configuration revision of the account, or 0 if the revision cannot be read.
func (c *call) run(ctx context.Context) (reply, error) {
	var problems validate.Collector
	if !problems.Check(validate.LivePersonAccountID, validate.Strict, "/accountId", c.path.account) {
		return reply{}, problems.Err()
	}
	switch {
	case c.path.route.open:
		return c.do.run(ctx, c)
	case c.isPublic():
		return c.publicProfile(ctx)
	}
	if err := c.authenticate(ctx); err != nil {
		return reply{}, err
	}
	out, err := c.answer(ctx)
	if err != nil && out.revision == 0 {
		out.revision, _ = c.ConfigRevision(ctx) // the revision is only a header of the error reply
	}
	return out, err
}

func (c *call) answer(ctx context.Context) (reply, error) {
	if err := c.readQuery(); err != nil {
		return reply{}, err
	}
	return c.do.run(ctx, c)
}
