package permission

import (
	"slices"
	"strings"

	"github.com/ca74b63c/roster/user"
)

const customPrefixOfActions = string(CustomSet) + "."

// CustomSetOf returns the action that sets one custom attribute, such as "custom.set.shift_start".
// Package roster asks for it for each custom attribute that a call changes. Rows for CustomSet
// allow it too. It returns CustomSet for a name that is too long for an action of its own, which
// are those of more than 53 characters, and for one that is not valid.
func CustomSetOf(name string) Action {
	if a := Action(customPrefixOfActions + name); a.Valid() {
		return a
	}
	return CustomSet
}

// setsCustom reports whether a is an action of CustomSetOf.
func (a Action) setsCustom() bool { return strings.HasPrefix(string(a), customPrefixOfActions) }

// covers reports whether rows with these actions are for the action a.
func (r Row) covers(a Action) bool {
	return r.Actions.Has(a) || a.setsCustom() && r.Actions.Has(CustomSet)
}

// comparison is what the rows of a policy compare between actors and targets (SameAs, SameCustom).
type comparison struct {
	attributes user.Attributes
	custom     []string // names of custom attributes
}

func comparisonOf(rows []Row) (c comparison) {
	for _, row := range rows {
		_, same, _ := row.Scope.compile()
		switch {
		case same == nil:
		case same.custom == "":
			c.attributes = c.attributes.With(user.AttributesOf(same.attribute))
		default:
			c.custom = append(c.custom, same.custom)
		}
	}
	if c.attributes.Has(user.AttrProfiles) {
		c.attributes = c.attributes.With(user.AttributesOf(user.AttrRoles)) // as requests for profiles have
	}
	return c
}

// changed returns the attributes that the request changes and that scopes of the policy compare.
// The comparison c contains the attributes that these scopes compare. The result includes
// user.AttrCustom if the action may set a custom attribute that c names.
func (c *comparison) changed(r *Request) user.Attributes {
	set := r.Attributes & c.attributes
	if r.Action == CustomSet && len(c.custom) > 0 ||
		slices.ContainsFunc(c.custom, func(name string) bool { return r.Action == CustomSetOf(name) }) {
		set = set.With(user.AttributesOf(user.AttrCustom))
	}
	return set
}

// choosesReach returns the attributes by which a change of the actor's own user could change what
// the actor may reach. These are the attributes that the request changes and that a scope of the
// policy compares (SameAs, SameCustom). It leaves out an attribute that a row for every user lets
// the actor change. The parameter who contains the roles and permissions of the actor. The caller
// makes sure that the request changes the actor's own user.
func (p *Policy) choosesReach(r *Request, act *compiledAction, who *mask) user.Attributes {
	set := p.compared.changed(r)
	if set == 0 {
		return 0
	}
	for i := range act.rows {
		if row := &act.rows[i]; row.everyUser() && row.who.any(who) {
			set = set.Without(row.attributes)
		}
	}
	return set
}
