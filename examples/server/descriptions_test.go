package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// TestDescriptions: each API has an OpenAPI document, to which the page links, and the server has
// every path of it.
func TestDescriptions(t *testing.T) {
	s := start(t, "-demo")
	_, page := s.get("/")
	for _, v := range vendors(nowOf{}) {
		path := descriptionPath + v.file() + ".json"
		if !strings.Contains(page, `href="`+path+`"`) {
			t.Errorf("the page has no link to %s", path)
		}
		status, text := s.get(path)
		if status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
			continue
		}
		d, err := openapi3.NewLoader().LoadFromData([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if err := d.Validate(context.Background()); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for at := range d.Paths.Map() {
			if status, body := s.ask(http.MethodTrace, at, ""); status == http.StatusNotFound && !strings.Contains(at, "{") {
				t.Errorf("%s: the server has no %s: %s", path, at, body)
			}
		}
	}
}
