package liveperson_test

import (
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Roles of the host are not shown, and stay when a PUT replaces the profiles. A profile of the host
// may give one; it goes with the profile.
func hostRolesStay(e *env) {
	shown := e.boss("GET", "/2", "").is(200).Body.String()
	_, err := e.host.PutReference(e.ctx, user.Reference{
		Kind: user.ReferenceProfile, ID: 77, Name: "Leads", Profile: user.Profile{Role: "team_lead"},
	})
	e.ok(err)
	_, err = e.host.Patch(e.ctx, agent, user.Patch{Granted: user.Set(e.user(agent).Access.Granted.With(user.RolesOf("quality_analyst")))})
	e.ok(err)
	if got := e.boss("GET", "/2", "").is(200).Body.String(); got != shown {
		e.Errorf("the user is shown as %s, was %s", got, shown)
	}
	for _, step := range []struct {
		profiles []int
		want     user.Roles
	}{
		{[]int{int(agentProfile), 77}, user.RolesOf(user.Agent, "team_lead", "quality_analyst")},
		{[]int{int(plainProfile)}, user.RolesOf("quality_analyst")},
		{[]int{int(agentProfile)}, user.RolesOf(user.Agent, "quality_analyst")},
	} {
		a := e.boss("PUT", "/2", change("profileIds", step.profiles)).is(200)
		if got := e.user(agent).Access.Roles; got != step.want {
			e.Errorf("profiles %v give %s, want %s", step.profiles, got, step.want)
		}
		if text := a.Body.String(); strings.Contains(text, "team_lead") || strings.Contains(text, "quality_analyst") {
			e.Errorf("it shows the roles: %s", text)
		}
	}
}
