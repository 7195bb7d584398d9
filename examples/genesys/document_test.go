package genesys_test

import (
	"testing"

	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/openapi/openapitest"
)

func TestDocument(t *testing.T) { openapitest.Document(t, genesys.Document) }

// described checks what goes through the tests' handlers.
var described = openapitest.API{Document: genesys.Document()}
