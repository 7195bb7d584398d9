// Package openapitest checks OpenAPI documents, and what goes through a handler against its
// document, with kin-openapi.
package openapitest

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ca74b63c/roster/examples/openapi"
)

// Document checks the OpenAPI document that the function build returns. It fails the test if the
// document is not valid, if its version is below 3.1, or if one of ten more calls of build returns
// different JSON.
func Document(t *testing.T, build func() *openapi.Document) {
	t.Helper()
	first := encode(t, build())
	load(t, first)
	for range 10 {
		if again := encode(t, build()); !bytes.Equal(first, again) {
			t.Fatal("the document differs between two runs")
		}
	}
}

func encode(t testing.TB, d *openapi.Document) []byte {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// load parses the text of an OpenAPI document, validates the document and returns it. load fails
// the test if the document is not valid, if its version is below 3.1, or if it refers to another
// file. References inside the document are resolved.
func load(t testing.TB, text []byte) *openapi3.T {
	t.Helper()
	d, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if !d.IsOpenAPI31OrLater() {
		t.Fatalf("version %q", d.OpenAPI)
	}
	if err := d.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return d
}
