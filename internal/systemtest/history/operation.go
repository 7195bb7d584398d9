package history

import (
	"fmt"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// kind is a call of the front door.
type kind uint8

const (
	get kind = iota
	find
	list
	revision
	create
	patch
	rename
	remove
	restore
	reserve
	release
	fund
	transfer
	total
	balances
	misuse
	numKinds
)

// kinds has the name of each kind, and how often clients choose it.
var kinds = [numKinds]struct {
	name   string
	weight int
}{
	get: {"Get", 10}, find: {"Find", 8}, list: {"List", 3}, revision: {"Revision", 2},
	create: {"Create", 8}, patch: {"Patch", 16}, rename: {"Rename", 8}, remove: {"Delete", 5}, restore: {"Restore", 3},
	reserve: {"Reserve", 12}, release: {"Release", 7},
	fund: {"Fund", 3}, transfer: {"Transfer", 14}, total: {"Balance", 4}, balances: {"Balances", 4},
	misuse: {"Misuse", 8},
}

// operation is a call with its arguments.
type operation struct {
	kind    kind
	account int
	id      user.ID // 0: a new user, or any user that can be reserved
	login   string
	note    string // what a patch writes: no two write the same
	max     int    // the chats at once that a patch gives, if not 0; it also sets Ready
	version *user.Revision
	users   []user.ID
	amount  int64 // in hundredths of a dollar
	lenient bool
	key     string
	bad     int    // of a misuse: which one
	reason  string // recorded with the change: no two calls have the same
}

// String returns the name of the call, and then each argument that is set, such as "Patch 3
// note=1-7 max=2". The account and the reason are left out.
func (o operation) String() string {
	var b strings.Builder
	b.WriteString(kinds[o.kind].name)
	for _, part := range []struct {
		shown bool
		text  string
	}{
		{o.id != 0, fmt.Sprint(" ", o.id)},
		{o.login != "", fmt.Sprintf(" login=%s", o.login)},
		{o.note != "", fmt.Sprintf(" note=%s", o.note)},
		{o.max != 0, fmt.Sprintf(" max=%d", o.max)},
		{o.version != nil, " if-version=" + deref(o.version)},
		{len(o.users) > 0, fmt.Sprint(" ", o.users)},
		{o.amount != 0, fmt.Sprintf(" %+d", o.amount)},
		{o.lenient, " lenient"},
		{o.key != "", " key=" + o.key},
		{o.kind == misuse, ": " + misuses[o.bad].name},
	} {
		if part.shown {
			b.WriteString(part.text)
		}
	}
	return b.String()
}

func deref(v *user.Revision) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}
