package user

import (
	"errors"
	"testing"
)

// TestAProfileInUseKeepsItsRole checks that a profile that a user has, deleted or not, keeps its
// role.
func TestAProfileInUseKeepsItsRole(t *testing.T) {
	gives := func(kind ReferenceKind, role Role) Reference {
		return Reference{Kind: kind, ID: 1, Name: "a", Profile: Profile{Role: role}}
	}
	agents := gives(ReferenceProfile, Agent)
	for _, tt := range []struct {
		name       string
		ref, next  Reference
		users      int
		kept, gone error // of CheckReplace and of CheckDelete
	}{
		{"nobody has it", agents, gives(ReferenceProfile, Admin), 0, nil, nil},
		{"another role", agents, gives(ReferenceProfile, Admin), 1, ErrInUse, ErrInUse},
		{"no role", agents, Reference{Kind: ReferenceProfile, ID: 1}, 1, ErrInUse, ErrInUse},
		{"another name", agents, Reference{Kind: ReferenceProfile, ID: 1, Name: "b", Profile: agents.Profile}, 1, nil, ErrInUse},
		{"a first role", Reference{Kind: ReferenceProfile, ID: 1}, agents, 1, ErrInUse, ErrInUse},
		{"a skill", gives(ReferenceSkill, Agent), gives(ReferenceSkill, Admin), 1, nil, nil},
		{"what was not there", Reference{}, agents, 1, nil, nil},
	} {
		if err := tt.ref.CheckReplace(tt.next, tt.users); !errors.Is(err, tt.kept) {
			t.Errorf("%s: replaced: %v, want %v", tt.name, err, tt.kept)
		}
		if err := tt.ref.CheckDelete(tt.users); !errors.Is(err, tt.gone) {
			t.Errorf("%s: deleted: %v, want %v", tt.name, err, tt.gone)
		}
	}
}

// Roles come from profiles that give one, and from no other piece of reference data.
func TestRolesOfAPiece(t *testing.T) {
	gives, plain := Profile{Role: Agent}, Profile{}
	for _, tt := range []struct {
		ref  Reference
		want Roles
	}{
		{Reference{Kind: ReferenceProfile, ID: 1, Profile: gives}, RolesOf(Agent)},
		{Reference{Kind: ReferenceProfile, ID: 1, Profile: plain}, Roles{}},
		{Reference{Kind: ReferenceSkill, ID: 1, Profile: gives}, Roles{}},
		{Reference{Kind: ReferenceGroup, ID: 1}, Roles{}},
	} {
		if got := tt.ref.Roles(); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.ref, got, tt.want)
		}
	}
}
