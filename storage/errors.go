package storage

import (
	"errors"
	"fmt"
)

// Errors to test with errors.Is. A storage never lets an engine's own error stand for one of them.
var (
	ErrNotFound       = errors.New("storage: not found")
	ErrExists         = errors.New("storage: exists")              // see ExistsError
	ErrAmbiguous      = errors.New("storage: names more than one") // a key that several users claim
	ErrInvalid        = errors.New("storage: invalid argument")
	ErrConflict       = errors.New("storage: does not follow from the state") // a posting on a balance that is not there
	ErrLimit          = errors.New("storage: limit reached")
	ErrCompacted      = errors.New("storage: changes are no longer kept") // read the present state, then go on from its revision
	ErrNestedTx       = errors.New("storage: transaction inside a transaction")
	ErrClosed         = errors.New("storage: closed")
	ErrUnknownOutcome = errors.New("storage: it is not known whether the commit happened")
	ErrUnavailable    = errors.New("storage: unavailable, try again later") // busy, full, not migrated, or not reached
)

// ExistsError says what is taken, and by what. It holds no text of a user's. errors.Is(err, ErrExists) holds.
type ExistsError struct {
	What string // the kind of the key: user.KeyKind's name, "name" of reference data, "key" of a transfer, "reversal"
	ID   int64  // of the user, piece of reference data or transfer that has it; 0 if the caller may not know it
}

// Error says what is taken and by which id.
func (e *ExistsError) Error() string {
	if e.ID == 0 {
		return fmt.Sprintf("storage: %s is taken", e.What)
	}
	return fmt.Sprintf("storage: %s is taken by %d", e.What, e.ID)
}

// Is reports whether target is ErrExists.
func (e *ExistsError) Is(target error) bool { return target == ErrExists }
