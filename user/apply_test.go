package user

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRolesFromProfiles(t *testing.T) {
	type access struct {
		Granted  Roles
		Profiles IDSet[ProfileID]
		Roles    Roles
	}
	start := access{RolesOf(Admin), IDSetOf(agents, managers), RolesOf(Admin, Agent, AgentManager)}
	tests := []struct {
		name  string
		from  access
		patch Patch
		want  access
	}{
		{
			"documented, LivePerson: the role is what the profiles give", access{},
			Patch{Profiles: Set(IDSetOf(agents, roleless))},
			access{Roles{}, IDSetOf(agents, roleless), RolesOf(Agent)},
		},
		{
			"documented, Genesys: on PUT, the roles specified will be the new role set. It is not a \"diff\" operation",
			access{RolesOf(Admin, LPA), IDSet[ProfileID]{}, RolesOf(Admin, LPA)},
			Patch{Roles: Set(RolesOf(Admin, Agent))},
			access{RolesOf(Admin, Agent), IDSet[ProfileID]{}, RolesOf(Admin, Agent)},
		},
		{
			"assumed: removing a role removes the profiles that give it", start, Patch{Roles: Set(RolesOf(Admin, AgentManager))},
			access{RolesOf(Admin), IDSetOf(managers), RolesOf(Admin, AgentManager)},
		},
		{
			"assumed: granting a role that no profile gives grants it directly", start,
			Patch{Roles: Set(RolesOf(Admin, Agent, AgentManager, Owner))},
			access{RolesOf(Admin, Owner), IDSetOf(agents, managers), RolesOf(Admin, Agent, AgentManager, Owner)},
		},
		{
			"a role that a profile gives is not granted as well",
			access{RolesOf(Agent), IDSetOf(agents), RolesOf(Agent)},
			Patch{Roles: Set(RolesOf(Agent))},
			access{Roles{}, IDSetOf(agents), RolesOf(Agent)},
		},
		{
			"profiles without a role stay", access{Roles{}, IDSetOf(agents, roleless), RolesOf(Agent)}, Patch{Roles: Clear[Roles]()},
			access{Roles{}, IDSetOf(roleless), Roles{}},
		},
		{
			"granting and revoking directly leaves the profiles alone", start, Patch{Granted: Set(RolesOf(LPA))},
			access{RolesOf(LPA), IDSetOf(agents, managers), RolesOf(LPA, Agent, AgentManager)},
		},
		{
			"clearing the profiles leaves what is granted", start, Patch{Profiles: Clear[IDSet[ProfileID]]()},
			access{RolesOf(Admin), IDSet[ProfileID]{}, RolesOf(Admin)},
		},
		{
			"roles and profiles in one patch: the roles win", access{},
			Patch{Profiles: Set(IDSetOf(agents, managers)), Roles: Set(RolesOf(AgentManager, LPA))},
			access{RolesOf(LPA), IDSetOf(managers), RolesOf(AgentManager, LPA)},
		},
		{
			"roles and granted in one patch: only what comes of both is a change", access{RolesOf(Admin), IDSet[ProfileID]{}, RolesOf(Admin)},
			Patch{Granted: Set(RolesOf(Agent)), Roles: Set(RolesOf(Admin))},
			access{RolesOf(Admin), IDSet[ProfileID]{}, RolesOf(Admin)},
		},
		{
			"roles and granted in one patch: the roles win", start,
			Patch{Granted: Set(RolesOf(Owner)), Roles: Set(RolesOf(LPA))},
			access{RolesOf(LPA), IDSet[ProfileID]{}, RolesOf(LPA)},
		},
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
	plain := User{Access: Access{Profiles: IDSetOf[ProfileID](404), Granted: RolesOf(Admin), Roles: RolesOf(Admin)}}
	tests := []struct {
		name  string
		user  User
		patch Patch
		facts Facts
		want  []string
	}{
		{
			"each profile that does not exist, at its place", User{}, Patch{Profiles: Set(IDSetOf[ProfileID](405, agents, 404))}, facts(),
			[]string{"/access/profiles/0 unknown", "/access/profiles/1 unknown"},
		},
		{
			"nobody told of any profile", User{}, Patch{Profiles: Set(IDSetOf(agents))}, Facts{},
			[]string{"/access/profiles/0 unknown"},
		},
		{
			"roles cannot be derived from a profile that is gone", plain, Patch{Granted: Set(RolesOf(LPA))}, facts(),
			[]string{"/access/profiles/0 unknown"},
		},
		{
			"documented, LivePerson: Only an agent manager can manage agent groups", User{},
			Patch{ManagerOf: Set(IDSetOf[GroupID](1))}, facts(),
			[]string{"/management/managerOf conflict"},
		},
		{
			"every problem at once", User{},
			Patch{ManagerOf: Set(IDSetOf[GroupID](1)), Profiles: Set(IDSetOf[ProfileID](404))}, facts(),
			[]string{"/access/profiles/0 unknown", "/management/managerOf conflict"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := tt.patch.Apply(tt.user, tt.facts)
			if d := cmp.Diff(tt.want, problems(t, err)); d != "" {
				t.Error(d)
			}
			if !out.After.Equal(User{}) || out.Changed != 0 {
				t.Error("something of it was done")
			}
		})
	}
	groups := Set(IDSetOf[GroupID](1))
	for name, tt := range map[string]struct {
		user    User
		patch   Patch
		refused bool
	}{
		"what does not touch the roles is not hindered by a profile that is gone": {plain, Patch{MaxChats: Set(1)}, false},
		"a holder of a host's own role may manage groups":                         {User{}, Patch{Granted: Set(RolesOf("team_lead")), ManagerOf: groups}, false},
		"an owner without the role of a manager may not": {
			User{}, Patch{Granted: Set(RolesOf(Owner, Agent, Supervisor)), ManagerOf: groups}, true,
		},
		"the new agent manager may manage at once":                    {User{}, Patch{Profiles: Set(IDSetOf(managers)), ManagerOf: groups}, false},
		"a user that is no agent manager may lose the managed groups": {User{}, Patch{ManagerOf: Clear[IDSet[GroupID]]()}, false},
	} {
		out, err := tt.patch.Apply(tt.user, facts())
		if (err != nil) != tt.refused || out.After.Manages(1) != (tt.patch.ManagerOf == groups && !tt.refused) {
			t.Errorf("%s: %v", name, err)
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
