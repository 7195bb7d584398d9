package permission

import (
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Row is one line of a policy: who may do which actions to whom. Rows only ever allow; what no row allows is denied.
type Row struct {
	Name    string // of the rule, in explanations: "agent-reads-self"
	Actions Actions

	// Who: one of Roles or one of Permissions is enough. Everyone is every user, with or without roles, and goes
	// with the scope Self alone.
	Roles       user.Roles
	Permissions Permissions
	Everyone    bool

	// To whom. Targets, unless empty, limits the row to users who hold no other roles than these.
	Scope   Scope
	Targets user.Roles

	// Attributes, unless empty, are those that the row reaches; a request that names another needs another row too.
	Attributes user.Attributes

	Source string // the sentence that the row comes from
	Basis  Basis
}

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
		return "allows nobody: give it roles, permissions or Everyone"
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

// who says in words whom the row allows, and how far.
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

// reach returns in words which targets a row with this limit reaches.
func reach(targets user.Roles) string {
	if !targets.IsList() {
		return "users without the role " + strings.ReplaceAll(targets.Complement().String(), ",", "|")
	}
	return "users with no role but " + strings.ReplaceAll(targets.String(), ",", "|")
}
