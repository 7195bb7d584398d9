package roster

import (
	"context"
	"errors"
	"fmt"

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

// errorCodes maps errors to codes. CodeOf takes the first row that matches, so the order decides
// for an error that wraps several.
var errorCodes = []struct {
	err  error
	code Code
}{
	{validate.ErrInvalid, CodeInvalid},
	{ErrCredentials, CodeUnauthenticated},
	{ErrWrongPassword, CodeInvalid},
	{ErrDisabled, CodeDisabled},
	{permission.ErrDenied, CodeDenied},
	{storage.ErrUnknownOutcome, CodeUnknownOutcome},
	{storage.ErrNotFound, CodeNotFound},
	{user.ErrDeleted, CodeNotFound},
	{ErrStale, CodeStale},
	{storage.ErrExists, CodeExists},
	{user.ErrStatusLocked, CodeLocked},
	{balance.ErrInsufficient, CodeInsufficientFunds},
	{ErrLastAdministrator, CodeLastAdministrator},

	{ErrTooManyUsers, CodeLimit},
	{balance.ErrTooManyPayees, CodeLimit},
	{balance.ErrOverflow, CodeLimit},
	{storage.ErrLimit, CodeLimit},

	{ErrInUse, CodeConflict},
	{ErrNoAgentAvailable, CodeConflict},
	{user.ErrNotReady, CodeConflict},
	{user.ErrNoCapacity, CodeConflict},
	{user.ErrNoSlot, CodeConflict},
	{user.ErrNotDeleted, CodeConflict},
	{user.ErrErased, CodeConflict},
	{balance.ErrParentAccounting, CodeConflict},
	{balance.ErrKeyConflict, CodeConflict},
	{balance.ErrReversed, CodeConflict},
	{balance.ErrNotReversible, CodeConflict},
	{storage.ErrAmbiguous, CodeConflict},
	{storage.ErrConflict, CodeConflict},
	{storage.ErrCompacted, CodeConflict},

	{balance.ErrAmount, CodeInvalid},
	{balance.ErrCurrency, CodeInvalid},
	{balance.ErrLimits, CodeInvalid},
	{balance.ErrNoPayees, CodeInvalid},
	{balance.ErrNoRate, CodeInvalid},
	{balance.ErrPayee, CodeInvalid},
	{balance.ErrText, CodeInvalid},
	{password.ErrTooLong, CodeInvalid},
	{storage.ErrInvalid, CodeInvalid},

	{password.ErrBusy, CodeUnavailable},
	{storage.ErrClosed, CodeUnavailable},
	{storage.ErrUnavailable, CodeUnavailable},
	{context.DeadlineExceeded, CodeUnavailable},
	{context.Canceled, CodeCanceled},
}

// CodeOf returns the Code of err. Like errors.Is, it also finds an error that err wraps.
//
//   - CodeOK for nil
//   - for an error in the table errorCodes, the code of the first row that matches, such as
//     CodeCanceled for context.Canceled and CodeUnavailable for context.DeadlineExceeded
//   - CodeInternal for every other error
func CodeOf(err error) Code {
	if err == nil {
		return CodeOK
	}
	for _, e := range errorCodes {
		if errors.Is(err, e.err) {
			return e.code
		}
	}
	return CodeInternal
}
