package vendorhttp

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// Codes of requests that fail before they reach the directory. Every other failure has the code
// that roster.CodeOf returns. Each vendor's adapter has one table from codes to the vendor's codes.
const (
	CodeMalformed        roster.Code = 200 + iota // the request cannot be read
	CodeTooLarge                                  // Failure.What is the limit that the request exceeds
	CodeUnsupportedMedia                          // wrong content type
	CodeNoRoute                                   // no such path
	CodeMethodNotAllowed                          // Failure.Allow has the allowed methods
	CodeRateLimited                               // too many requests
)

// requestCodes has the names and HTTP statuses of the codes above.
var requestCodes = map[roster.Code]struct {
	name   string
	status int
}{
	CodeMalformed:        {"malformed", http.StatusBadRequest},
	CodeTooLarge:         {"too_large", http.StatusRequestEntityTooLarge},
	CodeUnsupportedMedia: {"unsupported_media_type", http.StatusUnsupportedMediaType},
	CodeNoRoute:          {"no_route", http.StatusNotFound},
	CodeMethodNotAllowed: {"method_not_allowed", http.StatusMethodNotAllowed},
	CodeRateLimited:      {"rate_limited", http.StatusTooManyRequests},
}

// NameOf returns the name of a code, such as "not_found".
func NameOf(c roster.Code) string {
	if r, ok := requestCodes[c]; ok {
		return r.name
	}
	return c.String()
}

// StatusOf returns the usual HTTP status of the code c. An API may use another status for the code.
func StatusOf(c roster.Code) int {
	if r, ok := requestCodes[c]; ok {
		return r.status
	}
	return c.HTTPStatus()
}

// Failure is the reason why a request failed. It contains no secret and nothing that the caller
// sent.
type Failure struct {
	Code     roster.Code
	Status   int                // the HTTP status of a fault; 0 means StatusOf(Code)
	Problems []validate.Problem // of roster.CodeInvalid: all of them, ordered by path
	Allow    string             // of CodeMethodNotAllowed: the value of the header Allow
	What     string             // of roster.CodeExists: login, pid, fullName, id, name, key; of CodeTooLarge: "more than 1000 objects in its list"
	Current  user.Revision      // of roster.CodeStale: the current version
	Retry    time.Duration      // of CodeRateLimited and roster.CodeUnavailable: the time after which to try again
	Err      error              // the error, for errors.Is; a reply must not contain its text
}

// HTTPStatus returns f.Status, or StatusOf(f.Code) if f.Status is 0.
func (f *Failure) HTTPStatus() int {
	if f.Status != 0 {
		return f.Status
	}
	return StatusOf(f.Code)
}

// SetRetryAfter sets the header Retry-After to f.Retry in seconds, rounded up. It does nothing if
// f.Retry is 0.
func (f *Failure) SetRetryAfter(w http.ResponseWriter) {
	if f.Retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(f.Retry.Seconds()))))
	}
}

// FailFunc writes a failure in a vendor's form.
type FailFunc func(http.ResponseWriter, *http.Request, Failure)

// requestErrors has the codes of this package's errors.
var requestErrors = []struct {
	err  error
	code roster.Code
}{
	{ErrTooLarge, CodeTooLarge},
	{ErrMediaType, CodeUnsupportedMedia},
	{ErrMalformed, CodeMalformed},
	{ErrCredentials, roster.CodeUnauthenticated},
	{ErrBusy, roster.CodeUnavailable},
}

// fields has the problems of errors that are about one field of the request.
var fields = []struct {
	err     error
	problem validate.Problem
}{
	{roster.ErrWrongPassword, validate.Problem{Path: password.PathOld, Code: validate.Mismatch}},
	{balance.ErrAmount, validate.Problem{Path: "/amount", Code: validate.Invalid}},
	{balance.ErrCurrency, validate.Problem{Path: "/currency", Code: validate.Unknown}},
	{balance.ErrNoRate, validate.Problem{Path: "/currency", Code: validate.Conflict}},
	{balance.ErrNoPayees, validate.Problem{Path: "/users", Code: validate.Required}},
	{balance.ErrPayee, validate.Problem{Path: "/users", Code: validate.Invalid}},
	{password.ErrTooLong, validate.Problem{Path: password.PathNew, Code: validate.TooLong}},
	{storage.ErrInvalid, validate.Problem{Code: validate.Invalid}},
}

// FailureOf returns the failure for err. If err contains a *FailureError, the result is its
// Failure. Otherwise the result contains err, a code, and the details of the code, such as the
// problems of an invalid request. The code is the one that the table requestErrors has for err,
// such as CodeTooLarge for ErrTooLarge, or else roster.CodeOf(err).
func FailureOf(err error) Failure {
	var failed *FailureError
	if errors.As(err, &failed) {
		return failed.Failure
	}
	f := Failure{Code: roster.CodeOf(err), Err: err}
	for _, e := range requestErrors {
		if errors.Is(err, e.err) {
			f.Code = e.code
			break
		}
	}
	f.detail(err)
	return f
}

// detail sets the field of f that belongs to f.Code, if err contains the data:
//
//   - roster.CodeInvalid: Problems, the problems of the request
//   - roster.CodeExists: What, the attribute whose value is taken
//   - roster.CodeStale: Current, the current version
//   - CodeTooLarge: What, the limit that the request exceeds
//   - roster.CodeUnavailable: Retry, always one second
func (f *Failure) detail(err error) {
	var exists *storage.ExistsError
	var stale *roster.StaleError
	var size *SizeError
	switch {
	case f.Code == roster.CodeInvalid:
		f.Problems = problemsOf(err)
	case f.Code == roster.CodeExists && errors.As(err, &exists):
		f.What = exists.What
	case f.Code == roster.CodeStale && errors.As(err, &stale):
		f.Current = stale.Current
	case f.Code == CodeTooLarge && errors.As(err, &size):
		f.What = size.Excess()
	case f.Code == roster.CodeUnavailable:
		f.Retry = retryAfter
	}
}

// problemsOf returns the problems that err reports about the request, and nil if err reports none.
// For a *validate.Error the result is all its problems. For an error about one field, such as
// balance.ErrAmount or a *balance.TextError, the result is one problem at the path of the field.
// For storage.ErrInvalid the result is one problem without a path.
func problemsOf(err error) []validate.Problem {
	var invalid *validate.Error
	var text *balance.TextError
	for _, field := range fields {
		if errors.Is(err, field.err) {
			return []validate.Problem{field.problem}
		}
	}
	switch {
	case errors.As(err, &text):
		return []validate.Problem{{Path: "/" + text.Field, Code: textCode(text)}}
	case errors.As(err, &invalid):
		return invalid.Problems
	}
	return nil
}

// retryAfter is the time after which a caller should repeat a call that failed as unavailable.
const retryAfter = time.Second

func textCode(e *balance.TextError) validate.Code {
	if e.TooLong {
		return validate.TooLong
	}
	return validate.ControlCharacter
}

// ErrBusy means that too many callers do the same at the moment; see Gate.
var ErrBusy = errors.New("vendorhttp: too many at a time")

// ErrCredentials means that a request has no credentials, or unknown ones.
var ErrCredentials = errors.New("vendorhttp: no or unknown credentials")

// FailureError is a Failure as an error, for an adapter that has already decided on the failure.
type FailureError struct{ Failure }

// Error returns the name of the failure's code, after "vendorhttp: ".
func (e *FailureError) Error() string { return "vendorhttp: " + NameOf(e.Code) }

// Unwrap returns the error in the failure, nil if there is none.
func (e *FailureError) Unwrap() error { return e.Err }

// Fail returns a *FailureError with the code c.
func Fail(c roster.Code) error { return &FailureError{Failure{Code: c}} }
