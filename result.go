package roster

import (
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Result is the result of a call that changes one user, or with DryRun of a call that would.
//
// A Result shows what the actor may read. If GetDeleted would refuse the user to the actor, User
// has only the id, the version, and the attributes in Changed except custom ones, and Resets have
// no Before. Views are shown as by Get.
type Result struct {
	// User is the user after the call. Its Version is the new one, or the old one if nothing
	// changed.
	User user.User `json:"user"`
	// Revision is the revision of the account after the write.
	Revision user.Revision `json:"revision"`
	// Changed are the attributes that differ, without the time of the update.
	Changed user.Attributes `json:"changed,omitempty"`
	// Lost are the attributes that were set and are now the default.
	Lost user.Attributes `json:"lost,omitempty"`
	// Resets are the attributes that went to their default because the user lost a role.
	Resets []user.Reset `json:"resets,omitempty"`
	// Returned is the money of a deleted user that the account received. It is the zero Money if
	// the user had no money, or if the actor may not read the balance of the user.
	Returned balance.Money `json:"returned,omitzero"`

	// ConfigRevision is what Handle.ConfigRevision returns after the write.
	ConfigRevision user.Revision `json:"configRevision"`
}

// at returns r with the revisions of the account after the commit.
func (r Result) at(done committed) Result {
	r.Revision, r.ConfigRevision = done.revision, done.config
	return r
}

// oneOf returns the only element of results, or err and the zero Result.
func oneOf(results []Result, err error) (Result, error) {
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// stamp sets the revisions of the account after the commit in all results, and returns results.
func stamp(results []Result, done committed) []Result {
	for i := range results {
		results[i] = results[i].at(done)
	}
	return results
}

// ItemError is the error of one item of a call that takes a list. It wraps the error of the item,
// so errors.Is and errors.As find that error. A *validate.Error is not wrapped: the paths of its
// problems begin with the index of the item.
type ItemError struct {
	Index int // in the list, from 0
	Err   error
}

// Error returns a text with the index and the error of the item.
func (e *ItemError) Error() string { return fmt.Sprintf("roster: item %d: %v", e.Index, e.Err) }

// Unwrap returns the error of the item.
func (e *ItemError) Unwrap() error { return e.Err }

// item is the position of one item in the arguments of a call.
type item struct {
	index int
	one   bool // the call takes one item, not a list
}

// path returns the JSON pointer of the item: "/3", or "" if the call takes one item.
func (i item) path() string {
	if i.one {
		return ""
	}
	return fmt.Sprintf("/%d", i.index)
}

// failed returns err, which must not be nil, as an error about the item i: err itself if the call
// takes one item; a *validate.Error with paths below that of the item; otherwise an *ItemError.
func (i item) failed(err error) error {
	if i.one {
		return err
	}
	var invalid *validate.Error
	if errors.As(err, &invalid) {
		var c validate.Collector
		c.Merge(i.path(), invalid)
		return c.Err()
	}
	return &ItemError{i.index, err}
}
