package permission

import (
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

// problem returns the reason why New refuses the row, or "" if the row is valid. The reason
// continues a sentence whose subject is the row, such as "has no name".
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

// who returns a text about the actors and the targets of the row, such as "role admin or permission
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
