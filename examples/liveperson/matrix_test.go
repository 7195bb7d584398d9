package liveperson_test

import (
	"testing"

	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
)

const (
	documented = matrix.Documented
	observed   = matrix.Observed
	assumed    = matrix.Assumed
)

func TestMatrix(t *testing.T) {
	matrix.Run(t, matrix.Table{
		Vendor: "LivePerson", Document: "Users API, appendix",
		Sections: []matrix.Section{
			{Name: "Considerations", Rows: considerationRows()},
			{Name: "Headers", Rows: headerRows()},
			{Name: "Query Parameters", Rows: queryRows()},
			{Name: "Path Parameters", Rows: pathRows()},
			{Name: "Entity Structure", Rows: entityRows()},
			{Name: "Entity Example", Rows: exampleRows()},
			{Name: "Data Revisions", Rows: append(revisionRows(), ifMatchRows()...)},
			{Name: "Methods", Rows: methodRows()},
			{Name: "Selector grammar", Rows: selectRows()},
			{Name: "Base URI and login", Rows: loginRows()},
			{Name: "Permissions", Rows: permissionRows()},
			{Name: "Refusals", Rows: refusalRows()},
		},
	})
}

// in runs a test in an environment of its own.
func in(test func(*env), set ...func(*liveperson.Options)) func(*testing.T) {
	return func(t *testing.T) {
		t.Helper()
		test(newEnv(t, set...))
	}
}
