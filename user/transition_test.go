package user

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTransitions(t *testing.T) {
	const agentSentence = "documented, LivePerson: When changing the role of a user from Agent to another role, the relevant " +
		"user fields associated with agent role are reset: 'maxChats', 'maxAsyncChats', 'memberOf', 'skillIds'"
	const managerSentence = "documented, LivePerson: When changing the role of a user from Agent Manager to another role, " +
		"the 'managerOf' field associated with agent manager role is reset"
	agentResets := []Reset{
		{Rule: "agent-lost", Attribute: AttrMaxChats, Before: val(`4`)},
		{Rule: "agent-lost", Attribute: AttrMaxAsyncChats, Before: val(`10`)},
		{Rule: "agent-lost", Attribute: AttrMemberOf, Before: val(`1`)},
		{Rule: "agent-lost", Attribute: AttrSkills, Before: val(`[2359235912,2359235922]`)},
	}
	managerResets := []Reset{{Rule: "agent-manager-lost", Attribute: AttrManagerOf, Before: val(`[1,2]`)}}
	all := append(append([]Reset{}, agentResets...), managerResets...)

	tests := []struct {
		name   string
		patch  Patch
		resets []Reset
	}{
		{agentSentence, Patch{Roles: Set(RolesOf(Admin, AgentManager))}, agentResets},
		{managerSentence, Patch{Roles: Set(RolesOf(Admin, Agent))}, managerResets},
		{"both roles lost at once", Patch{Roles: Clear[Roles]()}, all},
		{"the role came from a profile", Patch{Profiles: Set(IDSetOf(managers))}, agentResets},
		{"another role beside makes no loss", Patch{Roles: Set(RolesOf(Admin, Agent, AgentManager, LPA))}, nil},
		{"losing a role without a rule resets nothing", Patch{Roles: Set(RolesOf(Agent, AgentManager))}, nil},
		{
			"the role stays by a direct grant when its profile goes",
			Patch{Profiles: Set(IDSetOf(managers)), Granted: Set(RolesOf(Agent))}, nil,
		},
		{
			"what the same patch set is reset as well",
			Patch{Roles: Set(RolesOf(Admin, AgentManager)), MaxChats: Set(9), Skills: Set(IDSetOf[SkillID](5))},
			[]Reset{
				{Rule: "agent-lost", Attribute: AttrMaxChats, Before: val(`9`)}, agentResets[1], agentResets[2], {Rule: "agent-lost", Attribute: AttrSkills, Before: val(`[5]`)},
			},
		},
		{
			"what the same patch cleared was not reset",
			Patch{Roles: Set(RolesOf(Admin, AgentManager)), MaxChats: Clear[int](), MemberOf: Clear[GroupID]()},
			[]Reset{agentResets[1], agentResets[3]},
		},
		{"managed groups in the same patch are reset, no conflict", Patch{
			Roles: Set(RolesOf(Agent)), ManagerOf: Set(IDSetOf[GroupID](7)),
		}, []Reset{{Rule: "agent-manager-lost", Attribute: AttrManagerOf, Before: val(`[7]`)}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := must(tt.patch.Apply(atWork(), facts()))
			if d := cmp.Diff(tt.resets, out.Resets); d != "" {
				t.Errorf("resets (-want +got):\n%s", d)
			}
			for _, r := range tt.resets {
				if !attributes[r.Attribute].equal(&out.After, &unset) || !out.Lost.Has(r.Attribute) {
					t.Errorf("%v was not reset, or not reported as lost (%v)", r.Attribute, out.Lost)
				}
			}
			// The assignments lose their dates too.
			if out.After.Capacity.MemberOf.Group == 0 && out.After.Capacity.MemberOf != (Assignment{}) {
				t.Errorf("%v is left of memberOf", out.After.Capacity.MemberOf)
			}
		})
	}
}

// A transition can reset Enabled: a user that loses the role is enabled again. Apply does not
// change the user that it was given.
func TestALostRoleCanEnableAUser(t *testing.T) {
	before := atWork()
	before.Access.Disabled = true
	given := before
	f := facts()
	f.Transitions = []Transition{{Name: "fresh start", Lost: Agent, Resets: AttributesOf(AttrEnabled, AttrLogin)}}
	out := must(Patch{Roles: Set(RolesOf(Admin))}.Apply(before, f))
	want := []Reset{{Rule: "fresh start", Attribute: AttrEnabled, Before: val(`false`)}}
	if !out.After.Enabled() || !cmp.Equal(out.Resets, want) || out.After.Identity.Login == "" {
		t.Errorf("enabled %v, login %q, resets %v", out.After.Enabled(), out.After.Identity.Login, out.Resets)
	}
	if !before.Equal(given) || !out.Before.Equal(given) {
		t.Error("Apply changed the user that it was given")
	}
}

// ApplyTransitions alone previews a change of roles that was made elsewhere.
func TestPreviewIsApplyWithoutStoring(t *testing.T) {
	before := atWork()
	out, err := Patch{Roles: Set(RolesOf(Admin))}.Apply(before, facts())
	if err != nil || !before.Equal(atWork()) || !out.Before.Equal(before) {
		t.Fatal("Apply changed the user that it was given", err)
	}
	wanted := before
	wanted.Access.Granted, wanted.Access.Profiles, wanted.Access.Roles = RolesOf(Admin), IDSet[ProfileID]{}, RolesOf(Admin)
	after, resets := ApplyTransitions(before, wanted, nil)
	if d := cmp.Diff(out.Resets, resets); d != "" || !after.Equal(out.After) {
		t.Error(Diff(out.After, after), d)
	}
	gained := before // no role is lost
	gained.Access.Roles = VendorRoles()
	if after, resets := ApplyTransitions(before, gained, nil); resets != nil || !after.Equal(gained) {
		t.Error(resets)
	}
	// A transition can reset Enabled: a user that loses the role is enabled again. None resets the
	// login.
	disabled := wanted
	disabled.Access.Disabled = true
	rule := []Transition{{Name: "fresh start", Lost: Agent, Resets: AttributesOf(AttrEnabled, AttrLogin)}}
	after, resets = ApplyTransitions(before, disabled, rule)
	want := []Reset{{Rule: "fresh start", Attribute: AttrEnabled, Before: val(`false`)}}
	if !after.Enabled() || !cmp.Equal(resets, want) || after.Identity.Login == "" {
		t.Errorf("enabled %v, login %q, resets %v", after.Enabled(), after.Identity.Login, resets)
	}
}

func TestAHostAddsTransitions(t *testing.T) {
	custom := Transition{Name: "auditor-lost", Lost: Admin, Resets: AttributesOf(AttrApplications, AttrStatus, AttrEnabled, AttrMaxChats)}
	f := facts()
	f.Transitions = append(DefaultTransitions(), custom)
	before := atWork()

	out := must(Patch{Roles: Set(RolesOf(AgentManager))}.Apply(before, f))
	want := []Reset{
		{Rule: "agent-lost", Attribute: AttrMaxChats, Before: val(`4`)}, // once, by the first rule that resets it
		{Rule: "agent-lost", Attribute: AttrMaxAsyncChats, Before: val(`10`)},
		{Rule: "agent-lost", Attribute: AttrMemberOf, Before: val(`1`)},
		{Rule: "agent-lost", Attribute: AttrSkills, Before: val(`[2359235912,2359235922]`)},
		{Rule: "auditor-lost", Attribute: AttrStatus, Before: val(`"READY"`)},
		{Rule: "auditor-lost", Attribute: AttrApplications, Before: val(`[9]`)},
	}
	if d := cmp.Diff(want, out.Resets); d != "" {
		t.Error(d)
	}
	if got := out.After.Presence; got.Status != Offline || !got.Since.Equal(f.Now) {
		t.Errorf("a reset status does not say since when: %v", got)
	}
	if d := cmp.Diff(DefaultTransitions(), defaultTransitions); d != "" {
		t.Errorf("appending changed the default:\n%s", d)
	}

	t.Run("a locked status stays", func(t *testing.T) {
		before := before
		before.Presence = before.Presence.LockAt(Ready, 5, noon)
		out, err := Patch{Roles: Set(RolesOf(Agent, AgentManager))}.Apply(before, f)
		if err != nil || out.After.Presence.Status != Ready || out.Changed.Has(AttrStatus) {
			t.Error(out.After.Presence, out.Changed, err)
		}
	})
	t.Run("no transition resets the login or what makes the roles", func(t *testing.T) {
		f := facts()
		f.Transitions = []Transition{{Name: "everything", Lost: Agent, Resets: ^Attributes(0)}}
		out := must(Patch{Roles: Set(RolesOf(Admin, AgentManager))}.Apply(before, f))
		got := out.After
		if got.Identity.Login == "" || got.Access.Roles != RolesOf(Admin, AgentManager) ||
			!got.Access.Profiles.Has(managers) || got.Access.Granted != RolesOf(Admin) || got.Live() != before.Live() {
			t.Error(Diff(before, got))
		}
		for _, r := range out.Resets {
			if unresettable.Has(r.Attribute) || !Patchable().Has(r.Attribute) {
				t.Errorf("reset %v", r.Attribute)
			}
		}
	})
	t.Run("a status that was set and reset again is the old one since ever", func(t *testing.T) {
		before := before
		before.Presence.Status = Offline
		out, err := Patch{Status: Set(Ready), Roles: Set(RolesOf(AgentManager))}.Apply(before, f)
		if err != nil || out.After.Presence != before.Presence || out.Changed.Has(AttrStatus) {
			t.Error(out.After.Presence, out.Changed, err)
		}
	})
	t.Run("an empty list is no rule at all", func(t *testing.T) {
		f := facts()
		f.Transitions = []Transition{}
		out, err := Patch{Roles: Clear[Roles]()}.Apply(before, f)
		if err != nil || out.Resets != nil {
			t.Error(out.Resets, err)
		}
	})
}
