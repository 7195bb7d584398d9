package permission

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Row is one row of a policy. It allows some actors some actions to some targets. Rows only
// allow; what no row allows is denied.
type Row struct {
	Name    string // the rule in explanations, such as "agent-reads-self"
	Actions Actions

	// Roles, Permissions and Everyone select the actors. One of Roles or one of Permissions is
	// enough. Everyone is every user, with or without roles, and needs the scope Self.
	Roles       user.Roles
	Permissions Permissions
	Everyone    bool

	// Scope and Targets select the targets. Targets, unless empty, selects users whose roles are
	// all in Targets. Without a target, a row with Targets does not allow ChangesRead,
	// StatementRead, MoneyRead and MoneyReverse, because they concern users of all roles.
	Scope   Scope
	Targets user.Roles

	// Attributes, unless empty, are the attributes that the row allows. A request with other
	// attributes needs another row too.
	Attributes user.Attributes

	Source string // the sentence that the row comes from
	Basis  Basis
}

// problem returns why New refuses the row, such as "has no name". It returns "" if the row is
// valid.
func (r Row) problem() string {
	_, _, scope := r.Scope.compile()
	switch {
	case r.Name == "":
		return "has no name"
	case r.Actions.IsZero():
		return "names no action"
	case !r.Actions.Valid():
		return "has an action whose name is not valid"
	case r.Roles.IsZero() && r.Permissions.IsZero() && !r.Everyone:
		return "allows no actor: give it roles, permissions or Everyone"
	case !r.Roles.Valid() || !r.Targets.Valid():
		return "has a role whose name is not valid"
	case !r.Permissions.Valid():
		return "has a permission whose name is not valid"
	case !scope:
		return "names a scope that there is not"
	case r.Everyone && r.Scope != Self:
		return "allows everyone more than self"
	}
	return ""
}

// who describes the actors and the targets of the row in words, such as "role admin or permission
// USER_READ for self".
func (r Row) who() string {
	var parts []string
	if r.Everyone {
		parts = append(parts, "any user")
	}
	if !r.Roles.IsZero() {
		parts = append(parts, "role "+strings.ReplaceAll(r.Roles.String(), ",", "|"))
	}
	if !r.Permissions.IsZero() {
		parts = append(parts, "permission "+strings.ReplaceAll(r.Permissions.String(), ",", "|"))
	}
	text := strings.Join(parts, " or ")
	if r.Scope != Anybody {
		text += " for " + r.Scope.String()
	}
	if !r.Targets.IsZero() {
		text += ", " + reach(r.Targets)
	}
	return text
}

// reach returns a text with the limit that Targets sets.
func reach(targets user.Roles) string {
	if !targets.IsList() {
		return "users without the role " + strings.ReplaceAll(targets.Complement().String(), ",", "|")
	}
	return "users with no role but " + strings.ReplaceAll(targets.String(), ",", "|")
}

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

// reachable returns the attributes for which the table gives the access that the action a needs, or
// all attributes if the table is empty. The parameter later is Spec.Later. For an action that
// reads, the result never has the password. For any other action, it never has the attributes that
// only the library sets, such as the time of the creation.
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

// checkLists returns an error for the first row for UserList that lets actors list users that no
// row for UserRead lets them read. It looks at the rows of each role, of each permission, of
// everyone, and of a role that no row names. It returns nil if there is no such row.
func (p *Policy) checkLists() error {
	for role := range p.namedRoles().All() { // rows for everyone apply to each role too
		if err := p.checkListsOf("the role "+role.String(), p.names.of(user.RolesOf(role), Permissions{}, true)); err != nil {
			return err
		}
	}
	perms := VendorPermissions().With(PermissionsOf(slices.Collect(maps.Keys(p.names.permissions))...))
	for perm := range perms.All() {
		if err := p.checkListsOf("the permission "+perm.String(), p.names.of(user.Roles{}, PermissionsOf(perm), false)); err != nil {
			return err
		}
	}
	if err := p.checkListsOf("everyone", mask{low: 1 << everyoneBit}); err != nil {
		return err
	}
	return p.checkListsOf("any other role", mask{low: 1<<otherRole | 1<<everyoneBit})
}

// namedRoles returns the vendors' roles and the host's roles that the rows name.
func (p *Policy) namedRoles() user.Roles {
	return user.VendorRoles().With(user.RolesOf(slices.Collect(maps.Keys(p.names.roles))...))
}

func (p *Policy) checkListsOf(name string, who mask) error {
	lists, reads := rowsOf(p.action(UserList).rows, &who), rowsOf(p.action(UserRead).rows, &who)
	for _, c := range lists {
		if len(reads) == 0 || !c.everyUser() && !c.within(reads) {
			return fmt.Errorf("permission: policy %.40q: row %d %.40q lets %s list users (user.list) that no row lets them read (user.read)",
				p.spec.Name, c.row, p.spec.Rows[c.row].Name, name)
		}
	}
	return nil
}

func rowsOf(rows []compiledRow, who *mask) (list []*compiledRow) {
	for i := range rows {
		if rows[i].who.any(who) {
			list = append(list, &rows[i])
		}
	}
	return list
}

// everyUser reports whether the row is for every user as target.
func (c *compiledRow) everyUser() bool {
	return c.scope&(inAnybody|inAnyUser) != 0 && c.without.IsZero()
}

// within reports whether one of the rows is for every target that c is for, for any actor.
func (c *compiledRow) within(rows []*compiledRow) bool {
	for _, r := range rows {
		if (r.scope&(inAnybody|inAnyUser) != 0 || r.scope == c.scope && (c.same == nil || *r.same == *c.same)) && c.without.HasAll(r.without) {
			return true
		}
	}
	return false
}
