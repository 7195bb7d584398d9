package scim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/openapi/openapitest"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/user"
)

func TestDocument(t *testing.T) {
	for _, custom := range []user.CustomSchema{{}, customAttributes} {
		openapitest.Document(t, func() *openapi.Document { return scim.Document(custom) })
	}
}

// described checks what goes through the tests' handlers.
var described = openapitest.API{Document: scim.Document(customAttributes), Rewrite: canonical}

// names are the names that the document has, by the same names in lower case.
var names = func() map[string]string {
	all := map[string]string{}
	var add func(*openapi.Schema)
	add = func(s *openapi.Schema) {
		if s == nil {
			return
		}
		for name, p := range s.Properties {
			all[strings.ToLower(name)] = name
			add(p)
		}
		add(s.Items)
		for _, one := range s.AnyOf {
			add(one)
		}
	}
	for _, s := range scim.Document(customAttributes).Components.Schemas {
		add(s)
	}
	return all
}()

// canonical writes the names of a request as the document does: SCIM compares them without regard
// to case, which JSON Schema cannot say.
func canonical(r *http.Request) error {
	text, err := io.ReadAll(r.Body)
	if err != nil || len(text) == 0 {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	decoder.UseNumber()
	var body any
	if err := decoder.Decode(&body); err != nil {
		return err
	}
	if text, err = json.Marshal(renamed(body)); err != nil {
		return err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	return nil
}

func renamed(v any) any {
	switch v := v.(type) {
	case map[string]any:
		o := make(map[string]any, len(v))
		for name, value := range v {
			if known, ok := names[strings.ToLower(name)]; ok {
				name = known
			}
			o[name] = renamed(value)
		}
		return o
	case []any:
		for i := range v {
			v[i] = renamed(v[i])
		}
	}
	return v
}
