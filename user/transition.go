package user

import (
	"cmp"
	"fmt"
)

// Transition says which attributes are reset when a user loses a role.
type Transition struct {
	Name string // the name of the rule in Reset.Rule
	Lost Role
	// Resets are the attributes to reset. Attributes that a patch cannot name, the login and the
	// sources of the roles are ignored.
	Resets Attributes
	// Custom are names of custom attributes, which lose their values even if they are required.
	Custom []string
}

// Reset is one attribute that a Transition set to its default.
type Reset struct {
	Rule      string    `json:"rule"`
	Attribute Attribute `json:"attribute"`
	Name      string    `json:"name,omitempty"` // of the custom attribute; else ""
	Before    Value     `json:"before,omitzero"`
}

// String returns the rule, the attribute and its value before, such as "agent-lost: maxChats 4".
func (r Reset) String() string {
	return fmt.Sprintf("%s: %s %v", r.Rule, cmp.Or(r.Name, r.Attribute.String()), r.Before)
}

// DefaultTransitions returns LivePerson's two rules ("User profile role change from Agent", "User
// profile role change from Agent Manager"). A host appends its own rules.
func DefaultTransitions() []Transition {
	return []Transition{
		{
			Name: "agent-lost", Lost: Agent,
			Resets: AttributesOf(AttrMaxChats, AttrMaxAsyncChats, AttrMemberOf, AttrSkills),
		},
		{Name: "agent-manager-lost", Lost: AgentManager, Resets: AttributesOf(AttrManagerOf)},
	}
}

// defaultTransitions is the result of DefaultTransitions.
var defaultTransitions = DefaultTransitions()

// unresettable are the attributes that no transition resets: the login, which every user has, and
// the sources of the roles, which a rule about roles must not change.
const unresettable = roleSources | 1<<AttrLogin

// ApplyTransitions returns after with the attributes reset for the roles that before has and after
// does not have. It also returns a Reset for each attribute that had a value. Nil transitions mean
// DefaultTransitions. A locked status stays. The caller sets the time of a reset status, as
// Patch.Apply does.
func ApplyTransitions(before, after User, transitions []Transition) (User, []Reset) {
	resets := transit(before.Access.Roles, &after, transitions)
	return after, resets
}

// transit resets attributes of u by the transitions of each role that is in had and that u does not
// have. It returns a Reset for each attribute that had a value. Nil transitions mean
// DefaultTransitions. Attributes that are not patchable, the login and the sources of roles stay.
func transit(had Roles, u *User, transitions []Transition) []Reset {
	gone := had.Without(u.Access.Roles)
	if gone.IsZero() {
		return nil
	}
	if transitions == nil {
		transitions = defaultTransitions
	}
	var resets []Reset
	for _, t := range transitions {
		if !gone.Has(t.Lost) {
			continue
		}
		for a := range differing(u, &unset, t.Resets&Patchable()&^unresettable).All() {
			if a == AttrCustom {
				for _, item := range u.Custom.items() {
					resets = append(resets, Reset{t.Name, AttrCustom, item.name, item.value})
				}
				u.Custom = Custom{}
				continue
			}
			was := attributes[a].value(u)
			attributes[a].reset(u)
			if attributes[a].equal(u, &unset) {
				resets = append(resets, Reset{Rule: t.Name, Attribute: a, Before: was})
			}
		}
		for _, name := range t.Custom {
			if was, ok := u.Custom.Get(name); ok {
				u.Custom = u.Custom.With(name, Value{})
				resets = append(resets, Reset{t.Name, AttrCustom, name, was})
			}
		}
	}
	return resets
}

// unset is a user with every attribute at its default; nothing changes it.
var unset User
