package wiretest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/wire"
	"github.com/ca74b63c/roster/examples/wire/wiretest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TestBadInput runs the table against an endpoint that does everything right, and counts that each
// kind was sent.
func TestBadInput(t *testing.T) {
	fail := func(w http.ResponseWriter, _ *http.Request, f wire.Failure) { w.WriteHeader(wire.StatusOf(f.Code)) }
	revision := user.Revision(1)
	names := wire.NamesOf("name", "count")
	handler := wire.Methods(fail, map[string]http.HandlerFunc{"POST": func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("apiKey") != "good" {
			fail(w, r, wire.Failure{Code: roster.CodeUnauthenticated})
			return
		}
		values, err := wire.Form{Media: wire.AnyForm, Names: names}.Read(r)
		if err != nil {
			fail(w, r, wire.FailureOf(err))
			return
		}
		in := values.Reader()
		in.Require("name")
		name, _ := in.Text("name")
		in.Problems().Check(validate.VoximplantUserName, validate.Strict, "/name", name)
		in.Int("count")
		in.Unknown()
		if err := in.Err(); err != nil {
			fail(w, r, wire.FailureOf(err))
			return
		}
		revision++
	}})
	var log wiretest.Log
	sent := map[wiretest.Kind]int{}
	vendor := wiretest.Vendor{
		Handler:  wire.Options{Log: log.Take}.Wrap(handler, names, fail),
		Log:      &log,
		Login:    func(r *http.Request) { r.Header.Set("apiKey", "good") },
		Wrong:    []func(*http.Request){func(*http.Request) {}},
		Revision: func() user.Revision { return revision },
		Refused: func(t *testing.T, w *httptest.ResponseRecorder, k wiretest.Kind) {
			t.Helper()
			sent[k]++
			if w.Code < 400 || w.Code >= 500 {
				t.Errorf("status %d", w.Code)
			}
		},
	}
	fields := []wiretest.Field{{Name: "name", Good: "ann", Required: true, JSONText: true}, {Name: "count", Good: "1", WrongType: "x"}}
	var endpoints []wiretest.Endpoint
	for name, media := range map[string]wire.Media{"query": 0, "form": wire.URLEncoded, "JSON": wire.JSON, "parts": wire.Multipart} {
		endpoints = append(endpoints, wiretest.Endpoint{
			Name: name, Method: "POST", Path: "/", Methods: []string{"POST"}, Fields: fields, Media: media,
		})
	}
	endpoints[0].Except = map[wiretest.Kind]string{wiretest.UnknownField: "to see that an exception is run"}
	wiretest.BadInput(t, vendor, endpoints)
	for _, k := range []wiretest.Kind{
		wiretest.Missing, wiretest.Empty, wiretest.WrongType, wiretest.TooLong, wiretest.InvalidUTF8, wiretest.NUL, wiretest.Duplicated,
		wiretest.UnknownField, wiretest.WrongMethod, wiretest.WrongMedia, wiretest.BrokenJSON, wiretest.BrokenMultipart,
		wiretest.BodyTooLarge, wiretest.BadCredentials,
	} {
		if sent[k] == 0 {
			t.Errorf("%s was never sent", k)
		}
	}
}
