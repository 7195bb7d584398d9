package liveperson_test

import (
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func considerationRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("Cannot update a single requested attribute. Need to add a body full of other attributes", in(noSingleAttribute)),
		documented.Row("if certain attributes are missing from the body, they will be deleted", in(missingIsDeleted)),
		documented.Row("A User which is created as an API User doesn't have a password", in(apiUserHasNoPassword)),
		assumed.Row("a user that becomes an API User loses the password", in(apiUserLosesPassword)),
		documented.Row("When changing the role of a user from Agent to another role, the relevant user fields associated with agent role are reset: 'maxChats', 'maxAsyncChats', 'memberOf', 'skillIds'", in(agentLost)),
		documented.Row("When changing the role of a user from Agent Manager to another role, the 'managerOf' field associated with agent manager role is reset", in(managerLost)),
		assumed.Row("who is an agent and an agent manager and stays an agent keeps the agent's fields", in(agentStays)),
		assumed.Row("what LivePerson has no word for stays when a user is replaced", in(unknownStays)),
		assumed.Row("a fullName that is sent as it reads, empty, stays", in(fullNameStays)),
		assumed.Row("another set of profiles replaces LivePerson's roles that were granted directly, and leaves other vendors' roles; the same set touches neither", in(grantedRoles)),
	}
}

func noSingleAttribute(e *env) {
	before := e.revision()
	e.boss("PUT", "/2", `{"nickname":"New"}`).refused(400, "/email required", "/fullName required", "/isEnabled required",
		"/loginName required", "/maxChats required", "/profileIds required")
	if e.revision() != before || e.user(agent).Names.Display != "agent" {
		e.Error("the refused call changed the user")
	}
}

func missingIsDeleted(e *env) {
	e.put(agent, user.Patch{
		Description: user.Set("d"), Mobile: user.Set("0542-123456"), PictureID: user.Set("p"), PictureURL: user.Set("/p"),
		BackgroundURI: user.Set("/b"), MobileApp: user.Set("m"), ChangeNextLogin: user.Set(true), OAuth2ClientID: user.Set("o"),
		AllowedAppKeys: user.Set("k"), Kind: user.Set(user.Bot), LinesOfBusiness: user.Set(user.IDSetOf[user.LineOfBusinessID](1)),
		PermissionGroups: user.Set(user.IDSetOf[user.PermissionGroupID](1)),
	})
	e.boss("PUT", "/2", change()).is(200)
	u := e.user(agent)
	lost := user.User{
		ID: agent, Version: u.Version, Identity: user.Identity{Login: "agent"}, Names: user.Names{Display: "agent", Full: "Full agent"},
		Contact: user.Contact{Email: "agent@demo.example"}, Capacity: user.Capacity{MaxChats: 4, MemberOf: u.Capacity.MemberOf},
		Access:      user.Access{Profiles: user.IDSetOf(agentProfile), Roles: user.RolesOf(user.Agent)},
		Credentials: user.Credentials{HasPassword: true, ChangedAt: start}, Presence: u.Presence, Lifecycle: u.Lifecycle,
	}
	if d := user.Diff(lost, u); len(d) > 0 || u.Capacity.MemberOf.Group != 1 {
		e.Errorf("the user kept %v", d)
	}
}

func apiUserHasNoPassword(e *env) {
	api := []any{"isApiUser", true, "allowedAppKeys", "app-9"}
	e.boss("POST", "", body(api...)).refused(400, "/passwordSh forbidden")
	id := idOf(e.boss("POST", "", body(append(api, "passwordSh", omit)...)).is(201))
	if u := e.user(id); !u.Identity.APIUser || u.Credentials.HasPassword {
		e.Errorf("created %+v %+v", u.Identity, u.Credentials)
	}
	e.boss("PUT", path(id), body(append(api, "id", id)...)).refused(400, "/passwordSh forbidden")
}

func apiUserLosesPassword(e *env) {
	e.boss("PUT", "/2", change("isApiUser", true, "allowedAppKeys", "app-9")).is(200)
	if u := e.user(agent); u.Credentials.HasPassword {
		e.Error("the user still has a password")
	}
}

func agentLost(e *env) {
	sent := change("profileIds", []int{int(adminProfile)}, "maxChats", 4, "maxAsyncChats", 9, "skillIds", []int{7})
	got := e.boss("PUT", "/2", sent).is(200).object()
	u := e.user(agent)
	if _, has := u.Capacity.MaxAsyncChats.Get(); u.Capacity.MaxChats != 0 || has || u.Capacity.MemberOf.Group != 0 || !u.Capacity.Skills.IsZero() {
		e.Errorf("the user kept %+v", u.Capacity)
	}
	if text(got["maxChats"]) != "0" || got["maxAsyncChats"] != nil || got["memberOf"] != nil || len(got["skillIds"].([]any)) != 0 {
		e.Errorf("the reply shows %v", got)
	}
}

func managerLost(e *env) {
	sent := body("id", manager, "loginName", "manager", "profileIds", []int{int(campaignProfile)}, "passwordSh", omit, "memberOf", omit)
	e.boss("PUT", path(manager), sent).is(200)
	if u := e.user(manager); !u.Management.ManagerOf.IsZero() {
		e.Errorf("the user kept %+v", u.Management)
	}
}

func agentStays(e *env) {
	both := []int{int(agentProfile), int(managerProfile)}
	managerOf := []map[string]any{{"agentGroupId": 2}}
	e.boss("PUT", "/2", change("profileIds", both, "managerOf", managerOf)).is(200)
	e.boss("PUT", "/2", change("skillIds", []int{7})).is(200) // agent only
	u := e.user(agent)
	if u.Capacity.MaxChats != 4 || u.Capacity.MemberOf.Group != 1 || u.Capacity.Skills.Len() != 1 || !u.Management.ManagerOf.IsZero() {
		e.Errorf("became %+v %+v", u.Capacity, u.Management)
	}
}

func unknownStays(e *env) {
	p := user.Patch{
		FirstName: user.Set("A"), LastName: user.Set("B"), Phone: user.Set("+31201234567"), Language: user.Set("en"),
		DateFormat: user.Set("iso"), CustomData: user.Set("c"), Status: user.Set(user.Ready), ChatSound: user.Set(true),
		Queues: user.Set(user.IDSetOf[user.QueueID](1)), Applications: user.Set(user.IDSetOf[user.ApplicationID](1)),
		Devices: user.Set(user.IDSetOf[user.DeviceID](1)), Groups: user.Set(user.IDSetOf[user.GroupID](5)),
		Views: user.Set(user.IDSetOf[user.ViewID](1)), ParentAccounting: user.Set(true), Incognito: user.Set(true),
		NotifyAssignment: user.Set(true), AutoAnswer: user.Set(true), Granted: user.Set(user.RolesOf(user.Supervisor)),
		Statistics: user.Set(user.ListOf(user.Statistic{Name: "waiting"})), Campaigns: user.Set(user.ListOf(user.Campaign{Name: "c"})),
	}
	e.put(agent, p)
	before := e.user(agent)
	e.boss("PUT", "/2", change("nickname", "New")).is(200)
	if changed := user.ChangedAttributes(before, e.user(agent)); changed.HasAny(p.Attributes()) {
		e.Errorf("it changed %v", changed)
	}
}

func fullNameStays(e *env) {
	e.boss("PUT", "/2", change("nickname", "New")).is(200)
	if u := e.user(agent); u.Names.Full != "Full agent" || u.Names.Display != "New" {
		e.Errorf("became %+v", u.Names)
	}
	e.boss("PUT", "/2", change("fullName", "Other Name")).is(200)
	if u := e.user(agent); u.Names.Full != "Other Name" {
		e.Errorf("became %+v", u.Names)
	}
}

func grantedRoles(e *env) {
	granted := user.RolesOf(user.Admin, user.Supervisor)
	e.put(agent, user.Patch{Granted: user.Set(granted)})
	e.boss("PUT", "/2", change("nickname", "New")).is(200)
	if u := e.user(agent); u.Access.Granted != granted {
		e.Errorf("the same profiles: granted %v", u.Access.Granted)
	}
	e.boss("PUT", "/2", change("profileIds", []int{int(agentProfile), int(plainProfile)})).is(200)
	if u := e.user(agent); u.Access.Granted != user.RolesOf(user.Supervisor) || !u.Access.Roles.Has(user.Agent) {
		e.Errorf("other profiles: granted %v, roles %v", u.Access.Granted, u.Access.Roles)
	}
}
