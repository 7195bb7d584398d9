package storage

import (
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// ChangeID places a change in its account's history. The zero value is before every change.
type ChangeID struct {
	Revision user.Revision `json:"revision"`
	Index    int           `json:"index"` // from 0 among the changes of one revision
}

// Less reports whether a comes before b.
func (a ChangeID) Less(b ChangeID) bool {
	return a.Revision < b.Revision || a.Revision == b.Revision && a.Index < b.Index
}

// AfterRevision returns the position behind all changes of a revision.
func AfterRevision(r user.Revision) ChangeID { return ChangeID{r, maxIndex} }

const maxIndex = 1<<31 - 1

// Change is one thing that happened, recorded in the transaction that did it. It holds no secret: users hold none,
// and a password's change says only that there was one.
type Change struct {
	ID     ChangeID   `json:"id"` // set by the storage
	At     time.Time  `json:"at"`
	Type   ChangeType `json:"type"`
	Actor  user.ID    `json:"actor,omitempty"` // 0: the embedding host itself, or an API key that belongs to no user
	Reason string     `json:"reason,omitempty"`

	User   user.ID    `json:"user,omitempty"` // whom it is about; 0: nobody
	Before *user.User `json:"before,omitempty"`
	After  *user.User `json:"after,omitempty"`

	Ref      user.RefKind       `json:"ref,omitempty"` // which reference data it is about
	RefID    int64              `json:"refId,omitempty"`
	Transfer balance.TransferID `json:"transfer,omitempty"`
	Detail   string             `json:"detail,omitempty"` // what else the type says is there: the tab, the channel
}

// Diff lists what the change made different in its user, passwords redacted. A user who was created differs from the
// empty one.
func (c Change) Diff() []user.Difference {
	if c.After == nil {
		return nil
	}
	var before user.User
	if c.Before != nil {
		before = *c.Before
	}
	return user.Diff(before, *c.After)
}

// ChangeType says what happened: "user.created".
type ChangeType string

// The types of changes.
const (
	UserCreated         ChangeType = "user.created"
	UserUpdated         ChangeType = "user.updated"
	UserDeleted         ChangeType = "user.deleted"
	UserRestored        ChangeType = "user.restored"
	UserErased          ChangeType = "user.erased"
	NamesReleased       ChangeType = "user.names_released" // the hold on a deleted user's names ended
	PasswordChanged     ChangeType = "user.password_changed"
	PasswordRehashed    ChangeType = "user.password_rehashed"
	StatusChanged       ChangeType = "user.status_changed"
	StatusLocked        ChangeType = "user.status_locked"
	StatusUnlocked      ChangeType = "user.status_unlocked"
	UserReserved        ChangeType = "user.reserved"             // Detail: the channel
	UserReleased        ChangeType = "user.released"             // Detail: the channel
	ActivationRequested ChangeType = "user.activation_requested" // the embedding server sends the mail
	TabRefreshed        ChangeType = "tab.refreshed"             // Detail: the tab; the embedding server refreshes it
	AccountUpdated      ChangeType = "account.updated"
	ReferenceUpdated    ChangeType = "reference.updated"
	ReferenceDeleted    ChangeType = "reference.deleted"
	MoneyFunded         ChangeType = "money.funded"
	MoneyTransferred    ChangeType = "money.transferred"
	MoneyReversed       ChangeType = "money.reversed"
)

// EntryID places an entry in the statement of a holder: the posting of a transfer that made it. The zero value stands
// for the end of the statement.
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
