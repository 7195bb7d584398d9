package omnidesk_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/openapi/openapitest"
	"github.com/ca74b63c/roster/examples/vendorhttp"
)

func TestDocument(t *testing.T) {
	for _, strict := range []bool{false, true} {
		openapitest.Document(t, func() *openapi.Document { return omnidesk.Document(omnidesk.Options{Strict: strict}) })
	}
}

// described and describedStrict check what goes through the tests' handlers.
var (
	described       = openapitest.API{Document: omnidesk.Document(omnidesk.Options{}), Form: form}
	describedStrict = openapitest.API{Document: omnidesk.Document(omnidesk.Options{Strict: true}), Form: form}
	form            = vendorhttp.Form{Media: vendorhttp.AnyForm | vendorhttp.LooseMultipart, Quoted: true, Brackets: true}
)

// checked returns a handler with the check of its document.
func checked(t testing.TB, opts omnidesk.Options, h http.Handler) http.Handler {
	if opts.Strict {
		return describedStrict.Checked(t, h)
	}
	return described.Checked(t, h)
}

// TestEveryRowIsRead: a parameter that the document has is one that the endpoint reads.
func TestEveryRowIsRead(t *testing.T) {
	e := newEnv(t)
	described.Reads(t, e.handler, func(method, path string) *http.Request {
		r := httptest.NewRequest(method, strings.Replace(path, "{id}", "2", 1), nil)
		r.Header.Set("apiKey", "YOUR_API_KEY")
		return r
	}, func(w *httptest.ResponseRecorder) bool { return strings.Contains(w.Body.String(), "unknown_parameter") })
}
