package liveperson_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/openapi/openapitest"
)

func TestDocument(t *testing.T) {
	for _, public := range []bool{false, true} {
		openapitest.Document(t, func() *openapi.Document { return liveperson.Document(liveperson.Options{PublicProfiles: public}) })
	}
}

// described and describedPublic check what goes through the tests' handlers.
var (
	described       = openapitest.API{Document: liveperson.Document(liveperson.Options{}), Method: method}
	describedPublic = openapitest.API{Document: liveperson.Document(liveperson.Options{PublicProfiles: true}), Method: method}
)

// method is the method that a request stands for.
func method(r *http.Request) string {
	override := strings.ToUpper(strings.TrimSpace(r.Header.Get("X-HTTP-Method-Override")))
	switch {
	case r.Method == http.MethodHead:
		return http.MethodGet
	case r.Method == http.MethodPost && override != "":
		return override
	}
	return r.Method
}

// checked returns a handler with the check of its document.
func checked(t testing.TB, opts liveperson.Options, h http.Handler) http.Handler {
	if opts.PublicProfiles {
		return describedPublic.Checked(t, h)
	}
	return described.Checked(t, h)
}

// TestEveryRowIsRead: a parameter or a member that the document has is one that the API reads.
func TestEveryRowIsRead(t *testing.T) {
	e := newEnv(t)
	fill := strings.NewReplacer("{accountId}", "demo", "{userId}", "1", "{pid}", "x", "{service}", "agentVep")
	described.Reads(t, e.handler, func(method, path string) *http.Request {
		path = fill.Replace(path)
		if strings.Contains(path, "/le-users/") {
			path += "?v=6.0"
		}
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Authorization", "Bearer t-boss")
		return r
	}, func(w *httptest.ResponseRecorder) bool { return strings.Contains(w.Body.String(), "unknown_parameter") })
}
