package history

import (
	"fmt"

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
