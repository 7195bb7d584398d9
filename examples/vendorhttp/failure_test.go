package vendorhttp_test

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
	"github.com/ca74b63c/roster/examples/vendorhttp"
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
		{&balance.TextError{Field: "userDescription", TooLong: true}, roster.CodeInvalid, 400, "/userDescription too_long"},
		{&balance.TextError{Field: "reason"}, roster.CodeInvalid, 400, "/reason control_character"},
		{&balance.AmountError{}, roster.CodeInvalid, 400, "/amount invalid"},
		{balance.ErrCurrency, roster.CodeInvalid, 400, "/currency unknown"},
		{&balance.CurrencyError{NoRate: true}, roster.CodeInvalid, 400, "/currency conflict"},
		{balance.ErrNoPayees, roster.CodeInvalid, 400, "/users required"},
		{roster.ErrWrongPassword, roster.CodeInvalid, 400, "/oldPassword mismatch"},
		{storage.ErrInvalid, roster.CodeInvalid, 400, " invalid"},
		{vendorhttp.ErrMalformed, vendorhttp.CodeMalformed, 400, ""},
		{vendorhttp.ErrTooLarge, vendorhttp.CodeTooLarge, 413, ""},
		{vendorhttp.ErrMediaType, vendorhttp.CodeUnsupportedMedia, 415, ""},
		{vendorhttp.ErrCredentials, roster.CodeUnauthenticated, 401, ""},
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
		{roster.ErrNoAgentAvailable, roster.CodeConflict, 409, ""},
		{&balance.KeyConflict{}, roster.CodeConflict, 409, ""},
		{storage.ErrUnknownOutcome, roster.CodeUnknownOutcome, 500, ""},
		{storage.ErrClosed, roster.CodeUnavailable, 503, "after 1s"},
		{context.DeadlineExceeded, roster.CodeUnavailable, 503, "after 1s"},
		{fmt.Errorf("of a host: %w", password.ErrBusy), roster.CodeUnavailable, 503, "after 1s"},
		{vendorhttp.ErrBusy, roster.CodeUnavailable, 503, "after 1s"},
		{context.Canceled, roster.CodeCanceled, 499, ""},
		{vendorhttp.Fail(vendorhttp.CodeNoRoute), vendorhttp.CodeNoRoute, 404, ""},
		{vendorhttp.Fail(vendorhttp.CodeRateLimited), vendorhttp.CodeRateLimited, 429, ""},
	} {
		f := vendorhttp.FailureOf(fmt.Errorf("wrapped: %w", test.err))
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
		if f.Code != test.code || vendorhttp.StatusOf(f.Code) != test.status || detail != test.detail {
			t.Errorf("%v: %v %d %q", test.err, f.Code, vendorhttp.StatusOf(f.Code), detail)
		}
	}
	if vendorhttp.StatusOf(199) != 500 || vendorhttp.NameOf(199) != "code(199)" {
		t.Error("a code that does not exist")
	}
	cause := errors.New("cause")
	own := &vendorhttp.FailureError{Failure: vendorhttp.Failure{Code: roster.CodeLocked, Err: cause}}
	if !errors.Is(own, cause) || own.Error() != "vendorhttp: locked" {
		t.Error(own)
	}
}

func TestMethods(t *testing.T) {
	var failed vendorhttp.Failure
	fail := func(w http.ResponseWriter, _ *http.Request, f vendorhttp.Failure) {
		failed = f
		w.WriteHeader(vendorhttp.StatusOf(f.Code))
	}
	h := vendorhttp.Methods(fail, map[string]http.HandlerFunc{"GET": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("read")) }, "POST": func(http.ResponseWriter, *http.Request) {}})
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 200, "PUT": 405, "OPTIONS": 405} {
		w := serve(h, method, "/", "", "")
		if w.Code != want || (want == 405) != (w.Header().Get("Allow") == "GET, HEAD, POST") {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	if failed.Code != vendorhttp.CodeMethodNotAllowed || failed.Allow != "GET, HEAD, POST" {
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
		r.Header.Set(vendorhttp.FaultHeader, header)
		f := vendorhttp.HeaderFaults(r)
		got := "none"
		if f.Failure != nil {
			got = fmt.Sprint(vendorhttp.NameOf(f.Failure.Code), " ", f.Failure.Status)
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
	got := string(vendorhttp.AppendText([]byte("x"), "a\"<é>\n")) + string(vendorhttp.AppendText(nil, strings.Repeat("a", 3)))
	if d := cmp.Diff(`x"a\"\u003cé\u003e\n""aaa"`, got); d != "" {
		t.Error(d)
	}
}
