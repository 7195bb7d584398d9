package voximplant_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/openapi/openapitest"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/voximplant"
)

func TestDocument(t *testing.T) { openapitest.Document(t, voximplant.Document) }

// described checks what goes through the tests' handlers.
var described = openapitest.API{
	Document: voximplant.Document(), Form: vendorhttp.Form{Media: vendorhttp.AnyForm, Untyped: vendorhttp.URLEncoded},
	Accepted: func(status int, body []byte) bool {
		return status < http.StatusBadRequest && !bytes.HasPrefix(body, []byte(`{"error":`))
	},
}

// TestEveryRowIsRead: a parameter that the document has is one that the method reads.
func TestEveryRowIsRead(t *testing.T) {
	e := newEnv(t)
	each := openapitest.API{Document: voximplant.Document()}
	delete(each.Document.Paths, voximplant.Prefix) // where the parameters are those of one of the methods
	each.Reads(t, e.handler, func(method, path string) *http.Request {
		return httptest.NewRequest(method, path+"?"+login, nil)
	}, func(w *httptest.ResponseRecorder) bool {
		return strings.Contains(w.Body.String(), "unknown parameter") || strings.Contains(w.Body.String(), `"code":492`)
	})
}
