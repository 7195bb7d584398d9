package vendorhttptest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TestBadInput runs the table against an endpoint that does everything right, and counts that each
// kind was sent.
func TestBadInput(t *testing.T) {
	fail := func(w http.ResponseWriter, _ *http.Request, f vendorhttp.Failure) {
		w.WriteHeader(vendorhttp.StatusOf(f.Code))
	}
	revision := user.Revision(1)
	names := vendorhttp.NamesOf("name", "count")
	handler := vendorhttp.Methods(fail, map[string]http.HandlerFunc{"POST": func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("apiKey") != "good" {
			fail(w, r, vendorhttp.Failure{Code: roster.CodeUnauthenticated})
			return
		}
		values, err := vendorhttp.Form{Media: vendorhttp.AnyForm, Names: names}.Read(r)
		if err != nil {
			fail(w, r, vendorhttp.FailureOf(err))
			return
		}
		in := values.Reader()
		in.Require("name")
		name, _ := in.Text("name")
		in.Problems().Check(validate.VoximplantUserName, validate.Strict, "/name", name)
		in.Int("count")
		in.Unknown()
		if err := in.Err(); err != nil {
			fail(w, r, vendorhttp.FailureOf(err))
			return
		}
		revision++
	}})
	var log vendorhttptest.Log
	sent := map[vendorhttptest.Kind]int{}
	vendor := vendorhttptest.Vendor{
		Handler:  vendorhttp.Options{Log: log.Take}.Wrap(handler, names, fail),
		Log:      &log,
		Login:    func(r *http.Request) { r.Header.Set("apiKey", "good") },
		Wrong:    []func(*http.Request){func(*http.Request) {}},
		Revision: func() user.Revision { return revision },
		Refused: func(t *testing.T, w *httptest.ResponseRecorder, k vendorhttptest.Kind) {
			t.Helper()
			sent[k]++
			if w.Code < 400 || w.Code >= 500 {
				t.Errorf("status %d", w.Code)
			}
		},
	}
	fields := []vendorhttptest.Field{{Name: "name", Good: "ann", Required: true, JSONText: true}, {Name: "count", Good: "1", WrongType: "x"}}
	var endpoints []vendorhttptest.Endpoint
	for name, media := range map[string]vendorhttp.Media{"query": 0, "form": vendorhttp.URLEncoded, "JSON": vendorhttp.JSON, "parts": vendorhttp.Multipart} {
		endpoints = append(endpoints, vendorhttptest.Endpoint{
			Name: name, Method: "POST", Path: "/", Methods: []string{"POST"}, Fields: fields, Media: media,
		})
	}
	endpoints[0].Except = map[vendorhttptest.Kind]string{vendorhttptest.UnknownField: "to see that an exception is run"}
	vendorhttptest.BadInput(t, vendor, endpoints)
	for _, k := range []vendorhttptest.Kind{
		vendorhttptest.Missing, vendorhttptest.Empty, vendorhttptest.WrongType, vendorhttptest.TooLong, vendorhttptest.InvalidUTF8, vendorhttptest.NUL, vendorhttptest.Duplicated,
		vendorhttptest.UnknownField, vendorhttptest.WrongMethod, vendorhttptest.WrongMedia, vendorhttptest.BrokenJSON, vendorhttptest.BrokenMultipart,
		vendorhttptest.BodyTooLarge, vendorhttptest.BadCredentials,
	} {
		if sent[k] == 0 {
			t.Errorf("%s was never sent", k)
		}
	}
}
