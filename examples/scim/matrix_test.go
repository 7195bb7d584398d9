package scim_test

import (
	"slices"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
)

const (
	userBody   = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kim@acme","externalId":"7","displayName":"Kim","id":"99","password":"Kims-Passw0rd!"}`
	searchBody = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],`
)

// does returns the test of a row: requests to an account with six users.
func does(list ...step) func(*testing.T) {
	return func(t *testing.T) {
		e := newEnv(t)
		e.populate()
		e.steps(list...)
	}
}

// TestMatrix has a row for the normative sentences of the RFCs that apply to this server.
func TestMatrix(t *testing.T) {
	matrix.Run(t, matrix.Table{
		Vendor: "SCIM", Document: "RFC 7643, RFC 7644 and RFC 9865",
		Sections: []matrix.Section{
			{Name: "RFC 7643, resources", Rows: schemaRows()},
			{Name: "RFC 7644, create, read, replace, delete", Rows: resourceRows()},
			{Name: "RFC 7644, lists", Rows: listRows()},
			{Name: "RFC 7644, PATCH and bulk", Rows: slices.Concat(patchRows(), bulkRows())},
			{Name: "RFC 7644, errors and the rest", Rows: restRows()},
		},
	})
}
