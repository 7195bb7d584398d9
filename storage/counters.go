package storage

import (
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// Counters are what an account counts, beside what it has. They say what a copy of it elsewhere could not tell from the
// rest: where its history stands and begins, and which ids must never be given again. None ever goes back. Two are
// equal exactly if == holds.
type Counters struct {
	Revision  user.Revision       `json:"revision"`           // of the state that is read
	Compacted ChangeID            `json:"compacted,omitzero"` // the last change that is no longer kept; zero: all are kept
	Given     [NumSequences]int64 `json:"given"`              // by Sequence: the greatest id that NextID returned or that was put
}

// NumSequences is one more than the greatest Sequence.
const NumSequences = int(firstRefIDs) + int(user.RefView) + 1

// CheckLoad returns nil if Writer.Load may be given c in an account whose newest change is last. Errors: ErrInvalid.
func (c Counters) CheckLoad(last ChangeID) error {
	nothing := c == Counters{}
	switch {
	case !nothing && c.Revision < max(1, c.Compacted.Revision, last.Revision):
		return fmt.Errorf("loading revision %d: %w", c.Revision, ErrInvalid)
	case c.Compacted.Index < 0, c.Compacted.Revision == 0 && c.Compacted.Index != 0:
		return fmt.Errorf("loading changes behind %v: %w", c.Compacted, ErrInvalid)
	}
	return nil
}

// CheckLoaded returns nil if a change of this id may be recorded after Writer.Load of these counters' revision (0: of
// nothing), where the newest change is last. Errors: ErrInvalid.
func CheckLoaded(id, last ChangeID, loading user.Revision) error {
	if id.Revision == 0 || id.Index < 0 || !last.Less(id) || loading != 0 && id.Revision > loading {
		return fmt.Errorf("change %v: %w", id, ErrInvalid)
	}
	return nil
}

// CheckKept returns nil if every change after one is kept, where compacted is the last that is not (zero: all are kept).
// Errors: ErrCompacted.
func CheckKept(after, compacted ChangeID) error {
	if compacted != (ChangeID{}) && after.Less(compacted) {
		return fmt.Errorf("changes to revision %d: %w", compacted.Revision, ErrCompacted)
	}
	return nil
}
