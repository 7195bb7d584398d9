package permission

import (
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Access says in which ways an attribute may be reached: the "Access Level" of Genesys' attribute table.
type Access uint8

// The ways. Genesys calls them by the verb of the request.
const (
	CanRead   Access = 1 << iota // GET: reading a user, or a list of them
	CanCreate                    // POST: creating a user
	CanUpdate                    // PUT: a later write
	Updates                      // POST on a user that exists: a later write too
)

// String lists the verbs, "GET, POST, PUT, POST {id}".
func (a Access) String() string {
	var verbs []string
	for i, verb := range [...]string{"GET", "POST", "PUT", "POST {id}"} {
		if a&(1<<i) != 0 {
			verbs = append(verbs, verb)
		}
	}
	return strings.Join(verbs, ", ")
}

// accessOf returns the ways in which an action reaches attributes; later are those of a later
// write.
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

// AttributeRow is one line of a policy's attribute table.
type AttributeRow struct {
	Name       string // the vendor's
	Attributes user.Attributes
	Access     Access
	Source     string
	Basis      Basis
}

// reachable returns the attributes that the table lets an action reach. A policy without a table limits nothing but
// what no table can allow: nobody reads a password, and nobody writes what only the library sets.
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
