package genesys_test

import (
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
)

const (
	documented = matrix.Documented
	observed   = matrix.Observed
	assumed    = matrix.Assumed
)

func TestMatrix(t *testing.T) {
	matrix.Run(t, matrix.Table{
		Vendor: "Genesys", Document: "HTCC / Web Services, Contact Center API 8.5.0, Users API",
		Sections: []matrix.Section{
			{Name: "Attributes", Rows: attributeRows()},
			{Name: "GET users", Rows: listRows()},
			{Name: "POST users", Rows: createRows()},
			{Name: "GET users id", Rows: getRows()},
			{Name: "POST and PUT users id", Rows: updateRows()},
			{Name: "DELETE users id", Rows: deleteRows()},
			{Name: "Authentication", Rows: authRows()},
			{Name: "Requests and replies", Rows: replyRows()},
		},
	})
}
