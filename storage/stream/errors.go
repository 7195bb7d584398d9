package stream

import (
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// Errors to test with errors.Is. What is wrong with a stream comes as a *LineError, what is wrong
// with an account as an *AccountError.
var (
	ErrFormat    = errors.New("stream: not a stream of accounts")
	ErrVersion   = errors.New("stream: written by another version")
	ErrChecksum  = errors.New("stream: the checksum is wrong")
	ErrTruncated = errors.New("stream: the end is missing")
	ErrRecord    = errors.New("stream: no such record") // of an unknown type, with an unknown field, or malformed
	ErrOrder     = errors.New("stream: out of order")
	ErrTooLong   = errors.New("stream: too long") // a line beyond MaxLine, or too many without a checksum

	// ErrTaken means that the target has the account already, with other data.
	ErrTaken = errors.New("stream: the account is there already, and differs")
	// ErrChanged means that the target has the beginning of the account from an earlier attempt,
	// and that the source now has another beginning: the source was changed meanwhile. Move the
	// account into a fresh target, or delete the account there first.
	ErrChanged = errors.New("stream: the beginning that is there differs: the source changed meanwhile")
	// ErrDifferent means that the same account has different data in two storages.
	ErrDifferent = errors.New("stream: the accounts differ")
)

// LineError is an error at a line of a stream.
type LineError struct {
	Line int64 // from 1
	Err  error // one of the errors above, or the reader's own
}

// Error returns the number of the line and the error.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns Err.
func (e *LineError) Unwrap() error { return e.Err }

// AccountError is an error in an account. It contains no data of a user.
type AccountError struct {
	Account user.AccountID
	What    string // "user 17", "transfer 5"; "" where no single thing is meant
	Err     error
}

// Error returns the account, the record if there is one, and the error.
func (e *AccountError) Error() string {
	if e.What == "" {
		return fmt.Sprintf("account %q: %v", e.Account, e.Err)
	}
	return fmt.Sprintf("account %q: %s: %v", e.Account, e.What, e.Err)
}

// Unwrap returns Err.
func (e *AccountError) Unwrap() error { return e.Err }
