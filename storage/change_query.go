package storage

import (
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/user"
)

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
