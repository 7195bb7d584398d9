package permission

import (
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Access is a set of ways to use an attribute: the "Access Level" of Genesys' attribute table.
type Access uint8

// The ways to use an attribute, with the verbs of Genesys' requests.
const (
	CanRead   Access = 1 << iota // GET: read a user or a list of users
	CanCreate                    // POST: create a user
	CanUpdate                    // PUT: change a user
	Updates                      // POST on an existing user: change a user
)

// String returns one verb for each kind of access in a, separated by commas, such as "GET, PUT".
// The verbs are GET, POST, PUT and POST {id}. It returns "" if a is empty.
func (a Access) String() string {
	var verbs []string
	for i, verb := range [...]string{"GET", "POST", "PUT", "POST {id}"} {
		if a&(1<<i) != 0 {
			verbs = append(verbs, verb)
		}
	}
	return strings.Join(verbs, ", ")
}

// accessOf returns the ways in which an action uses attributes. later are the ways of an action
// that changes an existing user.
func accessOf(a Action, later Access) Access {
	switch {
	case a.Reads():
		return CanRead
	case a == UserCreate:
		return CanCreate
	case later == 0:
		return CanUpdate | Updates
	default:
		return later
	}
}

// AttributeRow is one row of the attribute table of a policy.
type AttributeRow struct {
	Name       string // the vendor's name
	Attributes user.Attributes
	Access     Access
	Source     string
	Basis      Basis
}

// reachable returns the attributes that the action a may read or write according to the table. The
// parameter later contains the ways of access that count for an action that changes an existing
// user; 0 means CanUpdate and Updates. If the table is empty, every attribute is included. In both
// cases reachable leaves out attributes that no actor can use: the password for an action that
// reads, and those that only the library sets for an action that writes.
func reachable(table []AttributeRow, a Action, later Access) user.Attributes {
	reach := user.AllAttributes()
	if len(table) > 0 {
		reach = 0
		for _, row := range table {
			if row.Access&accessOf(a, later) != 0 {
				reach |= row.Attributes
			}
		}
	}
	if a.Reads() {
		return reach.Without(user.AttributesOf(user.AttrPassword))
	}
	return reach.Without(user.AttributesOf(user.AttrPasswordChanged, user.AttrCreated, user.AttrUpdated, user.AttrDeleted))
}
