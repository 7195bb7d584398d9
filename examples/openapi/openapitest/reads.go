package openapitest

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/openapi"
)

// Reads checks that the API knows every parameter in its document. For each operation it sends one
// request for each query parameter, with an empty value, and one for each member of the JSON body,
// with null. It fails the test if the API refuses a name as unknown. For each operation with
// parameters it also sends the unknown query parameter "nonsense", and fails the test if the API
// does not refuse the name.
//
// The function request returns a request for a method and a path of the document, with the
// credentials of a caller. The function unknown reports whether a reply refuses an unknown name.
func (a *API) Reads(t *testing.T, h http.Handler, request func(method, path string) *http.Request, unknown func(*httptest.ResponseRecorder) bool) {
	t.Helper()
	send := func(method, path, query, body string) *httptest.ResponseRecorder {
		r := request(method, path)
		if query != "" {
			r.URL.RawQuery = strings.TrimPrefix(r.URL.RawQuery+"&"+query, "&")
		}
		if body != "" {
			sent := httptest.NewRequest(method, r.URL.String(), strings.NewReader(body))
			sent.Header = r.Header
			sent.Header.Set("Content-Type", "application/json")
			r = sent
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for _, path := range slices.Sorted(maps.Keys(a.Document.Paths)) {
		for method, o := range a.Document.Paths[path] {
			method = strings.ToUpper(method)
			if w := send(method, path, "nonsense=", ""); len(o.Parameters) > 0 && !unknown(w) {
				t.Errorf("%s %s: an unknown parameter is answered with %d %s", method, path, w.Code, w.Body)
			}
			for _, p := range o.Parameters {
				if w := send(method, path, url.QueryEscape(p.Name)+"=", ""); p.In == "query" && unknown(w) {
					t.Errorf("%s %s does not read %s: %s", method, path, p.Name, w.Body)
				}
			}
			for _, name := range membersOf(o) {
				if w := send(method, path, "", `{"`+name+`":null}`); unknown(w) {
					t.Errorf("%s %s does not read %s in its body: %s", method, path, name, w.Body)
				}
			}
		}
	}
}

// membersOf returns the sorted names of the members in the JSON request body of an operation, or
// nil if the operation has no body. If the schema of the body has no members but alternatives
// (anyOf), the names are those of the first alternative. membersOf panics if the body does not
// allow application/json.
func membersOf(o *openapi.Operation) []string {
	if o.RequestBody == nil {
		return nil
	}
	s := o.RequestBody.Content["application/json"].Schema
	if s.Properties == nil && len(s.AnyOf) > 0 {
		s = s.AnyOf[0]
	}
	return slices.Sorted(maps.Keys(s.Properties))
}
