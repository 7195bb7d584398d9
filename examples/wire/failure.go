package wire

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// Class says in one word why a request failed. Each vendor's adapter has one table from it to the vendor's own form.
type Class uint8

// The classes.
const (
	Internal         Class = iota // what should not happen
	Malformed                     // the request cannot be read
	Invalid                       // Problems say what is wrong with which field
	TooLarge                      // What says of what there is more than there may be
	UnsupportedMedia              // the content type
	NoRoute                       // no such path
	MethodNotAllowed              // Allow says which are
	Unauthenticated               // nobody, or wrong credentials
	Disabled                      // the right credentials of a disabled user
	Denied                        // the policy refuses
	NotFound
	Stale        // another version than the caller expects
	Exists       // What is taken
	Locked       // the status
	Insufficient // money
	Conflict     // does not fit the present state
	LastAdmin    // the account would have no administrator left
	Limit        // as many as there may be
	RateLimited  // too many requests
	Unavailable  // try again later
	Unknown      // it is not known whether the change happened
	Canceled     // the caller went away
	numClasses
)

var classes = [numClasses]struct {
	name   string
	status int
}{
	Internal: {"internal", http.StatusInternalServerError}, Malformed: {"malformed", http.StatusBadRequest},
	Invalid: {"invalid", http.StatusBadRequest}, TooLarge: {"too_large", http.StatusRequestEntityTooLarge},
	UnsupportedMedia: {"unsupported_media_type", http.StatusUnsupportedMediaType},
	NoRoute:          {"no_route", http.StatusNotFound}, MethodNotAllowed: {"method_not_allowed", http.StatusMethodNotAllowed},
	Unauthenticated: {"unauthenticated", http.StatusUnauthorized}, Disabled: {"disabled", http.StatusUnauthorized},
	Denied: {"denied", http.StatusForbidden}, NotFound: {"not_found", http.StatusNotFound},
	Stale: {"stale", http.StatusPreconditionFailed}, Exists: {"exists", http.StatusConflict},
	Locked: {"locked", http.StatusConflict}, Insufficient: {"insufficient", http.StatusConflict},
	Conflict: {"conflict", http.StatusConflict}, LastAdmin: {"last_administrator", http.StatusConflict}, Limit: {"limit", http.StatusConflict},
	RateLimited: {"rate_limited", http.StatusTooManyRequests}, Unavailable: {"unavailable", http.StatusServiceUnavailable},
	Unknown: {"unknown_outcome", http.StatusInternalServerError}, Canceled: {"canceled", 499},
}

// String returns the name of the class, "not_found".
func (c Class) String() string {
	if c < numClasses {
		return classes[c].name
	}
	return classes[Internal].name
}

// Status returns the HTTP status of the class where the vendor has no other one.
func (c Class) Status() int {
	if c < numClasses {
		return classes[c].status
	}
	return http.StatusInternalServerError
}

// Failure is why a request failed, in a form that holds nothing of what the caller sent and nothing secret.
type Failure struct {
	Class    Class
	Status   int                // the HTTP status that a fault asks for; 0: the vendor's own
	Problems []validate.Problem // of Invalid: all of them, ordered by path
	Allow    string             // of MethodNotAllowed: the value of the header Allow
	What     string             // of Exists: login, pid, fullName, id, name, key; of TooLarge: "more than 1000 objects in its list"
	Current  user.Revision      // of Stale: the version that there is
	Retry    time.Duration      // of RateLimited and Unavailable: when to try again
	Err      error              // the error itself, for errors.Is; its text is not for a reply
}

// FailFunc writes a failure in a vendor's form.
type FailFunc func(http.ResponseWriter, *http.Request, Failure)

// sentinels are the errors that name their class alone, in the order in which they are looked for.
var sentinels = []struct {
	err   error
	class Class
}{
	{ErrTooLarge, TooLarge},
	{ErrMediaType, UnsupportedMedia},
	{ErrMalformed, Malformed},
	{ErrCredentials, Unauthenticated},
	{roster.ErrCredentials, Unauthenticated},
	{roster.ErrDisabled, Disabled},
	{permission.ErrDenied, Denied},
	{storage.ErrUnknownOutcome, Unknown},
	{storage.ErrNotFound, NotFound},
	{user.ErrDeleted, NotFound},
	{roster.ErrStale, Stale},
	{storage.ErrExists, Exists},
	{user.ErrStatusLocked, Locked},
	{balance.ErrInsufficient, Insufficient},
	{roster.ErrTooManyUsers, Limit},
	{balance.ErrTooManyPayees, Limit},
	{balance.ErrOverflow, Limit},
	{storage.ErrLimit, Limit},
	{roster.ErrLastAdministrator, LastAdmin},
	{roster.ErrInUse, Conflict},
	{roster.ErrNobodyFree, Conflict},
	{user.ErrNotReady, Conflict},
	{user.ErrNoCapacity, Conflict},
	{user.ErrNoSlot, Conflict},
	{user.ErrNotDeleted, Conflict},
	{user.ErrErased, Conflict},
	{balance.ErrParentAccounting, Conflict},
	{balance.ErrKeyConflict, Conflict},
	{balance.ErrReversed, Conflict},
	{balance.ErrNotReversible, Conflict},
	{storage.ErrAmbiguous, Conflict},
	{storage.ErrConflict, Conflict},
	{storage.ErrCompacted, Conflict},
	{ErrBusy, Unavailable},
	{password.ErrBusy, Unavailable},
	{storage.ErrClosed, Unavailable},
	{context.DeadlineExceeded, Unavailable},
	{context.Canceled, Canceled},
}

// fields are the errors that are about one field of the request.
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

// FailureOf says what an error of this package or of the directory is. An error that it does not know is Internal.
func FailureOf(err error) Failure {
	f := Failure{Err: err}
	var failed *FailureError
	if errors.As(err, &failed) {
		return failed.Failure
	}
	var invalid *validate.Error
	var text *balance.TextError
	switch {
	case errors.As(err, &invalid):
		f.Class, f.Problems = Invalid, invalid.Problems
		return f
	case errors.As(err, &text):
		f.Class, f.Problems = Invalid, []validate.Problem{{Path: "/" + text.Field, Code: textCode(text)}}
		return f
	}
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			f.Class = s.class
			f.detail(err)
			return f
		}
	}
	for _, field := range fields {
		if errors.Is(err, field.err) {
			f.Class, f.Problems = Invalid, []validate.Problem{field.problem}
			return f
		}
	}
	return f
}

// detail fills in what a caller can act on.
func (f *Failure) detail(err error) {
	var exists *storage.ExistsError
	var stale *roster.StaleError
	var size *SizeError
	switch {
	case f.Class == Exists && errors.As(err, &exists):
		f.What = exists.What
	case f.Class == Stale && errors.As(err, &stale):
		f.Current = stale.Current
	case f.Class == TooLarge && errors.As(err, &size):
		f.What = size.Excess()
	case f.Class == Unavailable:
		f.Retry = retryAfter
	}
}

// retryAfter is when a caller should try again what is unavailable now.
const retryAfter = time.Second

func textCode(e *balance.TextError) validate.Code {
	if e.TooLong {
		return validate.TooLong
	}
	return validate.ControlCharacter
}

// ErrBusy is for an adapter to return where others do the same already, as many as may at a time.
var ErrBusy = errors.New("wire: too many at a time")

// ErrCredentials is for an adapter to return where nobody, or nobody known, asks.
var ErrCredentials = errors.New("wire: no or unknown credentials")

// FailureError is a Failure as an error, for an adapter that has decided already.
type FailureError struct{ Failure }

// Error returns the class.
func (e *FailureError) Error() string { return "wire: " + e.Class.String() }

// Unwrap returns the error behind it.
func (e *FailureError) Unwrap() error { return e.Err }

// Fail returns a failure of a class as an error.
func Fail(c Class) error { return &FailureError{Failure{Class: c}} }
