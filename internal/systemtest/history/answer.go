package history

import (
	"errors"
	"slices"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// answer is the result of a call.
type answer struct {
	fault    fault
	about    int64         // who has the login that is taken; the version there is, of a stale one
	revision user.Revision // of the account
	people   []person      // the users that the answer shows
	funds    int64         // of the account
	after    []holding     // what users have after a move of money, or have
	replayed bool
}

// holding is the balance of one user, in hundredths of a dollar.
type holding struct {
	id    user.ID
	funds int64
}

// equal reports whether two results are the same.
func (a answer) equal(b answer) bool {
	return a.fault == b.fault && a.about == b.about && a.revision == b.revision && a.funds == b.funds &&
		a.replayed == b.replayed && slices.Equal(a.people, b.people) && slices.Equal(a.after, b.after)
}

// fault is the kind of an error.
type fault string

const (
	unknown     fault = "unknown outcome" // revision: which one it made in the end
	failed      fault = "failed"          // it must not have happened; what it would have answered is not known
	notFound    fault = "not found"
	taken       fault = "taken"
	stale       fault = "stale"
	notDeleted  fault = "not deleted"
	noCapacity  fault = "no capacity"
	notReady    fault = "not ready"
	noAgentFree fault = "no agent free"
	noSlot      fault = "no slot"
	noMoney     fault = "insufficient"
	keyConflict fault = "key conflict"
)

var faults = []struct {
	err   error
	fault fault
}{
	{storage.ErrUnknownOutcome, unknown},
	{storage.ErrNotFound, notFound},
	{storage.ErrExists, taken},
	{roster.ErrStale, stale},
	{roster.ErrNoAgentAvailable, noAgentFree},
	{user.ErrNotDeleted, notDeleted},
	{user.ErrNoCapacity, noCapacity},
	{user.ErrNotReady, notReady},
	{user.ErrNoSlot, noSlot},
	{balance.ErrInsufficient, noMoney},
	{balance.ErrKeyConflict, keyConflict},
}

// refusal converts an error to a result.
func refusal(err error) answer {
	for _, f := range faults {
		if !errors.Is(err, f.err) {
			continue
		}
		a := answer{fault: f.fault}
		var exists *storage.ExistsError
		var old *roster.StaleError
		switch {
		case errors.As(err, &exists):
			a.about = exists.ID
		case errors.As(err, &old):
			a.about = int64(old.Current)
		}
		return a
	}
	return answer{fault: failed}
}
