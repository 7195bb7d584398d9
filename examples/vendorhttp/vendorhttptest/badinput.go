// Package vendorhttptest sends an adapter every kind of bad input, from a table of its endpoints.
// It checks that each reply has the vendor's form of an error, and that no request changes
// anything.
//
//	vendorhttptest.BadInput(t, vendorhttptest.Vendor{
//		Handler:  handler,
//		Login:    func(r *http.Request) { r.Header.Set("apiKey", "good") },
//		Wrong:    []func(*http.Request){func(r *http.Request) {}, func(r *http.Request) { r.Header.Set("apiKey", "bad") }},
//		Revision: func() user.Revision { … },
//		Refused:  func(t *testing.T, w *httptest.ResponseRecorder, k vendorhttptest.Kind) { … }, // the vendor's form
//	}, endpoints)
package vendorhttptest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Kind is a kind of bad input.
type Kind string

// The kinds.
const (
	Missing         Kind = "missing"
	Empty           Kind = "empty"
	WrongType       Kind = "wrong type"
	TooLong         Kind = "too long"
	InvalidUTF8     Kind = "invalid UTF-8"
	NUL             Kind = "NUL"
	Duplicated      Kind = "duplicated"
	UnknownField    Kind = "unknown parameter"
	WrongMethod     Kind = "wrong method"
	WrongMedia      Kind = "wrong content type"
	BrokenJSON      Kind = "broken JSON"
	BrokenMultipart Kind = "broken multipart"
	BodyTooLarge    Kind = "body over the limit"
	BadCredentials  Kind = "no, wrong or foreign credentials"
)

// Secret is a part of bad values and of unknown names. No reply may repeat it.
const Secret = "S3cret-Of-Ann"

// Vendor is an adapter under test.
type Vendor struct {
	Handler http.Handler
	// Login adds good credentials to a request. It may change the query or the body, because it is
	// called last.
	Login func(*http.Request)
	// Wrong are functions that add bad credentials to a request or add none: for example no key,
	// an unknown key, or the key of another account.
	Wrong []func(*http.Request)
	// Revision returns the revision of the account.
	Revision func() user.Revision
	// Refused checks that the reply is an error in the vendor's form that fits the kind.
	Refused func(*testing.T, *httptest.ResponseRecorder, Kind)
	// Log is the adapter's log. It must not contain the names of unknown parameters.
	Log *Log
	// Policy has an operation for each call of the vendor's document. The endpoints must contain
	// all of these calls. Nil requires none.
	Policy *permission.Policy
}

// Endpoint describes a call that succeeds with the Good values of its fields.
type Endpoint struct {
	Name   string
	Method string
	Path   string
	Fields []Field
	// Methods are all methods that the path accepts.
	Methods []string
	// Media are the media types that the endpoint accepts; good requests have one of them. 0 means
	// that there is no body, and the fields are in the query.
	Media vendorhttp.Media
	// Untyped is set if the endpoint accepts a body without a content type.
	Untyped bool
	// JSON returns the body for the fields, if the body is not one object with these fields, for
	// example a list of objects. Nil means that the body is one object.
	JSON func(fields map[string]any) any
	// Except has the kinds of bad input that this endpoint accepts, with the reason.
	Except map[Kind]string
}

// Field is a parameter of an endpoint.
type Field struct {
	Name     string
	Good     string // a value that is accepted; "" if the call succeeds without the field
	Required bool
	Query    bool // is in the query even if there is a body
	JSONText bool // in JSON a text even if the value looks like a number or a boolean
	// WrongType is a value of another type; "" if every text is accepted ("Any string").
	WrongType string
	// Unlimited is set if only the size of the request limits the length of the value.
	Unlimited bool
	// EmptyIsAbsent is set if the value may be empty.
	EmptyIsAbsent bool
}

// BadInput tests that the endpoints refuse bad input. It sends each kind of bad input to each
// endpoint in a subtest. The reply must pass v.Refused and must not repeat the secret that was
// sent, and the directory must not change. The log must not contain an unknown parameter name. For
// a kind in Endpoint.Except, a subtest fails only if the reply has a status of 500 or more. If
// v.Policy is set, BadInput also fails for each operation of the policy that no endpoint calls.
func BadInput(t *testing.T, v Vendor, endpoints []Endpoint) {
	t.Helper()
	if v.Policy != nil {
		cover(t, v.Policy, endpoints)
	}
	for _, e := range endpoints {
		t.Run(strings.ReplaceAll(e.Name, " ", "_"), func(t *testing.T) {
			for _, c := range cases(v, e) {
				t.Run(strings.ReplaceAll(string(c.kind)+" "+c.what, " ", "_"), func(t *testing.T) {
					if why, ok := e.Except[c.kind]; ok {
						t.Log("taken: " + why)
						c.accepted = true
					}
					run(t, v, c)
				})
			}
		})
	}
}

type badCase struct {
	kind     Kind
	what     string
	request  func() *http.Request
	login    func(*http.Request)
	accepted bool
}

func run(t *testing.T, v Vendor, c badCase) {
	t.Helper()
	r := c.request()
	login := c.login
	if login == nil {
		login = v.Login
	}
	login(r)
	before := v.Revision()
	w := httptest.NewRecorder()
	v.Handler.ServeHTTP(w, r)
	if c.accepted {
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		return
	}
	v.Refused(t, w, c.kind)
	if strings.Contains(w.Body.String(), Secret) {
		t.Errorf("the answer repeats what was sent: %s", w.Body)
	}
	if c.kind == UnknownField && strings.Contains(v.Log.last(t), Secret) {
		t.Error("the log has the name of an unknown parameter")
	}
	if after := v.Revision(); after != before {
		t.Errorf("the directory changed: revision %d, was %d; the answer was %d %s", after, before, w.Code, w.Body)
	}
}

// pair is a field with the value that is sent.
type pair struct {
	field Field
	value string
}

func good(e Endpoint) []pair {
	var list []pair
	for _, f := range e.Fields {
		if f.Good != "" {
			list = append(list, pair{f, f.Good})
		}
	}
	return list
}

func cases(v Vendor, e Endpoint) []badCase {
	var list []badCase
	add := func(k Kind, what string, request func() *http.Request) {
		list = append(list, badCase{kind: k, what: what, request: request})
	}
	for _, f := range e.Fields {
		list = append(list, fieldCases(e, f)...)
	}
	if len(e.Fields) > 0 {
		list = append(list, unknownCases(e)...)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		if !slices.Contains(e.Methods, method) {
			add(WrongMethod, method, func() *http.Request {
				r := e.request(good(e))
				r.Method = method
				return r
			})
		}
	}
	if e.Media != 0 {
		add(WrongMedia, "", func() *http.Request { return e.raw("text/csv", "a;b") })
		if !e.Untyped {
			add(WrongMedia, "without one", func() *http.Request { return e.raw("", "a") })
		}
		large := strings.Repeat("a", vendorhttp.MaxBody)
		add(BodyTooLarge, "", func() *http.Request {
			return e.raw(contentType(e.Media), `{"user_name":"`+large+`"}`)
		})
		add(BodyTooLarge, "chunked", func() *http.Request {
			r := e.raw(contentType(e.Media), `{"user_name":"`+large+`"}`)
			r.ContentLength = -1
			return r
		})
	}
	if e.Media&vendorhttp.JSON != 0 {
		for what, body := range map[string]string{
			"cut": `{"a":`, "text": `"a"`, "behind": `{} {}`, "deep": strings.Repeat("[", 10_000), "comma": `{"a":1,}`,
			"number": `{"a":01}`, "empty name": `{"":1}`, "bytes": "{\"a\":\"\xff\"}",
		} {
			add(BrokenJSON, what, func() *http.Request { return e.raw("application/json", body) })
		}
	}
	if e.Media&vendorhttp.Multipart != 0 {
		add(BrokenMultipart, "cut", func() *http.Request {
			return e.raw("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1")
		})
		add(BrokenMultipart, "no name", func() *http.Request {
			return e.raw("multipart/form-data; boundary=x", "--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--\r\n")
		})
	}
	for i, login := range v.Wrong {
		list = append(list, badCase{
			kind: BadCredentials, what: string(rune('a' + i)), login: login,
			request: func() *http.Request { return e.request(good(e)) },
		})
	}
	return list
}

// unknownCases returns the bad inputs in which a request to the endpoint e has a parameter name
// that the API does not have. The name contains Secret, because an unknown name may be a password.
// If e accepts URL-encoded bodies, there are two more bad inputs: a JSON text that is sent as a
// form, and a value with an & that is not encoded, so that the server reads the rest of the value
// as a name.
func unknownCases(e Endpoint) []badCase {
	var list []badCase
	add := func(what string, request func() *http.Request) {
		list = append(list, badCase{kind: UnknownField, what: what, request: request})
	}
	named := func(name, value string) pair { return pair{Field{Name: name, Query: e.Media == 0}, value} }
	body := `{"user_id":2,"user_password":"` + Secret + `!"}`
	for what, more := range map[string][]pair{
		"": {named(Secret, "1")}, "twice": {named(Secret, "1"), named(Secret, "2")}, "JSON": {named(body, "")},
		"NUL": {named(Secret, "\x00")}, "bytes": {named(Secret, "\xff")}, "several": {named(Secret, "1"), named(Secret+"2", Secret)},
	} {
		add(what, func() *http.Request { return e.request(append(good(e), more...)) })
	}
	if e.Media&vendorhttp.URLEncoded != 0 {
		add("JSON sent as a form", func() *http.Request { return e.raw(contentType(vendorhttp.URLEncoded), body) })
		add("the tail of a value", func() *http.Request {
			text, kind := e.body(good(e))
			return e.raw(kind, text+"&"+Secret+"!")
		})
	}
	return list
}

func fieldCases(e Endpoint, f Field) []badCase {
	var list []badCase
	add := func(k Kind, value string) {
		list = append(list, badCase{kind: k, what: f.Name, request: func() *http.Request {
			return e.request(with(good(e), f, value))
		}})
	}
	if f.Required {
		list = append(list, badCase{kind: Missing, what: f.Name, request: func() *http.Request {
			return e.request(without(good(e), f))
		}})
	}
	if f.Required || !f.EmptyIsAbsent {
		add(Empty, "")
	}
	if f.WrongType != "" {
		add(WrongType, f.WrongType)
	}
	if !f.Unlimited {
		add(TooLong, Secret+strings.Repeat("a", 1<<19)) // half the limit of a body, so that only the value is too long
	}
	add(InvalidUTF8, Secret+"\xff")
	add(NUL, Secret+"\x00b")
	if e.JSON == nil {
		value := f.Good
		if value == "" {
			value = "1"
		}
		list = append(list, badCase{kind: Duplicated, what: f.Name, request: func() *http.Request {
			return e.request(append(with(good(e), f, value), pair{f, value}))
		}})
	}
	return list
}

func without(pairs []pair, f Field) []pair {
	var list []pair
	for _, p := range pairs {
		if p.field.Name != f.Name {
			list = append(list, p)
		}
	}
	return list
}

func with(pairs []pair, f Field, value string) []pair {
	return append(without(pairs, f), pair{f, value})
}

// request returns a request to the endpoint e that contains the given fields with their values. A
// field with Query set is in the query, and any other field is in the body. If e.Media is 0, the
// request has no body, and all fields are in the query.
func (e Endpoint) request(pairs []pair) *http.Request {
	query, form := url.Values{}, []pair{}
	for _, p := range pairs {
		if e.Media == 0 || p.field.Query {
			query.Add(p.field.Name, p.value)
		} else {
			form = append(form, p)
		}
	}
	path := e.Path
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if e.Media == 0 {
		return httptest.NewRequest(e.Method, path, nil)
	}
	body, kind := e.body(form)
	r := httptest.NewRequest(e.Method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return r
}

func (e Endpoint) raw(contentType, body string) *http.Request {
	var query []pair // the fields of the query are good, so that only the body is wrong
	for _, p := range good(e) {
		if p.field.Query {
			query = append(query, p)
		}
	}
	r := e.request(query)
	r = httptest.NewRequest(e.Method, r.URL.RequestURI(), strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

func contentType(m vendorhttp.Media) string {
	switch {
	case m&vendorhttp.JSON != 0:
		return "application/json"
	case m&vendorhttp.URLEncoded != 0:
		return "application/x-www-form-urlencoded"
	}
	return "multipart/form-data; boundary=x"
}

func (e Endpoint) body(pairs []pair) (body, kind string) {
	switch {
	case e.Media&vendorhttp.URLEncoded != 0:
		values := make([]string, len(pairs))
		for i, p := range pairs {
			values[i] = url.QueryEscape(p.field.Name) + "=" + url.QueryEscape(p.value)
		}
		return strings.Join(values, "&"), contentType(vendorhttp.URLEncoded)
	case e.Media&vendorhttp.JSON != 0:
		return e.jsonBody(pairs), contentType(vendorhttp.JSON)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range pairs {
		_ = w.WriteField(p.field.Name, p.value) // a write to a buffer cannot fail
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}
