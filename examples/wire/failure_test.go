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
		code   roster.Code
		status int
		detail string
	}{
		{errors.New("a disk: password=hunter2"), roster.CodeInternal, 500, ""},
		{c.Err(), roster.CodeInvalid, 400, "/a required"},
		{&balance.TextError{Field: "user_text", TooLong: true}, roster.CodeInvalid, 400, "/user_text too_long"},
		{&balance.TextError{Field: "reason"}, roster.CodeInvalid, 400, "/reason control_character"},
		{&balance.AmountError{}, roster.CodeInvalid, 400, "/amount invalid"},
		{balance.ErrCurrency, roster.CodeInvalid, 400, "/currency unknown"},
		{&balance.CurrencyError{NoRate: true}, roster.CodeInvalid, 400, "/currency conflict"},
		{balance.ErrNoPayees, roster.CodeInvalid, 400, "/users required"},
		{roster.ErrWrongPassword, roster.CodeInvalid, 400, "/oldPassword mismatch"},
		{storage.ErrInvalid, roster.CodeInvalid, 400, " invalid"},
		{wire.ErrMalformed, wire.CodeMalformed, 400, ""},
		{wire.ErrTooLarge, wire.CodeTooLarge, 413, ""},
		{wire.ErrMediaType, wire.CodeUnsupportedMedia, 415, ""},
		{wire.ErrCredentials, roster.CodeUnauthenticated, 401, ""},
		{roster.ErrCredentials, roster.CodeUnauthenticated, 401, ""},
		{roster.ErrDisabled, roster.CodeDisabled, 401, ""},
		{&permission.Denied{}, roster.CodeDenied, 403, ""},
		{storage.ErrNotFound, roster.CodeNotFound, 404, ""},
		{&roster.StaleError{Expected: 1, Current: 7}, roster.CodeStale, 412, "7"},
		{&storage.ExistsError{What: "login", ID: 3}, roster.CodeExists, 409, "login"},
		{user.ErrStatusLocked, roster.CodeLocked, 409, ""},
		{&balance.Shortage{}, roster.CodeInsufficientFunds, 409, ""},
		{roster.ErrTooManyUsers, roster.CodeLimit, 409, ""},
		{roster.ErrLastAdministrator, roster.CodeLastAdministrator, 409, ""},
		{roster.ErrNobodyFree, roster.CodeConflict, 409, ""},
		{&balance.KeyConflict{}, roster.CodeConflict, 409, ""},
		{storage.ErrUnknownOutcome, roster.CodeUnknownOutcome, 500, ""},
		{storage.ErrClosed, roster.CodeUnavailable, 503, "after 1s"},
		{context.DeadlineExceeded, roster.CodeUnavailable, 503, "after 1s"},
		{fmt.Errorf("of a host: %w", password.ErrBusy), roster.CodeUnavailable, 503, "after 1s"},
		{wire.ErrBusy, roster.CodeUnavailable, 503, "after 1s"},
		{context.Canceled, roster.CodeCanceled, 499, ""},
		{wire.Fail(wire.CodeNoRoute), wire.CodeNoRoute, 404, ""},
		{wire.Fail(wire.CodeRateLimited), wire.CodeRateLimited, 429, ""},
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
		if f.Code != test.code || wire.StatusOf(f.Code) != test.status || detail != test.detail {
			t.Errorf("%v: %v %d %q", test.err, f.Code, wire.StatusOf(f.Code), detail)
		}
	}
	if wire.StatusOf(199) != 500 || wire.NameOf(199) != "code(199)" {
		t.Error("a code that does not exist")
	}
	cause := errors.New("cause")
	own := &wire.FailureError{Failure: wire.Failure{Code: roster.CodeLocked, Err: cause}}
	if !errors.Is(own, cause) || own.Error() != "wire: locked" {
		t.Error(own)
	}
}

func TestMethods(t *testing.T) {
	var failed wire.Failure
	fail := func(w http.ResponseWriter, _ *http.Request, f wire.Failure) {
		failed = f
		w.WriteHeader(wire.StatusOf(f.Code))
	}
	h := wire.Methods(fail, map[string]http.HandlerFunc{"GET": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("read")) }, "POST": func(http.ResponseWriter, *http.Request) {}})
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 200, "PUT": 405, "OPTIONS": 405} {
		w := serve(h, method, "/", "", "")
		if w.Code != want || (want == 405) != (w.Header().Get("Allow") == "GET, HEAD, POST") {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	if failed.Code != wire.CodeMethodNotAllowed || failed.Allow != "GET, HEAD, POST" {
		t.Errorf("%+v", failed)
	}
}

func TestHeaderFaults(t *testing.T) {
	for header, want := range map[string]string{
		"": "none", "latency=200ms": "none 200ms", "status=503": "unavailable 503", "status=404": "not_found 404", "status=418": "conflict 418",
		"stale": "stale 0", "insufficient": "insufficient_funds 0", "rate-limit": "rate_limited 0", "latency=1s, locked": "locked 0 1s",
		"latency=2m": "invalid 0", "latency=-1s": "invalid 0", "status=200": "invalid 0", "status=x": "invalid 0", "nonsense": "invalid 0", "stale=1": "invalid 0",
	} {
		r := request("", "", "")
		r.Header.Set(wire.FaultHeader, header)
		f := wire.HeaderFaults(r)
		got := "none"
		if f.Failure != nil {
			got = fmt.Sprint(wire.NameOf(f.Failure.Code), " ", f.Failure.Status)
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
