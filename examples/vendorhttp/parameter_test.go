package vendorhttp_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

// TestTakes: a reader with rows takes what has a row, under all its names, as the row's type and by
// the row's rule, and nothing else.
func TestTakes(t *testing.T) {
	rows := []vendorhttp.Parameter{
		{Name: "id", Type: vendorhttp.TypeInteger, Required: true, Rule: validate.OmnideskStatus}, {Name: "name", Also: []string{"called"}, Rule: validate.VoximplantUserName},
		{Name: "note", Rule: validate.VoximplantUserName, Empty: true}, {Name: "amount", Type: vendorhttp.TypeDecimal},
		{Name: "in", Type: vendorhttp.TypeObject, Members: []vendorhttp.Parameter{{Name: "on", Type: vendorhttp.TypeBoolean}}},
	}
	for body, want := range map[string][]string{
		`{"id":1,"called":"ann","note":"","amount":1.5,"in":{"on":true}}`: nil,
		`{"name":"ann"}`:                       {"/id required"},
		`{"id":9}`:                             {"/id out_of_range"},
		`{"id":1,"name":"ann","called":"bob"}`: {"/called conflict"},
		`{"id":1,"name":"A"}`:                  {"/name too_short"},
		`{"id":1,"extra":"x"}`:                 {" unknown_parameter"},
		`{"id":1,"in":{"on":true,"off":true}}`: {"/in unknown_parameter"},
		`{"id":1,"amount":"1","in":{"on":7}}`:  {"/in/on invalid"},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		values, err := vendorhttp.Form{Media: vendorhttp.JSON, Names: vendorhttp.NamesOf("id", "name", "called", "note", "amount", "in", "on")}.Read(r)
		if err != nil {
			t.Fatal(err)
		}
		in := values.Reader()
		in.Takes(rows)
		in.RequireAll()
		in.CheckedInt(validate.Strict, "id")
		in.Checked(validate.Strict, "name")
		in.Checked(validate.Strict, "note")
		in.Text("amount")
		if inner, ok := in.Object("in"); ok {
			inner.Bool("on")
			if inner.Has("off") {
				t.Errorf("%s: a getter finds what has no row", body)
			}
			inner.Unknown()
		}
		if in.Has("extra") {
			t.Errorf("%s: a getter finds what has no row", body)
		}
		in.Unknown()
		var invalid *validate.Error
		var got []string
		if errors.As(in.Err(), &invalid) {
			for _, p := range invalid.Problems {
				got = append(got, p.Path+" "+string(p.Code))
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", body, d)
		}
	}
}

// TestTypeOfRow: a value that is read as another type than its row's is invalid.
func TestTypeOfRow(t *testing.T) {
	values, err := vendorhttp.Form{}.Query(httptest.NewRequest("GET", "/?n=1", nil))
	if err != nil {
		t.Fatal(err)
	}
	in := values.Reader()
	in.Takes([]vendorhttp.Parameter{{Name: "n", Type: vendorhttp.TypeInteger}})
	if _, ok := in.Text("n"); ok || in.Err() == nil {
		t.Error("a number was read as a text")
	}
}
