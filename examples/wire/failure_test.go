package wire_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/examples/wire"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

func TestFailureOfEachError(t *testing.T) {
	var c validate.Collector
	c.Require("/a", false)
	for _, test := range []struct {
		err    error
		class  wire.Class
		status int
		detail string
	}{
		{errors.New("a disk: password=hunter2"), wire.Internal, 500, ""},
		{c.Err(), wire.Invalid, 400, "/a required"},
		{&balance.TextError{Field: "user_text", TooLong: true}, wire.Invalid, 400, "/user_text too_long"},
		{&balance.TextError{Field: "reason"}, wire.Invalid, 400, "/reason control_character"},
		{&balance.AmountError{}, wire.Invalid, 400, "/amount invalid"},
		{balance.ErrCurrency, wire.Invalid, 400, "/currency unknown"},
		{&balance.CurrencyError{NoRate: true}, wire.Invalid, 400, "/currency conflict"},
		{balance.ErrNoPayees, wire.Invalid, 400, "/users required"},
		{roster.ErrWrongPassword, wire.Invalid, 400, "/oldPassword mismatch"},
		{storage.ErrInvalid, wire.Invalid, 400, " invalid"},
		{wire.ErrMalformed, wire.Malformed, 400, ""},
		{wire.ErrTooLarge, wire.TooLarge, 413, ""},
		{wire.ErrMediaType, wire.UnsupportedMedia, 415, ""},
		{wire.ErrCredentials, wire.Unauthenticated, 401, ""},
		{roster.ErrCredentials, wire.Unauthenticated, 401, ""},
		{roster.ErrDisabled, wire.Disabled, 401, ""},
		{&permission.Denied{}, wire.Denied, 403, ""},
		{storage.ErrNotFound, wire.NotFound, 404, ""},
		{&roster.StaleError{Expected: 1, Current: 7}, wire.Stale, 412, "7"},
		{&storage.ExistsError{What: "login", ID: 3}, wire.Exists, 409, "login"},
		{user.ErrStatusLocked, wire.Locked, 409, ""},
		{&balance.Shortage{}, wire.Insufficient, 409, ""},
		{roster.ErrTooManyUsers, wire.Limit, 409, ""},
		{roster.ErrLastAdministrator, wire.LastAdmin, 409, ""},
		{roster.ErrNobodyFree, wire.Conflict, 409, ""},
		{&balance.KeyConflict{}, wire.Conflict, 409, ""},
		{storage.ErrUnknownOutcome, wire.Unknown, 500, ""},
		{storage.ErrClosed, wire.Unavailable, 503, "after 1s"},
		{context.DeadlineExceeded, wire.Unavailable, 503, "after 1s"},
		{fmt.Errorf("of a host: %w", password.ErrBusy), wire.Unavailable, 503, "after 1s"},
		{wire.ErrBusy, wire.Unavailable, 503, "after 1s"},
		{context.Canceled, wire.Canceled, 499, ""},
		{wire.Fail(wire.NoRoute), wire.NoRoute, 404, ""},
		{wire.Fail(wire.RateLimited), wire.RateLimited, 429, ""},
	} {
		f := wire.FailureOf(fmt.Errorf("wrapped: %w", test.err))
		detail := f.What
		if f.Current != 0 {
			detail = fmt.Sprint(f.Current)
		}
		if f.Retry != 0 {
			detail = "after " + f.Retry.String()
		}
		for _, p := range f.Problems {
			detail = p.Path + " " + string(p.Code)
		}
		if f.Class != test.class || f.Class.Status() != test.status || detail != test.detail {
			t.Errorf("%v: %v %d %q", test.err, f.Class, f.Class.Status(), detail)
		}
	}
	if wire.Class(200).Status() != 500 || wire.Class(200).String() != "internal" {
		t.Error("a class that is none")
	}
	cause := errors.New("cause")
	own := &wire.FailureError{Failure: wire.Failure{Class: wire.Locked, Err: cause}}
	if !errors.Is(own, cause) || own.Error() != "wire: locked" {
		t.Error(own)
	}
}

func TestMethods(t *testing.T) {
	var failed wire.Failure
	fail := func(w http.ResponseWriter, _ *http.Request, f wire.Failure) {
		failed = f
		w.WriteHeader(f.Class.Status())
	}
	h := wire.Methods(fail, map[string]http.HandlerFunc{"GET": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("read")) }, "POST": func(http.ResponseWriter, *http.Request) {}})
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 200, "PUT": 405, "OPTIONS": 405} {
		w := serve(h, method, "/", "", "")
		if w.Code != want || (want == 405) != (w.Header().Get("Allow") == "GET, HEAD, POST") {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	if failed.Class != wire.MethodNotAllowed || failed.Allow != "GET, HEAD, POST" {
		t.Errorf("%+v", failed)
	}
}

func TestHeaderFaults(t *testing.T) {
	for header, want := range map[string]string{
		"": "none", "latency=200ms": "none 200ms", "status=503": "unavailable 503", "status=404": "not_found 404", "status=418": "conflict 418",
		"stale": "stale 0", "insufficient": "insufficient 0", "rate-limit": "rate_limited 0", "latency=1s, locked": "locked 0 1s",
		"latency=2m": "invalid 0", "latency=-1s": "invalid 0", "status=200": "invalid 0", "status=x": "invalid 0", "nonsense": "invalid 0", "stale=1": "invalid 0",
	} {
		r := request("", "", "")
		r.Header.Set(wire.FaultHeader, header)
		f := wire.HeaderFaults(r)
		got := "none"
		if f.Failure != nil {
			got = fmt.Sprint(f.Failure.Class, " ", f.Failure.Status)
		}
		if f.Latency != 0 {
			got += " " + f.Latency.String()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestAppendTextIsJSON(t *testing.T) {
	got := string(wire.AppendText([]byte("x"), "a\"<é>\n")) + string(wire.AppendText(nil, strings.Repeat("a", 3)))
	if d := cmp.Diff(`x"a\"\u003cé\u003e\n""aaa"`, got); d != "" {
		t.Error(d)
	}
}
