package user

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
	"github.com/google/go-cmp/cmp"
)

func TestRolesFromProfiles(t *testing.T) {
	type access struct {
		Granted  Roles
		Profiles IDSet[ProfileID]
		Roles    Roles
	}
	have := func(granted, roles Roles, profiles ...ProfileID) access {
		return access{granted, IDSetOf(profiles...), roles}
	}
	none, both := Roles{}, RolesOf(Admin, Agent, AgentManager)
	start := have(RolesOf(Admin), both, agents, managers)
	tests := []struct {
		name  string
		from  access
		patch Patch
		want  access
	}{
		{"documented, LivePerson: the role is what the profiles give", access{},
			Patch{Profiles: Set(IDSetOf(agents, roleless))}, have(none, RolesOf(Agent), agents, roleless)},
		{"documented, Genesys: on PUT, the roles specified will be the new role set. It is not a \"diff\" operation",
			have(RolesOf(Admin, LPA), RolesOf(Admin, LPA)),
			Patch{Roles: Set(RolesOf(Admin, Agent))}, have(RolesOf(Admin, Agent), RolesOf(Admin, Agent))},
		{"assumed: removing a role removes the profiles that give it", start,
			Patch{Roles: Set(RolesOf(Admin, AgentManager))}, have(RolesOf(Admin), RolesOf(Admin, AgentManager), managers)},
		{"assumed: granting a role that no profile gives grants it directly", start,
			Patch{Roles: Set(both.With(RolesOf(Owner)))},
			have(RolesOf(Admin, Owner), both.With(RolesOf(Owner)), agents, managers)},
		{"a role that a profile gives is not granted as well", have(RolesOf(Agent), RolesOf(Agent), agents),
			Patch{Roles: Set(RolesOf(Agent))}, have(none, RolesOf(Agent), agents)},
		{"profiles without a role stay", have(none, RolesOf(Agent), agents, roleless),
			Patch{Roles: Clear[Roles]()}, have(none, none, roleless)},
		{"granting and revoking directly leaves the profiles alone", start,
			Patch{Granted: Set(RolesOf(LPA))}, have(RolesOf(LPA), RolesOf(LPA, Agent, AgentManager), agents, managers)},
		{"clearing the profiles leaves what is granted", start,
			Patch{Profiles: Clear[IDSet[ProfileID]]()}, have(RolesOf(Admin), RolesOf(Admin))},
		{"roles and profiles in one patch: the roles win", access{},
			Patch{Profiles: Set(IDSetOf(agents, managers)), Roles: Set(RolesOf(AgentManager, LPA))},
			have(RolesOf(LPA), RolesOf(AgentManager, LPA), managers)},
		{"roles and granted in one patch: only what comes of both is a change", have(RolesOf(Admin), RolesOf(Admin)),
			Patch{Granted: Set(RolesOf(Agent)), Roles: Set(RolesOf(Admin))}, have(RolesOf(Admin), RolesOf(Admin))},
		{"roles and granted in one patch: the roles win", start,
			Patch{Granted: Set(RolesOf(Owner)), Roles: Set(RolesOf(LPA))}, have(RolesOf(LPA), RolesOf(LPA))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := User{Access: Access{Granted: tt.from.Granted, Profiles: tt.from.Profiles, Roles: tt.from.Roles}}
			out := must(tt.patch.Apply(u, facts()))
			a := out.After.Access
			if d := cmp.Diff(tt.want, access{a.Granted, a.Profiles, a.Roles}); d != "" {
				t.Error(d)
			}
			if out.Changed != ChangedAttributes(u, out.After) {
				t.Errorf("Changed = %v", out.Changed)
			}
		})
	}
}

func TestApplyRefusesWhole(t *testing.T) {
	gone := User{Access: Access{Profiles: IDSetOf[ProfileID](404), Granted: RolesOf(Admin), Roles: RolesOf(Admin)}}
	groups := Set(IDSetOf[GroupID](1))
	for _, tt := range []struct {
		name  string
		user  User
		patch Patch
		facts Facts
		want  string // the problems; "" if Apply makes the change
	}{
		{"each profile that does not exist, at its place", User{},
			Patch{Profiles: Set(IDSetOf[ProfileID](405, agents, 404))}, facts(),
			"/access/profiles/0 unknown, /access/profiles/1 unknown"},
		{"no profiles in the facts", User{}, Patch{Profiles: Set(IDSetOf(agents))}, Facts{}, "/access/profiles/0 unknown"},
		{"roles cannot be derived from a profile that is gone", gone,
			Patch{Granted: Set(RolesOf(LPA))}, facts(), "/access/profiles/0 unknown"},
		{"what does not touch the roles is not hindered by a profile that is gone", gone,
			Patch{MaxChats: Set(1)}, facts(), ""},
		{"documented, LivePerson: Only an agent manager can manage agent groups", User{},
			Patch{ManagerOf: groups}, facts(), "/management/managerOf conflict"},
		{"every problem at once", User{}, Patch{ManagerOf: groups, Profiles: Set(IDSetOf[ProfileID](404))}, facts(),
			"/access/profiles/0 unknown, /management/managerOf conflict"},
		{"a holder of a host's own role may manage groups", User{},
			Patch{Granted: Set(RolesOf("team_lead")), ManagerOf: groups}, facts(), ""},
		{"an owner without the role of a manager may not", User{},
			Patch{Granted: Set(RolesOf(Owner, Agent, Supervisor)), ManagerOf: groups}, facts(),
			"/management/managerOf conflict"},
		{"the new agent manager may manage at once", User{},
			Patch{Profiles: Set(IDSetOf(managers)), ManagerOf: groups}, facts(), ""},
		{"a user that is no agent manager may lose the managed groups", User{},
			Patch{ManagerOf: Clear[IDSet[GroupID]]()}, facts(), ""},
	} {
		out, err := tt.patch.Apply(tt.user, tt.facts)
		if got := strings.Join(problems(t, err), ", "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if out.After.Manages(1) != (tt.patch.ManagerOf == groups && tt.want == "") {
			t.Errorf("%s: manages %v", tt.name, out.After.Management)
		}
		if tt.want != "" && (!out.After.Equal(User{}) || out.Changed != 0) {
			t.Errorf("%s: something of it was done", tt.name)
		}
	}
}

func TestALockedStatusRefusesThePatch(t *testing.T) {
	u := atWork()
	u.Presence = u.Presence.LockAt(Timeout, 5, noon)
	// The status comes before every problem.
	out, err := Patch{Status: Set(Ready), Profiles: Set(IDSetOf[ProfileID](404)), MaxChats: Set(1)}.Apply(u, facts())
	if !errors.Is(err, ErrStatusLocked) || out.Changed != 0 || !out.After.Equal(User{}) {
		t.Error(out.Changed, err)
	}
	if _, err := (Patch{Status: Set(Timeout), MaxChats: Set(1)}).Apply(u, facts()); err != nil {
		t.Errorf("the status that is locked already: %v", err)
	}
	if _, err := (Patch{Status: Clear[Status]()}).Apply(u, facts()); !errors.Is(err, ErrStatusLocked) {
		t.Errorf("clearing a locked status: %v", err)
	}
}

func TestStatusSaysSinceWhen(t *testing.T) {
	f := facts()
	out, err := Patch{Status: Set(DND)}.Apply(atWork(), f)
	if got := out.After.Presence; err != nil || got.Status != DND || !got.Since.Equal(f.Now) {
		t.Error(got, err)
	}
	out, err = Patch{Status: Set(Ready)}.Apply(atWork(), f)
	if got := out.After.Presence; err != nil || !got.Since.Equal(noon) || out.Changed != 0 {
		t.Errorf("a status that stays: %v, %v", got, err)
	}
}

// TestRoleChange checks that a new source of a role counts as granting the role, even if the user
// had the role before: it stays when the old source is removed.
func TestRoleChange(t *testing.T) {
	held := User{Access: Access{Granted: RolesOf(Admin), Profiles: IDSetOf[ProfileID](1), Roles: RolesOf(Admin, Agent)}}
	for _, tt := range []struct {
		name             string
		patch            Patch
		granted, removed Roles
	}{
		{"nothing about roles", Patch{MaxChats: Set(3)}, Roles{}, Roles{}},
		{"the same", Patch{Roles: Set(RolesOf(Admin, Agent))}, Roles{}, Roles{}},
		{"one more", Patch{Roles: Set(RolesOf(Admin, Agent, Owner))}, RolesOf(Owner), Roles{}},
		{"one less", Patch{Roles: Set(RolesOf(Agent))}, Roles{}, RolesOf(Admin)},
		{"a profile's role, now granted too", Patch{Granted: Set(RolesOf(Admin, Agent))}, RolesOf(Agent), Roles{}},
		{"a granted role, now by profile too", Patch{Profiles: Set(IDSetOf[ProfileID](1, 3))}, RolesOf(Admin), Roles{}},
		{"a profile that gives none", Patch{Profiles: Set(IDSetOf[ProfileID](1, 4))}, Roles{}, Roles{}},
		{"a profile for another", Patch{Profiles: Set(IDSetOf[ProfileID](2))}, RolesOf(AgentManager), RolesOf(Agent)},
	} {
		find := func(id ProfileID) (Profile, bool) {
			roles := map[ProfileID]Profile{1: {Agent}, 2: {AgentManager}, 3: {Admin}, 4: {}}
			p, ok := roles[id]
			return p, ok
		}
		out := must(tt.patch.Apply(held, Facts{Now: noon, Profile: find}))
		granted, removed := out.RoleChange(find)
		if granted != tt.granted || removed != tt.removed {
			t.Errorf("%s: gains %s, loses %s; want %s and %s", tt.name, granted, removed, tt.granted, tt.removed)
		}
		granted, _ = out.RoleChange(nil)
		if !tt.granted.HasAll(granted) {
			t.Errorf("%s: without profiles gains %s", tt.name, granted)
		}
	}
}

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
		if text == "" {
			text = "[3,4]"
		}
		var p Patch
		if attributes[a].added == nil {
			continue
		} else if err := attributes[a].read(&p, []byte(text)); err != nil {
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
				t.Errorf("%v, %s of a user that has them: %v, %d questions", a, name, err, asked)
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
