package storage

import (
	"fmt"
	"slices"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// ChangeID is the place of a change in its account's history. The zero ChangeID is before every
// change.
type ChangeID struct {
	Revision user.Revision `json:"revision"`
	Index    int           `json:"index"` // from 0 among the changes of one revision
}

// Less reports whether a comes before b.
func (a ChangeID) Less(b ChangeID) bool {
	return a.Revision < b.Revision || a.Revision == b.Revision && a.Index < b.Index
}

// AfterRevision returns the place behind all changes of a revision.
func AfterRevision(r user.Revision) ChangeID { return ChangeID{r, maxIndex} }

const maxIndex = 1<<31 - 1

// Change is one thing that happened. It is recorded in the transaction that did it, and its values
// are those that the transaction left. It holds no secret: a user has none, and the Diff of a
// password says only whether there is one.
type Change struct {
	ID     ChangeID   `json:"id"` // set by the storage
	At     time.Time  `json:"at"`
	Type   ChangeType `json:"type"`
	Actor  user.ID    `json:"actor,omitempty"` // 0: the host itself, or an API key that belongs to no user
	Reason string     `json:"reason,omitempty"`

	// UserID is the user that the change is about; 0: none. Created is that user as a whole, if the
	// change created it. Otherwise Diff has what the change made different, but for the time of the
	// update, which is At.
	UserID  user.ID           `json:"userId,omitempty"`
	Created *user.User        `json:"created,omitempty"`
	Diff    []user.Difference `json:"diff,omitempty"`

	// ReferenceKind and ReferenceID name the reference data that the change is about.
	ReferenceKind user.ReferenceKind `json:"referenceKind,omitempty"`
	ReferenceID   int64              `json:"referenceId,omitempty"`
	TransferID    balance.TransferID `json:"transferId,omitempty"`
	Money         *Movement          `json:"money,omitempty"`  // what the transfer moved
	Detail        string             `json:"detail,omitempty"` // the comment at the type says what
}

// Scrubbed returns the change without the personal data of its user: without Created, Diff and
// Detail. Writer.Scrub does this to every change of a user.
func (c Change) Scrubbed() Change {
	c.Created, c.Diff, c.Detail = nil, nil, ""
	return c
}

// Clone returns a deep copy of c: no later write to c or to the copy changes the other one.
func (c Change) Clone() Change {
	if c.Created != nil {
		u := *c.Created
		c.Created = &u
	}
	c.Diff = slices.Clone(c.Diff)
	if c.Money != nil {
		m := *c.Money
		m.Payments = slices.Clone(m.Payments)
		c.Money = &m
	}
	return c
}

// ChangeType says what happened: "user.created".
type ChangeType string

// The types of changes. A comment says what the Detail of the change is.
const (
	UserCreated         ChangeType = "user.created"
	UserUpdated         ChangeType = "user.updated"
	UserDeleted         ChangeType = "user.deleted"
	UserRestored        ChangeType = "user.restored"
	UserErased          ChangeType = "user.erased"
	NamesReleased       ChangeType = "user.names_released" // none; the hold on a deleted user's names ended
	PasswordChanged     ChangeType = "user.password_changed"
	PasswordRehashed    ChangeType = "user.password_rehashed"
	StatusChanged       ChangeType = "user.status_changed"
	StatusLocked        ChangeType = "user.status_locked"
	StatusUnlocked      ChangeType = "user.status_unlocked"
	UserReserved        ChangeType = "user.reserved"             // the channel
	UserReleased        ChangeType = "user.released"             // the channel
	ActivationRequested ChangeType = "user.activation_requested" // none; the host sends the mail
	TabRefreshed        ChangeType = "tab.refreshed"             // the tab; the host refreshes it
	AccountUpdated      ChangeType = "account.updated"
	ReferenceUpdated    ChangeType = "reference.updated"
	ReferenceDeleted    ChangeType = "reference.deleted"
	MoneyFunded         ChangeType = "money.funded"
	MoneyTransferred    ChangeType = "money.transferred"
	MoneyReversed       ChangeType = "money.reversed"
	ChangesCompacted    ChangeType = "changes.compacted" // the last revision whose changes were forgotten
)

// EntryID is the place of an entry in the statement of a holder: the posting that made the entry.
// The zero EntryID stands for the newest end of the statement.
type EntryID struct {
	Transfer balance.TransferID `json:"transfer"`
	Index    int                `json:"index"`
}

// Less reports whether a was made before b.
func (a EntryID) Less(b EntryID) bool {
	return a.Transfer < b.Transfer || a.Transfer == b.Transfer && a.Index < b.Index
}

// EntryIDOf returns the place of an entry.
func EntryIDOf(e balance.Entry) EntryID { return EntryID{e.Transfer, e.Index} }

// ChangeQuery says which changes are wanted and in which order. The zero ChangeQuery wants all
// changes, the oldest first. Match and Beyond define what a query means. A storage finds the
// changes of a user, of an actor and of a type by an index. It may go through all changes for those
// of the type MoneyTransferred, which most changes of a busy account are of; Reader.Transfers finds
// the transfers themselves.
//
// A change must pass every filter that is given.
type ChangeQuery struct {
	UserID user.ID      // about this user; 0: all
	Actor  user.ID      // made by this user; 0: all, those of the host too
	Types  []ChangeType // of any of these types, at most MaxChangeTypes; nil: all, empty: none

	Newest bool     // the newest change first, else the oldest
	After  ChangeID // only changes behind this place in the order; the zero ChangeID: from the start
	Limit  int      // at most so many; 0 is MaxPage
}

// MaxChangeTypes is how many types a query may have.
const MaxChangeTypes = 64

// Check returns nil for a query that a storage can answer. Errors: ErrInvalid for a limit below 0
// or above MaxPage, and for more than MaxChangeTypes types.
func (q *ChangeQuery) Check() error {
	if _, err := PageLimit(q.Limit); err != nil {
		return err
	}
	if len(q.Types) > MaxChangeTypes {
		return fmt.Errorf("more than %d types: %w", MaxChangeTypes, ErrInvalid)
	}
	return nil
}

// CheckKept returns nil unless the query reads on from a place behind which changes are no longer
// kept. Compacted is the last change that is not kept; zero: all are kept. A query for the newest
// changes from the start ends at the oldest change that is kept, without an error. Errors:
// *CompactedError.
func (q *ChangeQuery) CheckKept(compacted ChangeID) error {
	if compacted == (ChangeID{}) || !q.After.Less(compacted) || q.Newest && q.After == (ChangeID{}) {
		return nil
	}
	return &CompactedError{Last: compacted}
}

// Match reports whether c passes every filter of the query. Order, After and Limit do not matter.
func (q *ChangeQuery) Match(c Change) bool {
	return (q.UserID == 0 || c.UserID == q.UserID) && (q.Actor == 0 || c.Actor == q.Actor) && among(q.Types, c.Type)
}

// Beyond reports whether a change with the id is behind After, so that it may be in the answer.
func (q *ChangeQuery) Beyond(id ChangeID) bool {
	if q.Newest {
		return q.After == (ChangeID{}) || id.Less(q.After)
	}
	return q.After.Less(id)
}

// DistinctTypes returns the types of q.Types, sorted by name and without duplicates. It does not
// change q. The result is nil if q.Types is nil.
func (q *ChangeQuery) DistinctTypes() []ChangeType {
	list := slices.Clone(q.Types)
	slices.Sort(list)
	return slices.Compact(list)
}

// CompactedError says which changes are no longer kept. errors.Is(err, ErrCompacted) is true. A
// reader that accepts the gap reads the present state, and goes on with Last as ChangeQuery.After.
type CompactedError struct {
	Last ChangeID // the last change that is no longer kept
}

// Error says up to which change none is kept.
func (e *CompactedError) Error() string {
	if e.Last.Index == maxIndex {
		return fmt.Sprintf("storage: changes up to revision %d are no longer kept; go on after it", e.Last.Revision)
	}
	return fmt.Sprintf("storage: changes up to %d of revision %d are no longer kept; go on after it",
		e.Last.Index, e.Last.Revision)
}

// Is reports whether target is ErrCompacted.
func (e *CompactedError) Is(target error) bool { return target == ErrCompacted }
