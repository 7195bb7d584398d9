package user

// Transition says what is reset when the set of a user's roles loses a role.
type Transition struct {
	Name   string // names the rule where its effect is reported
	Lost   Role
	Resets Attributes // patchable attributes other than AttrRoles and AttrProfiles; others are passed over
}

// Reset is one attribute that a Transition took back to its default.
type Reset struct {
	Rule      string    `json:"rule"`
	Attribute Attribute `json:"attribute"`
	Before    string    `json:"before"` // what it was, in words
}

// DefaultTransitions returns LivePerson's two rules ("User profile role change from Agent", "… from Agent Manager").
// A host that has rules of his own appends them.
func DefaultTransitions() []Transition {
	return []Transition{
		{"agent-lost", Agent, AttributesOf(AttrMaxChats, AttrMaxAsyncChats, AttrMemberOf, AttrSkills)},
		{"agent-manager-lost", AgentManager, AttributesOf(AttrManagerOf)},
	}
}

// defaultTransitions is DefaultTransitions made once; nothing changes it.
var defaultTransitions = DefaultTransitions()

// Transit returns after with everything reset that the transitions demand of a user whose roles were before's and
// are after's, and lists each reset that took something away. Nil transitions are the default ones. The rules look at
// the resulting sets only: who changed them, and through which vendor, does not matter.
func Transit(before, after User, transitions []Transition) (User, []Reset) {
	gone := before.Access.Roles.Without(after.Access.Roles)
	if gone == 0 {
		return after, nil
	}
	if transitions == nil {
		transitions = defaultTransitions
	}
	var resets []Reset
	for _, t := range transitions {
		if !gone.Has(t.Lost) {
			continue
		}
		for a := range t.Resets.Without(AttributesOf(AttrRoles, AttrProfiles)).All() {
			if a >= numPatched {
				continue
			}
			was := after
			attributes[a].reset(&after)
			if !attributes[a].equal(&was, &after) {
				resets = append(resets, Reset{t.Name, a, attributes[a].text(&was)})
			}
		}
	}
	return after, resets
}
