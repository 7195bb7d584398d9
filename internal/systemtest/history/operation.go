package history

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// kind is a call of the front door.
type kind uint8

const (
	get kind = iota
	find
	list
	create
	patch
	rename
	remove
	restore
	reserve
	release
	fund
	transfer
	balances
	numKinds
)

// kinds has the name of each kind, and how often clients choose it.
var kinds = [numKinds]struct {
	name   string
	weight int
}{
	get: {"Get", 10}, find: {"Find", 8}, list: {"List", 3},
	create: {"Create", 8}, patch: {"Patch", 16}, rename: {"Rename", 8}, remove: {"Delete", 5}, restore: {"Restore", 3},
	reserve: {"Reserve", 12}, release: {"Release", 7},
	fund: {"Fund", 3}, transfer: {"Transfer", 14}, balances: {"Balances", 4},
}

// operation is a call with its arguments.
type operation struct {
	kind    kind
	account int
	id      user.ID // 0: a new user, or any user that can be reserved
	login   string
	note    string        // what a patch writes: no two write the same
	max     int           // the chats at once that a patch gives, if not 0; it also sets Ready
	version user.Revision // that a patch expects, if not 0
	users   []user.ID
	amount  int64 // in hundredths of a dollar
	lenient bool
	key     string
	reason  string // recorded with the change: no two calls have the same
}

// String returns the name of the call and its arguments.
func (o operation) String() string {
	type arguments operation // without String
	return fmt.Sprintf("%s %+v", kinds[o.kind].name, arguments(o))
}

// answer is the result of a call.
type answer struct {
	fault    error
	about    int64         // the user that has the taken login, or the current version after stale
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

// The errors that calls return. A call that returned unknown may have made the revision in its
// answer. A call that returned errFailed changed nothing.
var (
	errFailed   = errors.New("failed")
	unknown     = storage.ErrUnknownOutcome
	notFound    = storage.ErrNotFound
	taken       = storage.ErrExists
	stale       = roster.ErrStale
	noAgentFree = roster.ErrNoAgentAvailable
	notDeleted  = user.ErrNotDeleted
	noCapacity  = user.ErrNoCapacity
	notReady    = user.ErrNotReady
	noSlot      = user.ErrNoSlot
	noMoney     = balance.ErrInsufficient
	keyConflict = balance.ErrKeyConflict
)

// refusal returns the result of a call that failed with err. The fault of the result is the first
// known error that err wraps, or errFailed if err wraps none. For a taken unique value, the result
// contains the id of the other user; for a stale version, the current version.
func refusal(err error) answer {
	a := answer{fault: errFailed}
	for _, f := range []error{
		unknown, notFound, taken, stale, noAgentFree, notDeleted, noCapacity, notReady, noSlot, noMoney, keyConflict,
	} {
		if errors.Is(err, f) {
			a.fault = f
			break
		}
	}
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
