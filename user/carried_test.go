package user

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
)

// account is reference data of a test: the ids of each kind.
type account map[ReferenceKind][]int64

func (a account) facts(asked *int) Facts {
	return Facts{
		Now: noon,
		Profile: func(id ProfileID) (Profile, bool) {
			return Profile{Role: AgentManager}, slices.Contains(a[ReferenceProfile], int64(id))
		},
		Reference: func(k ReferenceKind, id int64) (known, any bool) {
			*asked++
			return slices.Contains(a[k], id), len(a[k]) > 0
		},
	}
}

// carriesAll are patches that add the ids 3 and 4, or one of them where the attribute has but one.
func carriesAll(t *testing.T) map[Attribute]Patch {
	all := map[Attribute]Patch{}
	for a := range Patchable().All() {
		text := map[Attribute]string{AttrMemberOf: `{"group":4}`, AttrManagerOf: `[{"group":3},{"group":4}]`}[a]
		var p Patch
		if attributes[a].added == nil {
			continue
		} else if err := attributes[a].read(&p, []byte(cmp.Or(text, "[3,4]"))); err != nil {
			t.Fatal(err)
		}
		all[a] = p
	}
	if len(all) != 10 {
		t.Errorf("%d attributes with ids", len(all))
	}
	return all
}

// An id that a patch adds must be known if the account has any reference data of its kind. What the
// user carries stays.
func TestAddedIDsMustBeKnown(t *testing.T) {
	manager := User{Access: Access{Granted: RolesOf(AgentManager), Roles: RolesOf(AgentManager)}}
	if _, ok := numAttributes.Reference(); ok {
		t.Error("no attribute has a kind")
	}
	if kind, ok := AttrProfiles.Reference(); !ok || kind != ReferenceProfile {
		t.Error("profiles are of kind", kind)
	}
	for a, p := range carriesAll(t) {
		kind, ok := a.Reference()
		if ok != (a != AttrPermissionGroups) {
			t.Errorf("%v holds ids of reference data: %t", a, ok)
		}
		if !ok {
			continue
		}
		unknown := validate.Element(a.Path(), 1) + " unknown"
		if a == AttrMemberOf {
			unknown = a.Path() + " unknown"
		}
		asked := 0
		for _, tt := range []struct {
			name string
			has  account
			want string
		}{
			{"an account without any", account{}, ""},
			{"an account that has other kinds", account{ReferenceProfile: {1}, ReferenceCampaign: {1}}, ""},
			{"both are there", account{kind: {3, 4}}, ""},
			{"one is there", account{kind: {3}}, unknown},
		} {
			out, err := p.Apply(manager, tt.has.facts(&asked))
			if got := strings.Join(problems(t, err), " "); got != tt.want {
				t.Errorf("%v, %s: %q, want %q", a, tt.name, got, tt.want)
			}
			if tt.want == "" && !out.Changed.Has(a) {
				t.Errorf("%v, %s: changed %v", a, tt.name, out.Changed)
			}
		}
		carries := must(p.Apply(manager, Facts{Now: noon}))
		asked = 0
		for name, again := range map[string]Patch{"the same patch": p, "a replacement": Replacement(carries.After), "another patch": {LastName: Set("x")}} {
			if _, err := again.Apply(carries.After, account{kind: {9}}.facts(&asked)); err != nil || asked != 0 {
				t.Errorf("%v, %s of a user who carries them: %v, %d questions", a, name, err, asked)
			}
		}
		if err := CheckReferences(manager, carries.After, account{kind: {3}}.facts(&asked)); !slices.Equal(problems(t, err), []string{unknown}) {
			t.Errorf("%v: CheckReferences: %v", a, err)
		}
		if err := CheckReferences(carries.After, manager, account{kind: {9}}.facts(&asked)); err != nil {
			t.Errorf("%v given up: %v", a, err)
		}
	}
}

// What a lost role resets is not added.
func TestIDsThatAResetTakesAreNotAdded(t *testing.T) {
	agent := User{Access: Access{Granted: RolesOf(Agent), Roles: RolesOf(Agent)}}
	asked := 0
	p := Patch{Granted: Clear[Roles](), Skills: Set(IDSetOf[SkillID](3))}
	if _, err := p.Apply(agent, account{ReferenceSkill: {9}}.facts(&asked)); err != nil {
		t.Error(err)
	}
}

// MaxID bounds the ids that a patch adds and that the account knows nothing of: not those that the
// account has, nor those that the user carries.
func TestAddedIDsAreBounded(t *testing.T) {
	asked := 0
	manager := User{Access: Access{Granted: RolesOf(AgentManager), Roles: RolesOf(AgentManager)}}
	for a, p := range carriesAll(t) {
		facts := account{}.facts(&asked)
		facts.MaxID = 3
		_, err := p.Apply(manager, facts)
		if got := strings.TrimPrefix(strings.Join(problems(t, err), " "), a.Path()); got != "/1 out_of_range" && got != " out_of_range" {
			t.Errorf("%s: %v", a, err)
		}
		unbounded := facts
		unbounded.MaxID = 0
		out, err := p.Apply(manager, unbounded)
		if err != nil {
			t.Errorf("%s without a bound: %v", a, err)
		}
		if _, err := p.Apply(out.After, facts); err != nil {
			t.Errorf("%s that the user carries: %v", a, err)
		}
		if kind, ok := a.Reference(); ok {
			has := account{kind: {3, 4}}.facts(&asked)
			has.MaxID = 3
			if _, err := p.Apply(manager, has); err != nil {
				t.Errorf("%s that the account has: %v", a, err)
			}
		}
	}
}

// The least id is 1 and the greatest Facts.MaxID, where the account knows nothing of the kind.
func TestAddedIDsHaveALeastAndAGreatest(t *testing.T) {
	asked := 0
	facts := account{}.facts(&asked)
	facts.MaxID = 1
	for id, want := range map[SkillID]bool{-1: false, 0: false, 1: true, 2: false} {
		var after User
		after.Capacity.Skills = IDSetOf(id)
		for _, f := range []Facts{facts, {MaxID: 1}} {
			if err := CheckReferences(User{}, after, f); (err == nil) != want {
				t.Errorf("%d: %v", id, err)
			}
		}
	}
}
