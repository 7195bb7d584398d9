package voximplant_test

import (
	"bytes"
	"net/http"
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
