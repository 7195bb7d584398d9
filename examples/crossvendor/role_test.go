package crossvendor_test

import (
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// agent is the user 2 of the account north: an agent by a profile.
const agent user.ID = 2

// TestProfileChangeResetsWhatOmnideskShows: "When changing the role of a user from Agent to
// another role, the relevant user fields associated with agent role are reset".
func TestProfileChangeResetsWhatOmnideskShows(t *testing.T) {
	e := newEnv(t)
	e.done(desk("PUT /maxChats", "userID=2&maxChats=6"))
	e.shows(person("GET", "/2", ""), "maxChats=6", "memberOf.agentGroupId=1", "skillIds=[1]")
	manager := entity("loginName", `"agent-north"`, "email", `"agent@north.example"`, "pid", `"pid-north"`, "maxChats", "6",
		"skillIds", "[1]", "profileIds", "[3]", "passwordSh", "null", "managerOf", `[{"agentGroupId":1}]`)
	e.shows(person("PUT", "/2", manager), "maxChats=0", "memberOf=<nil>", "skillIds=[]")
	e.shows(desk("GET /settings", "userID=2"), "item.maxChats=0")
	e.shows(cloud("GET", agent, ""), "user.roles=[]")
	e.shows(platform("GetUsers", "user_id=2&with_skills=true"), "result.0.skills=[]")

	// And back: what was reset does not come back by itself. The next role takes what the manager
	// had.
	e.shows(person("PUT", "/2", entity("loginName", `"agent-north"`, "pid", `"pid-north"`, "email", `"agent@north.example"`,
		"passwordSh", "null", "maxChats", "2")), "managerOf=[]", "maxChats=2", "skillIds=[]")
	e.shows(cloud("GET", agent, ""), "user.roles=[ROLE_AGENT]")
}

// TestGenesysTakesAwayWhatAProfileGave: "the roles specified will be the new role set".
func TestGenesysTakesAwayWhatAProfileGave(t *testing.T) {
	e := newEnv(t)
	e.done(desk("PUT /maxChats", "userID=2&maxChats=6"))
	e.done(cloud("PUT", agent, `{"roles":["ROLE_ADMIN"]}`))
	e.shows(person("GET", "/2", ""), "profileIds=[]", "maxChats=0", "memberOf=<nil>", "skillIds=[]")
	e.shows(desk("GET /settings", "userID=2"), "item.maxChats=0")
	e.shows(cloud("GET", agent, "" /* unchanged */), "user.roles=[ROLE_ADMIN]")
	e.shows(platform("GetUsers", "user_id=2"), "total_count=1") // the user stays in the application
	if got := e.user(north, agent).Access.Applications; !got.Equal(user.IDSetOf[user.ApplicationID](1)) {
		t.Errorf("the applications are %v", got)
	}
}

// TestGenesysKeepsRolesItHasNoNameFor checks that a user manager of Voximplant keeps the role if
// Genesys and LivePerson change other roles.
func TestGenesysKeepsRolesItHasNoNameFor(t *testing.T) {
	e := newEnv(t)
	host := e.host(north)
	_, err := host.SetRoles(e.ctx, agent, user.RolesOf(user.Agent, user.UserManager))
	e.ok(err)
	for _, write := range []call{
		cloud("PUT", agent, `{"roles":["ROLE_ADMIN"]}`),
		cloud("PUT", agent, `{"roles":[]}`),
		person("PUT", "/2", entity("loginName", `"agent-north"`, "email", `"agent@north.example"`, "pid", `"pid-north"`,
			"profileIds", "[3]", "passwordSh", "null")),
	} {
		e.done(write)
		u := e.user(north, agent)
		x, err := e.dir.As(north.name, roster.UserActor(agent)).WithAuthorizer(permission.Voximplant()).Explain(e.ctx, permission.UserCreate, 0)
		e.ok(err)
		if !u.Access.Roles.Has(user.UserManager) || u.Access.Roles.Has(user.Agent) || !x.Allowed {
			t.Errorf("%s: the roles are %v, adding a user is allowed: %t", write, u.Access.Roles, x.Allowed)
		}
	}
}

// TestRoleTakenAwayIsGoneEverywhere checks that a key or a token has the present roles of its user.
func TestRoleTakenAwayIsGoneEverywhere(t *testing.T) {
	s := vendorhttp.SeedData{Accounts: []vendorhttp.SeedAccount{north.seed()}, Keys: north.keys()}
	deputy := north.seed().Users[0]
	deputy.User.ID, deputy.User.Identity.Login, deputy.User.Contact.Email = 9, "deputy", "deputy@north.example"
	deputy.User.Access.Granted = user.RolesOf(user.Admin)
	s.Accounts[0].Users = append(s.Accounts[0].Users, deputy)
	s.Keys = append(s.Keys,
		vendorhttp.Key{Vendor: vendorhttp.LivePerson, Secret: roster.PasswordOf("deputy-liveperson"), Account: "north", User: 9},
		vendorhttp.Key{Vendor: vendorhttp.Voximplant, Secret: roster.PasswordOf("deputy-voximplant"), Account: "north", User: 9})
	e := serve(t, s)

	asDeputy := func(what call) reply {
		t.Helper()
		r, err := e.north.request(what)
		e.ok(err)
		switch what.vendor {
		case vendorhttp.LivePerson:
			r.Header.Set("Authorization", "Bearer deputy-liveperson")
		case vendorhttp.Genesys:
			r.SetBasicAuth("deputy", secret)
		case vendorhttp.Voximplant:
			r.URL.RawQuery = "account_id=1&api_key=deputy-voximplant"
		}
		out, err := e.north.do(r, what.vendor)
		e.ok(err)
		return out
	}
	calls := []call{
		person("GET", "/2", ""), platform("GetUsers", "user_id=2"), cloud("GET", agent, ""),
	}
	for _, c := range calls {
		if r := asDeputy(c); r.refused() {
			t.Errorf("the deputy: %s: %s", c, r)
		}
	}
	e.done(cloud("PUT", 9, `{"roles":[]}`))
	for i, code := range []string{"403", "104", "5"} {
		if r := asDeputy(calls[i]); !r.refused() || r.code() != code {
			t.Errorf("the user has no role, and %s: %s", calls[i], r)
		}
	}
}
