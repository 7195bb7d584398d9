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

// Code says in one word why a call failed. CodeOf gives every error of every package one. The
// numbers may change between versions; the names do not.
type Code uint8

// The codes.
const (
	CodeOK                Code = iota // no error
	CodeInternal                      // a fault of the program, of a storage, or of data; or an error of the host's own
	CodeInvalid                       // an argument is not valid; a *validate.Error lists the problems
	CodeUnauthenticated               // a wrong login or password
	CodeDisabled                      // the right password of a disabled user
	CodeDenied                        // the policy does not allow the call; *permission.Denied says which rule
	CodeNotFound                      // it does not exist, is deleted, or is hidden from the actor
	CodeStale                         // the version is not the expected one; *StaleError says which it is
	CodeExists                        // a unique value is taken; *storage.ExistsError says which
	CodeLocked                        // the user's status is locked
	CodeInsufficientFunds             // the payer has too little money; *balance.Shortage says how much
	CodeConflict                      // the call does not fit the present state
	CodeLastAdministrator             // the account would be left without an administrator
	CodeLimit                         // a limit of the account, of a transfer, or of the storage is reached
	CodeUnavailable                   // try again later: busy, closed, unreachable, or out of time
	CodeUnknownOutcome                // the commit may have happened or not
	CodeCanceled                      // the caller canceled the context
	numCodes
)

// codes are the names of the codes and the HTTP statuses that fit them. The statuses are numbers,
// so that a program without HTTP does not link package net/http.
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
	CodeCanceled:          {"canceled", 499}, // as nginx logs it; the caller is gone and reads no reply
}

// String returns the name of the code, "not_found".
func (c Code) String() string {
	if c < numCodes {
		return codes[c].name
	}
	return fmt.Sprintf("code(%d)", uint8(c))
}

// HTTPStatus returns the HTTP status that fits the code: 404 for CodeNotFound, 500 for a Code that
// does not exist.
func (c Code) HTTPStatus() int {
	if c < numCodes {
		return codes[c].status
	}
	return 500
}

// MarshalText writes the name of the code.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// errorCodes gives errors their codes. An error that wraps several has the code of the first.
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

// CodeOf returns the code of an error of this module: CodeOK for nil, CodeInternal for an error
// that it does not know. It looks through wrapped errors as errors.Is does.
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
