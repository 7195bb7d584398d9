package storage

import (
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

// Clone returns a copy of c. A write to the slices of c, or through its pointers Created and Money,
// does not change the copy, and a write to the copy does not change c.
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
