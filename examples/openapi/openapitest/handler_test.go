package openapitest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// rows of a small API.
var rows = []vendorhttp.Parameter{
	{Name: "id", Type: vendorhttp.TypeInteger, Required: true}, {Name: "on", Type: vendorhttp.TypeBoolean},
	{Name: "name", Words: []string{"a", "b"}}, {Name: "ids", Type: vendorhttp.TypeIntegers},
}

func small() *openapi.Document {
	d := openapi.New("small", "1", "")
	d.Define(openapi.ErrorSchema, openapi.Object(openapi.Member{Name: "error", Schema: openapi.Text()}))
	replies := openapi.Replies("200", "It worked.", "application/json", openapi.Object(openapi.Member{Name: "n", Schema: openapi.Integer()}))
	var reading openapi.Reading
	d.Add("GET", "/things", &openapi.Operation{ID: "list", Summary: "Lists.", Parameters: reading.Query(rows, false), Responses: replies})
	d.Add("POST", "/things", &openapi.Operation{
		ID: "make", Summary: "Makes.", Responses: replies,
		RequestBody: &openapi.RequestBody{Content: openapi.Content(vendorhttp.AnyForm, reading.Object(rows, false))},
	})
	d.Add("DELETE", "/things/{id}", &openapi.Operation{
		ID: "remove", Summary: "Removes.", Responses: replies,
		Parameters: []openapi.Parameter{{Name: "id", In: "path", Required: true, Schema: openapi.Matching("^[0-9]+$")}},
	})
	return d
}

func TestSmallDocument(t *testing.T) { Document(t, small) }

// TestCheck: what does not fit is found, and what fits is not.
func TestCheck(t *testing.T) {
	const form, json = "application/x-www-form-urlencoded", "application/json"
	for _, c := range []struct {
		name, method, target, kind, body string
		status                           int
		reply, wants                     string // wants is a part of the error, "" if there is none
	}{
		{"a query", "GET", "/things?id=4.0&on=TRUE&name=a&ids=1,2", "", "", 200, `{"n":1}`, ""},
		{"a form", "POST", "/things", form, "id=4&on=0&name=a", 200, `{"n":1}`, ""},
		{"JSON", "POST", "/things", json, `{"id":4,"on":true,"ids":[1,"2"],"name":null}`, 200, `{"n":1}`, ""},
		{"a path", "DELETE", "/things/7/", "", "", 200, `{"n":1}`, ""},
		{"a refusal", "POST", "/things", json, `{"nonsense":1}`, 400, `{"error":"x"}`, ""},
		{"no such path", "GET", "/nowhere", "", "", 404, `{"error":"x"}`, ""},
		{"HEAD", "HEAD", "/things?id=1", "", "", 200, ``, ""},

		{"a missing parameter", "GET", "/things?on=1", "", "", 200, `{"n":1}`, `"id"`},
		{"an unknown parameter", "GET", "/things?id=1&nonsense=1", "", "", 200, `{"n":1}`, "nonsense"},
		{"a wrong number", "GET", "/things?id=one", "", "", 200, `{"n":1}`, `"id"`},
		{"a wrong word", "GET", "/things?id=1&name=c", "", "", 200, `{"n":1}`, `"name"`},
		{"an unknown member", "POST", "/things", json, `{"id":1,"nonsense":1}`, 200, `{"n":1}`, "nonsense"},
		{"an unknown name in a form", "POST", "/things", form, `id=1&nonsense=1`, 200, `{"n":1}`, "nonsense"},
		{"a wrong truth value in a form", "POST", "/things", form, `id=1&on=yes`, 200, `{"n":1}`, "on"},
		{"a body that is not taken", "DELETE", "/things/7", json, `{}`, 200, `{"n":1}`, "body not allowed"},
		{"another content type", "POST", "/things", "text/csv", `a`, 200, `{"n":1}`, "text/csv"},
		{"a wrong path", "DELETE", "/things/x", "", "", 200, `{"n":1}`, `"id"`},
		{"a path that is not described", "GET", "/nowhere", "", "", 200, `{"n":1}`, "does not have it"},
		{"a method that is not described", "PUT", "/things", "", "", 200, `{"n":1}`, "does not have it"},
		{"another reply", "GET", "/things?id=1", "", "", 200, `{"n":"1"}`, "reply"},
		{"more in a reply", "GET", "/things?id=1", "", "", 200, `{"n":1,"m":2}`, "reply"},
		{"less in a reply", "GET", "/things?id=1", "", "", 200, `{}`, "reply"},
		{"another refusal", "GET", "/things?id=1", "", "", 400, `{"n":1}`, "reply"},
		{"another refusal elsewhere", "GET", "/nowhere", "", "", 404, `{"n":1}`, "error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			api := &API{Document: small(), Form: vendorhttp.Form{Media: vendorhttp.AnyForm}}
			h := api.Checked(t, nil).(*checker)
			r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.kind)
			if c.body == "" {
				r.Body = http.NoBody
			}
			w := &reply{ResponseWriter: httptest.NewRecorder(), status: c.status}
			w.Header().Set("Content-Type", json)
			w.body.WriteString(c.reply)
			err := h.check(r, w)
			if c.wants == "" && err != nil || c.wants != "" && (err == nil || !strings.Contains(err.Error(), c.wants)) {
				t.Errorf("%v, want %q", err, c.wants)
			}
		})
	}
}

// TestCheckedPassesOn: the handler sees the request as it is, and the caller the reply.
func TestCheckedPassesOn(t *testing.T) {
	api := &API{Document: small(), Form: vendorhttp.Form{Media: vendorhttp.AnyForm}}
	h := api.Checked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != `{"id":1}` {
			t.Errorf("%s %v", body, err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte(`{"n":1}`))
	}))
	r := httptest.NewRequest("POST", "/things", strings.NewReader(`{"id":1}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Body.String() != `{"n":1}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
