package genesys_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/openapi/openapitest"
)

func TestDocument(t *testing.T) { openapitest.Document(t, genesys.Document) }

// described checks what goes through the tests' handlers.
var described = openapitest.API{Document: genesys.Document()}

// TestEveryRowIsRead: a parameter or a member that the document has is one that the API reads.
func TestEveryRowIsRead(t *testing.T) {
	e := newEnv(t)
	described.Reads(t, e.handler, func(method, path string) *http.Request {
		r := request(method, strings.Replace(path, "{id}", id(bob), 1), "")
		r.SetBasicAuth(logins[ann], secret)
		return r
	}, func(w *httptest.ResponseRecorder) bool { return strings.Contains(w.Body.String(), "unknown parameter") })
}
