package roster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// Code is the kind of an error, as one word. CodeOf returns the Code of every error of every
// package of this module. The names of the codes are stable; their numbers may change between
// versions.
type Code uint8

// The codes.
const (
	CodeOK                Code = iota // no error
	CodeInternal                      // a fault of the program or storage, or an error of the host
	CodeInvalid                       // an argument is not valid; a *validate.Error, if there is one, lists problems
	CodeUnauthenticated               // the login or the password is wrong
	CodeDisabled                      // the password is right and the user is disabled
	CodeDenied                        // the policy denies the call; *permission.Denied has the rule
	CodeNotFound                      // the target does not exist, is deleted, or is hidden
	CodeStale                         // the state is not the expected one; a *StaleError, if there is one, holds both
	CodeExists                        // a unique value is taken; *storage.ExistsError says which
	CodeLocked                        // the status of the user is locked
	CodeInsufficientFunds             // the payer has too little money; see *balance.Shortage
	CodeConflict                      // the call does not fit the present state
	CodeLastAdministrator             // the account would have no administrator
	CodeLimit                         // a limit of the account, transfer or storage is reached
	CodeUnavailable                   // the caller can try later: busy, closed or timed out
	CodeUnknownOutcome                // the commit may have happened or not
	CodeCanceled                      // the caller canceled the context
	numCodes
)

// codes holds the name and the HTTP status of each code. The statuses are numbers, so a program
// without HTTP does not link package net/http.
var codes = [numCodes]struct {
	name   string
	status int
}{
	CodeOK:                {"ok", 200},
	CodeInternal:          {"internal", 500},
	CodeInvalid:           {"invalid", 400},
	CodeUnauthenticated:   {"unauthenticated", 401},
	CodeDisabled:          {"disabled", 401},
	CodeDenied:            {"denied", 403},
	CodeNotFound:          {"not_found", 404},
	CodeStale:             {"stale", 412},
	CodeExists:            {"exists", 409},
	CodeLocked:            {"locked", 409},
	CodeInsufficientFunds: {"insufficient_funds", 409},
	CodeConflict:          {"conflict", 409},
	CodeLastAdministrator: {"last_administrator", 409},
	CodeLimit:             {"limit", 409},
	CodeUnavailable:       {"unavailable", 503},
	CodeUnknownOutcome:    {"unknown_outcome", 500},
	CodeCanceled:          {"canceled", 499}, // 499 is what nginx logs when a client goes

}

// String returns the name of the code, such as "not_found".
func (c Code) String() string {
	if c < numCodes {
		return codes[c].name
	}
	return fmt.Sprintf("code(%d)", uint8(c))
}

// HTTPStatus returns the HTTP status for the code: 200 for CodeOK, 404 for CodeNotFound, 500 for
// a number that is no code.
func (c Code) HTTPStatus() int {
	if c < numCodes {
		return codes[c].status
	}
	return 500
}

// MarshalText returns the name of the code.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// errorCodes maps errors to codes. CodeOf takes the first error that matches, so the order decides
// for an error that wraps several.
var errorCodes = []struct {
	code Code
	errs []error
}{
	{CodeInvalid, []error{validate.ErrInvalid}},
	{CodeUnauthenticated, []error{ErrCredentials}},
	{CodeInvalid, []error{ErrWrongPassword}},
	{CodeDisabled, []error{ErrDisabled}},
	{CodeDenied, []error{permission.ErrDenied}},
	{CodeUnknownOutcome, []error{storage.ErrUnknownOutcome}},
	{CodeNotFound, []error{storage.ErrNotFound, user.ErrDeleted}},
	{CodeStale, []error{ErrStale}},
	{CodeExists, []error{storage.ErrExists}},
	{CodeLocked, []error{user.ErrStatusLocked}},
	{CodeInsufficientFunds, []error{balance.ErrInsufficient}},
	{CodeLastAdministrator, []error{ErrLastAdministrator}},
	{CodeLimit, []error{ErrTooManyUsers, balance.ErrTooManyPayees, balance.ErrOverflow, storage.ErrLimit}},
	{CodeConflict, []error{
		ErrInUse, ErrNoAgentAvailable, user.ErrNotReady, user.ErrNoCapacity, user.ErrNoSlot, user.ErrNotDeleted, user.ErrErased,
		balance.ErrParentAccounting, balance.ErrKeyConflict, balance.ErrReversed, balance.ErrNotReversible,
		storage.ErrAmbiguous, storage.ErrConflict, storage.ErrCompacted,
	}},
	{CodeInvalid, []error{
		balance.ErrAmount, balance.ErrCurrency, balance.ErrLimits, balance.ErrNoPayees, balance.ErrNoRate, balance.ErrPayee,
		balance.ErrText, password.ErrTooLong, storage.ErrInvalid,
	}},
	{CodeUnavailable, []error{password.ErrBusy, storage.ErrClosed, storage.ErrUnavailable, context.DeadlineExceeded}},
	{CodeCanceled, []error{context.Canceled}},
}

// CodeOf returns CodeOK for nil, the code of the first row of the table errorCodes with an error
// that err is or wraps, and CodeInternal for every other error.
func CodeOf(err error) Code {
	if err == nil {
		return CodeOK
	}
	for _, row := range errorCodes {
		if slices.ContainsFunc(row.errs, func(e error) bool { return errors.Is(err, e) }) {
			return row.code
		}
	}
	return CodeInternal
}

// Problem is the problem document (RFC 9457) of an error, for a response with the content type
// application/problem+json. It has no member "type"; Title names the kind of problem.
type Problem struct {
	// Title is the name of the code, with spaces: "not found".
	Title string `json:"title"`
	// Status is Code.HTTPStatus.
	Status int `json:"status"`
	// Detail is the text of the error. It is empty for a status of 500 or more.
	Detail string `json:"detail,omitempty"`
	Code   Code   `json:"code"`
	// Errors lists the problems of the arguments, each with its JSON pointer.
	Errors *validate.Error `json:"errors,omitempty"`
}

// ProblemOf returns the document of an HTTP reply for err. If err contains a *validate.Error,
// Errors lists its problems. For nil the status is 200, the title is "ok", and Detail is empty. For
// a status of 500 or more, Detail and Errors are empty, because the text of err may reveal how the
// server works; log the error instead.
func ProblemOf(err error) Problem {
	code := CodeOf(err)
	p := Problem{Title: strings.ReplaceAll(code.String(), "_", " "), Status: code.HTTPStatus(), Code: code}
	if err != nil && p.Status < 500 {
		p.Detail = err.Error()
		errors.As(err, &p.Errors)
	}
	return p
}
