package storage

import (
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// Counters say of an account what the rest of its data does not: where its history begins and ends,
// and which ids must never be given again. No counter ever decreases. Two Counters are the same if
// == holds.
type Counters struct {
	Revision user.Revision `json:"revision"` // of the state that is read
	// Compacted is the last change that is no longer kept; zero: all changes are kept.
	Compacted ChangeID `json:"compacted,omitzero"`
	// Given has, by Sequence, the greatest id that NextID returned or that was put.
	Given [NumSequences]int64 `json:"given"`
}

// NumSequences is one more than the greatest Sequence.
const NumSequences = int(firstReferenceIDs) + int(user.ReferenceView) + 1

// Deleted reports whether the account was deleted, and nothing was committed to it since: no change
// of its newest revision is kept, nor can one come.
func (c Counters) Deleted() bool { return c.Revision != 0 && c.Compacted == AfterRevision(c.Revision) }

// AfterDeletion returns the counters that Storage.DeleteAccount leaves.
func (c Counters) AfterDeletion() Counters {
	if c.Revision != 0 && !c.Deleted() {
		c.Revision++
		c.Compacted = AfterRevision(c.Revision)
	}
	return c
}

// CheckLoad returns nil if Writer.Load accepts c for an account whose newest change is last. The
// zero Counters are always valid.
//
// Errors: ErrInvalid if c is not zero and one of these is true:
//
//   - The Revision of c is 0, or is less than the revision of last or of Compacted.
//   - The Index of Compacted is below 0 or above the Index of AfterRevision.
//   - Compacted has the revision 0 and an Index other than 0.
//   - An id in Given is below 0.
//   - An id in Given is greater than 0, but its Sequence does not exist.
func (c Counters) CheckLoad(last ChangeID) error {
	nothing := c == Counters{}
	switch {
	case !nothing && c.Revision < max(1, c.Compacted.Revision, last.Revision):
		return fmt.Errorf("loading revision %d: %w", c.Revision, ErrInvalid)
	case c.Compacted.Index < 0, c.Compacted.Index > maxIndex, c.Compacted.Revision == 0 && c.Compacted.Index != 0:
		return fmt.Errorf("loading changes behind %v: %w", c.Compacted, ErrInvalid)
	}
	for i, id := range c.Given {
		if id < 0 || id > 0 && !Sequence(i).Valid() {
			return fmt.Errorf("loading %d as the greatest id of %s: %w", id, Sequence(i), ErrInvalid)
		}
	}
	return nil
}

// CheckLoaded returns nil if a change with the id may be recorded after Writer.Load, in an account
// whose newest change is last. The revision is that of the counters that were loaded. Errors:
// ErrInvalid if the id is not later than last, if no change can have it, or if it is of a revision
// greater than loading, unless loading is 0.
func CheckLoaded(id, last ChangeID, loading user.Revision) error {
	if id.Revision == 0 || id.Index < 0 || id.Index >= maxIndex || !last.Less(id) || loading != 0 && id.Revision > loading {
		return fmt.Errorf("change %v: %w", id, ErrInvalid)
	}
	return nil
}

// CheckCompaction returns nil if a transaction may remove all changes up to and including last.
// next is the revision of the transaction's own changes. The zero ChangeID is always allowed.
//
// Errors: ErrInvalid for any other last in one of these cases:
//
//   - last.Revision is 0.
//   - last.Revision is not less than next.
//   - last.Index is below 0 or above the Index of AfterRevision.
func CheckCompaction(last ChangeID, next user.Revision) error {
	if last == (ChangeID{}) {
		return nil
	}
	if last.Revision == 0 || last.Revision >= next || last.Index < 0 || last.Index > maxIndex {
		return fmt.Errorf("forgetting changes up to %v: %w", last, ErrInvalid)
	}
	return nil
}
