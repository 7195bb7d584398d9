package openapitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// API is a document, and how its requests are read. The tests of a package share one.
type API struct {
	Document *openapi.Document
	// Form is how the API reads a query, and a body that is no JSON.
	Form vendorhttp.Form
	// Accepted says that a reply is a success; nil asks for a status below 400.
	Accepted func(status int, body []byte) bool
	// Method is the method that a request stands for; nil is its own, and GET for HEAD.
	Method func(*http.Request) string
	// Rewrite changes an accepted request before the check, where the API takes what a document
	// cannot say; nil leaves it.
	Rewrite func(*http.Request) error

	mu   sync.Mutex // kin-openapi fills the document in while it checks
	spec *openapi3.T
	seen map[string]bool // refusals that fit
}

// maxReply bounds the replies that are checked. A longer one is logged.
const maxReply = 1 << 20

// Checked returns a handler that calls h and then checks the request and the reply against the
// OpenAPI document of the API. A reply must match the document. A request must match the document
// if the API accepted it. A violation fails the test. The handler does not check a reply that is
// too long or was not sent completely, and checks a repeated refusal once (see checker.ServeHTTP).
// Checked itself fails the test if the document is not valid.
//
// If tb is not a *testing.T, Checked returns h unchanged, because a check costs more than a call in
// a benchmark or a fuzz test.
func (a *API) Checked(tb testing.TB, h http.Handler) http.Handler {
	tb.Helper()
	t, ok := tb.(*testing.T)
	if !ok {
		return h
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.spec == nil {
		a.begin(t)
	}
	return &checker{API: a, t: t, handler: h}
}

// begin loads and validates the API's document, and fails the test if the document is not valid. It
// sets the fields Accepted and Method if they are nil. The default of Accepted reports whether the
// status is below 400. The default of Method returns the method of the request, and GET for HEAD.
// The caller must hold a.mu.
func (a *API) begin(t *testing.T) {
	t.Helper()
	a.spec, a.seen = load(t, encode(t, a.Document)), make(map[string]bool)
	if a.Accepted == nil {
		a.Accepted = func(status int, _ []byte) bool { return status < http.StatusBadRequest }
	}
	if a.Method == nil {
		a.Method = func(r *http.Request) string {
			if r.Method == http.MethodHead {
				return http.MethodGet
			}
			return r.Method
		}
	}
}

type checker struct {
	*API
	t       *testing.T
	handler http.Handler
}

// ServeHTTP calls the handler c.handler, and then checks the request and the reply against the
// OpenAPI document. A violation fails the test. If c.Accepted returns false, the reply is a
// refusal, and ServeHTTP checks only the reply. It does not check again a refusal that passed
// before with the same method, path and reply. It checks nothing if a write of the reply failed, if
// the request's context has ended, or if the reply is longer than maxReply.
func (c *checker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var sent bytes.Buffer
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = &tee{r.Body, &sent}
	}
	seen := r.Clone(context.WithoutCancel(r.Context()))
	tapped := &reply{ResponseWriter: w, status: http.StatusOK}
	c.handler.ServeHTTP(tapped, r)
	if tapped.broken || r.Context().Err() != nil {
		return // the caller did not get it whole
	}
	if tapped.body.Len() > maxReply {
		c.t.Logf("%s %s: a reply of more than %d bytes is not checked", seen.Method, seen.URL.Path, maxReply)
		return
	}
	seen.Body = io.NopCloser(bytes.NewReader(sent.Bytes()))
	if sent.Len() == 0 {
		seen.Body = http.NoBody
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	refused := ""
	if !c.Accepted(tapped.status, tapped.body.Bytes()) {
		refused = fmt.Sprintf("%s %s %d %s %s", seen.Method, seen.URL.Path, tapped.status, tapped.Header().Get("Content-Type"), tapped.body.Bytes())
		if c.seen[refused] {
			return // a check costs more than a call
		}
	}
	err := c.check(seen, tapped)
	if err == nil && refused != "" {
		c.seen[refused] = true
	}
	if err != nil {
		c.t.Errorf("%s %s does not fit the OpenAPI document: %v\nrequest: %s\nreply: %d %s",
			seen.Method, seen.URL.Path, err, sent.Bytes(), tapped.status, tapped.body.Bytes())
	}
}

func (c *checker) check(r *http.Request, w *reply) error {
	accepted := c.Accepted(w.status, w.body.Bytes())
	path, item, params := c.find(r.URL.Path)
	method := c.Method(r)
	if !accepted && strings.HasSuffix(path, "/") != strings.HasSuffix(r.URL.Path, "/") {
		item = nil // a slash more may be another path
	}
	if item == nil || item.GetOperation(method) == nil {
		if accepted {
			return fmt.Errorf("the document does not have it")
		}
		return c.refusal(r, w, item)
	}
	query, err := c.Form.Query(r)
	if err != nil && accepted {
		return err
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, QueryParams: url.Values{},
		Route: &routers.Route{
			Spec: c.spec, Server: c.spec.Servers[0], Path: path, PathItem: item, Method: method, Operation: item.GetOperation(method),
		},
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, SkipSettingDefaults: true,
			RejectWhenRequestBodyNotSpecified: true,
		},
	}
	if accepted {
		for _, v := range query.Members {
			if input.Route.Operation.Parameters.GetByInAndName("query", v.Name) == nil && !c.isCredential(v.Name) {
				return fmt.Errorf("the query's %q is no parameter", v.Name)
			}
			input.QueryParams.Add(v.Name, v.Text)
		}
		if c.Rewrite != nil {
			if err := c.Rewrite(r); err != nil {
				return err
			}
		}
		if err := c.request(input); err != nil {
			return fmt.Errorf("request: %w", err)
		}
	}
	if r.Method == http.MethodHead {
		return nil // the reply has no body
	}
	err = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: w.status, Header: w.Header(), Options: input.Options,
		Body: io.NopCloser(bytes.NewReader(w.body.Bytes())),
	})
	if err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	return nil
}

// isCredential reports whether a parameter of the query says who calls.
func (c *checker) isCredential(name string) bool {
	for _, s := range c.Document.Components.SecuritySchemes {
		if s.In == "query" && s.Name == name {
			return true
		}
	}
	return false
}

// request checks an accepted request against its operation in the document, and returns an error if
// they differ or if the document does not have the content type of the body. A body without
// Content-Type counts as a URL-encoded form. request reads a form with c.Form and checks the result
// as a JSON object, because kin-openapi would ignore unknown names.
func (c *checker) request(input *openapi3filter.RequestValidationInput) error {
	r := input.Request
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	body := input.Route.Operation.RequestBody
	if body != nil && r.Body != http.NoBody && !strings.HasSuffix(kind, "json") {
		media := body.Value.Content.Get(kind)
		if kind == "" { // an API that takes it so takes a form
			media = body.Value.Content.Get("application/x-www-form-urlencoded")
		}
		if media == nil {
			return fmt.Errorf("content type %q", kind)
		}
		form := c.Form
		form.IgnoreQuery = true
		r.ContentLength = -1
		values, err := form.Read(r)
		if err != nil {
			return err
		}
		if err := media.Schema.Value.VisitJSON(object(values.Members), openapi3.EnableJSONSchema2020(), openapi3.VisitAsRequest()); err != nil {
			return err
		}
		input.Options.ExcludeRequestBody = true
	}
	return openapi3filter.ValidateRequest(r.Context(), input)
}

// object converts the members of a form or JSON object to a map with the types of package
// encoding/json. Numbers become json.Number.
func object(members []vendorhttp.Value) map[string]any {
	m := make(map[string]any, len(members))
	for _, v := range members {
		m[v.Name] = plain(v)
	}
	return m
}

func plain(v vendorhttp.Value) any {
	switch v.Kind {
	case vendorhttp.Number:
		return json.Number(v.Text)
	case vendorhttp.Bool:
		return v.Text == "true"
	case vendorhttp.Null:
		return nil
	case vendorhttp.Object:
		return object(v.Items)
	case vendorhttp.List:
		list := make([]any, len(v.Items))
		for i, item := range v.Items {
			list[i] = plain(item)
		}
		return list
	}
	return v.Text
}

// refusal checks the body of an error reply to a request that the document does not describe. It
// returns an error if the body is not JSON or does not match the schema. item describes the path of
// the request. If item is nil, the document does not have the path, and the schema is
// openapi.ErrorSchema. Otherwise the schema is that of the default response of the operations in
// item, and another content type than that of this response is also an error. A reply to a HEAD
// request has no body, so refusal returns nil.
func (c *checker) refusal(r *http.Request, w *reply, item *openapi3.PathItem) error {
	if r.Method == http.MethodHead {
		return nil // it has no body
	}
	schema := c.spec.Components.Schemas[openapi.ErrorSchema].Value
	if item != nil {
		for _, o := range item.Operations() {
			media := o.Responses.Default().Value.Content.Get(w.Header().Get("Content-Type"))
			if media == nil {
				return fmt.Errorf("content type %q", w.Header().Get("Content-Type"))
			}
			schema = media.Schema.Value
		}
	}
	var body any
	if err := json.Unmarshal(w.body.Bytes(), &body); err != nil {
		return err
	}
	return schema.VisitJSON(body, openapi3.EnableJSONSchema2020(), openapi3.VisitAsResponse())
}

// find looks up the path of a request in the document. It returns the matching path of the
// document, the description of this path, and the values of the parameters in the path. An equal
// path matches first, and params is then nil. If there is no equal path, find ignores a slash at
// the end of both paths, and a parameter such as {id} matches any part that is not empty. A path
// without parameters is taken before a path with parameters. If no path matches, find returns "",
// nil and nil.
func (c *checker) find(path string) (found string, item *openapi3.PathItem, params map[string]string) {
	if item := c.spec.Paths.Value(path); item != nil {
		return path, item, nil
	}
	have := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for _, template := range c.spec.Paths.InMatchingOrder() {
		if params, ok := match(strings.Split(strings.TrimSuffix(template, "/"), "/"), have); ok {
			return template, c.spec.Paths.Value(template), params
		}
	}
	return "", nil, nil
}

func match(want, have []string) (map[string]string, bool) {
	if len(want) != len(have) {
		return nil, false
	}
	params := make(map[string]string)
	for i, part := range want {
		name, isParam := strings.CutPrefix(part, "{")
		switch {
		case isParam && have[i] != "":
			params[strings.TrimSuffix(name, "}")] = have[i]
		case part != have[i]:
			return nil, false
		}
	}
	return params, true
}
