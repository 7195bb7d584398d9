package omnidesk_test

import (
	"net/http"
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
