package user

// Transition says what is reset when the set of a user's roles loses a role.
type Transition struct {
	Name   string // names the rule where its effect is reported
	Lost   Role
	Resets Attributes // patchable attributes but the login and those that make the roles; others are passed over
	Custom []string   // names of custom attributes, which lose their values even if they are required
}

// Reset is one attribute that a Transition took back to its default.
type Reset struct {
	Rule      string    `json:"rule"`
	Attribute Attribute `json:"attribute"`
	Name      string    `json:"name,omitempty"` // of the custom attribute; else ""
	Before    Value     `json:"before,omitzero"`
}

// DefaultTransitions returns LivePerson's two rules ("User profile role change from Agent", "… from
// Agent Manager"). A host that has rules of his own appends them.
func DefaultTransitions() []Transition {
	return []Transition{
		{
			Name: "agent-lost", Lost: Agent,
			Resets: AttributesOf(AttrMaxChats, AttrMaxAsyncChats, AttrMemberOf, AttrSkills),
		},
		{Name: "agent-manager-lost", Lost: AgentManager, Resets: AttributesOf(AttrManagerOf)},
	}
}

// defaultTransitions is DefaultTransitions made once; nothing changes it.
var defaultTransitions = DefaultTransitions()

// unresettable are the attributes that no transition resets: every user has a login, and the roles
// follow from the other three, which a rule about roles must not change again.
const unresettable = roleSources | 1<<AttrLogin

// ApplyTransitions returns after with everything reset that the transitions demand of a user whose roles
// were before's and are after's, and lists each reset that took something away. Nil transitions are
// the default ones. The rules look at the resulting sets only: who changed them, and through which
// vendor, does not matter. A locked status stays; the time since which a reset status holds is for
// the caller to set, as Patch.Apply does.
func ApplyTransitions(before, after User, transitions []Transition) (User, []Reset) {
	resets := transit(before.Access.Roles, &after, transitions)
	return after, resets
}

func transit(before Roles, u *User, transitions []Transition) []Reset {
	gone := before.Without(u.Access.Roles)
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
		for a := range differing(u, &nobody, t.Resets&Patchable()&^unresettable).All() {
			if a == AttrCustom {
				for _, item := range u.Custom.list() {
					resets = append(resets, Reset{t.Name, AttrCustom, item.name, item.value})
				}
				u.Custom = Custom{}
				continue
			}
			was := attributes[a].value(u)
			attributes[a].reset(u)
			if attributes[a].equal(u, &nobody) {
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

// nobody is a user with every attribute at its default; nothing changes it.
var nobody User
