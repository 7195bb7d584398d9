package storage

import (
	"errors"
	"fmt"
)

// Errors to test with errors.Is. A storage returns no error of its engine in the place of one of
// them.
var (
	// ErrNotFound means that what was asked for does not exist.
	ErrNotFound = errors.New("storage: not found")
	// ErrExists means that a name, a key or an id is taken. It comes as an *ExistsError.
	ErrExists = errors.New("storage: exists")
	// ErrAmbiguous means that several users claim a key.
	ErrAmbiguous = errors.New("storage: names more than one")
	// ErrInvalid means that an argument is refused whatever the state is.
	ErrInvalid = errors.New("storage: invalid argument")
	// ErrConflict means that a posting does not follow from the balance that the holder has.
	ErrConflict = errors.New("storage: does not follow from the state")
	// ErrLimit means that the storage, or a sequence of ids, is full.
	ErrLimit = errors.New("storage: limit reached")
	// ErrCompacted means that changes are no longer kept, because they were compacted or because
	// the account was deleted. It comes as a *CompactedError, which says where a reader can go on.
	ErrCompacted = errors.New("storage: changes are no longer kept")
	// ErrNestedTx means that a transaction was begun inside another one.
	ErrNestedTx = errors.New("storage: transaction inside a transaction")
	// ErrClosed means that the storage is closed, or that the transaction has ended.
	ErrClosed = errors.New("storage: closed")
	// ErrUnknownOutcome means that the storage can't know whether the commit happened.
	ErrUnknownOutcome = errors.New("storage: it is not known whether the commit happened")
	// ErrUnavailable means that the storage is busy, full, not migrated, or not reached.
	ErrUnavailable = errors.New("storage: unavailable, try again later")
)

// ExistsError says what is taken, and by which id. It holds no text of a user. errors.Is(err,
// ErrExists) is true.
type ExistsError struct {
	// What is the name of a user.KeyKind; "name" of reference data; "key" or "reversal" of a
	// transfer; "id" of a user; or "account".
	What string
	ID   int64 // the id that has it; 0 if there is none, or the caller may not know it
}

// Error returns a message such as "storage: the login is taken by user 7", with e.What as the taken
// thing. If e.What is "reversal", the message says that the transfer is reversed already. The
// message has no id if e.ID is 0 or if e.What is "account" or "id".
func (e *ExistsError) Error() string {
	text, holder := "the "+e.What+" is taken", "user"
	switch e.What {
	case "account", "id":
		return "storage: " + text
	case "name":
		holder = "reference data"
	case "key":
		holder = "transfer"
	case "reversal":
		text, holder = "the transfer is reversed already", "transfer"
	}
	if e.ID != 0 {
		text += fmt.Sprintf(" by %s %d", holder, e.ID)
	}
	return "storage: " + text
}

// Is reports whether target is ErrExists.
func (e *ExistsError) Is(target error) bool { return target == ErrExists }
