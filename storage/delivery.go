package storage

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ca74b63c/roster/user"
)

// What a Delivery and a DeadLetter may hold.
const (
	MaxHolder          = 256  // bytes of Delivery.Holder
	MaxDeadLetterError = 1024 // bytes of DeadLetter.Error
)

// Delivery says how far one consumer of an account's changes has come. Its lease lets processes
// take turns as the consumer: a process reads the Delivery and, if no other one holds the lease or
// the lease has ended, writes itself as the holder, both in one Update. A storage reads no clock.
// It keeps Until and does not compare it with the present time.
type Delivery struct {
	Name     string    `json:"name"`              // as a custom attribute's: [a-z][a-z0-9_.-]{0,63}
	Position ChangeID  `json:"position,omitzero"` // the last change that was handled; zero: none yet
	Holder   string    `json:"holder,omitempty"`  // the process that holds the lease; empty: none
	Until    time.Time `json:"until,omitzero"`    // when the lease ends; zero without a holder
}

// Check returns nil if Writer.PutDelivery may be given d. Errors: ErrInvalid for a name of another
// form; for a position that is not zero, no AfterRevision, and no id that a change can have; for a
// holder that is longer than MaxHolder, not valid UTF-8, or has NUL; for a holder without Until,
// and Until without a holder.
func (d Delivery) Check() error {
	switch {
	case !user.ValidCustomName(d.Name):
		return fmt.Errorf("name %.80q of a delivery: a letter from a to z and at most 63 of a-z, 0-9, _ . - are wanted: %w",
			d.Name, ErrInvalid)
	case d.Position != (ChangeID{}) && !d.Position.within(maxIndex):
		return fmt.Errorf("delivery %s: position %v: %w", d.Name, d.Position, ErrInvalid)
	case len(d.Holder) > MaxHolder || !isText(d.Holder):
		return fmt.Errorf("delivery %s: holder: at most %d bytes of UTF-8 without NUL are wanted: %w", d.Name, MaxHolder, ErrInvalid)
	case (d.Holder == "") != d.Until.IsZero():
		return fmt.Errorf("delivery %s: a holder and the end of the lease are wanted, or neither: %w", d.Name, ErrInvalid)
	}
	return nil
}

// DeadLetter is a change that a consumer did not handle, after so many attempts that the consumer
// went on without it.
type DeadLetter struct {
	Change   Change    `json:"change"`   // a copy, which stays when the history is compacted
	Attempts int       `json:"attempts"` // at least 1
	Error    string    `json:"error,omitempty"`
	At       time.Time `json:"at,omitzero"` // the time of the last attempt
}

// Check returns nil if Writer.PutDeadLetter may be given l. Errors: ErrInvalid if no change can
// have the id of the change; for fewer attempts than one; for an error that is longer than
// MaxDeadLetterError, not valid UTF-8, or has NUL.
func (l DeadLetter) Check() error {
	switch id := l.Change.ID; {
	case !id.within(maxIndex - 1): // maxIndex is that of AfterRevision
		return fmt.Errorf("dead letter: change %v: %w", id, ErrInvalid)
	case l.Attempts < 1:
		return fmt.Errorf("dead letter of change %v: %d attempts: %w", id, l.Attempts, ErrInvalid)
	case len(l.Error) > MaxDeadLetterError || !isText(l.Error):
		return fmt.Errorf("dead letter of change %v: error: at most %d bytes of UTF-8 without NUL are wanted: %w",
			id, MaxDeadLetterError, ErrInvalid)
	}
	return nil
}

// Scrubbed returns the dead letter without the personal data of the user of its change: with
// Change.Scrubbed, and without Error, which may quote the change.
func (l DeadLetter) Scrubbed() DeadLetter {
	l.Change, l.Error = l.Change.Scrubbed(), ""
	return l
}

// Clone returns a dead letter that shares no memory with l that either can change.
func (l DeadLetter) Clone() DeadLetter {
	l.Change = l.Change.Clone()
	return l
}

// within reports whether a is in a revision that can be, at an index up to last.
func (a ChangeID) within(last int) bool {
	return a.Revision > 0 && a.Revision <= math.MaxInt64 && a.Index >= 0 && a.Index <= last
}

// isText reports whether s is valid UTF-8 without NUL.
func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }
