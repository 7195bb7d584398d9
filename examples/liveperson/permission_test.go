package liveperson_test

import (
	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func permissionRows() []matrix.Row {
	return []matrix.Row{
		assumed.Row("Admin and LPA: everything", in(adminsDoEverything)),
		assumed.Row("Agent Manager: reads all, and updates the agents of managed groups, without roles or access", in(managers)),
		assumed.Row("Campaign Manager: reads", in(planners)),
		assumed.Row("Agent: reads the own user and changes the own password", in(agents)),
		assumed.Row("no user grants a role that they may not grant", in(noGranting)),
		assumed.Row("no user acts as, enables, disables or deletes a user with a role that they may not grant: an owner is beyond Admin and LPA", in(noTakingOver)),
		assumed.Row("an agent manager moves an agent to groups that they manage, and to no other", in(movesWithinManagedGroups)),
		assumed.Row("no administrator removes the role from the own user", in(noAbdication)),
		assumed.Row("a token of one account is unknown in another", in(foreignToken)),
	}
}

func adminsDoEverything(e *env) {
	for i, token := range []string{"t-boss", "t-lpa"} {
		login := "u" + token
		id := idOf(e.send(token, "POST", withVersion(usersURL), body("loginName", login, "fullName", login)).is(201))
		e.send(token, "GET", withVersion(usersURL), "").is(200)
		e.send(token, "PUT", withVersion(usersURL+path(id)), body("id", id, "loginName", login, "fullName", "", "profileIds", []int{i + 1}, "passwordSh", omit)).is(200)
		e.send(token, "PUT", withVersion(usersURL+path(id)+"/resetPassword"), `{"newPassword":"n"}`).is(200)
		e.send(token, "DELETE", withVersion(usersURL+path(id)), "").is(200)
	}
}

func managers(e *env) {
	send := func(method, path, body string) answer {
		return e.send("t-manager", method, withVersion(usersURL+path), body)
	}
	send("GET", "", "").is(200)
	send("GET", "/1", "").is(200)
	mine := func(members ...any) string {
		return change(append([]any{"pid", "6ab1b0c0-pid", "employeeId", "E-2", "maxAsyncChats", 10, "skillIds", []int{7, 8}}, members...)...)
	}
	send("PUT", "/2", mine("maxChats", 9, "skillIds", []int{7})).is(200)
	if got := e.user(agent).Capacity.MaxChats; got != 9 {
		e.Errorf("maxChats %d", got)
	}
	for name, value := range map[string]any{"profileIds": []int{3}, "isEnabled": false, "loginName": "x", "permissionGroups": []int{1}, "passwordSh": "x", "changePwdNextLogin": true} {
		send("PUT", "/2", mine(name, value)).refused(403)
	}
	send("PUT", "/7", mine("id", 7, "loginName", "other")).refused(403)
	send("PUT", "", "["+mine("nickname", "N")+","+mine("id", 7, "loginName", "other", "pid", "", "nickname", "x")+"]").refused(403, "/1 denied")
	send("POST", "", body()).refused(403)
	send("DELETE", "/2", "").refused(403)
	send("PUT", "/2/resetPassword", `{"newPassword":"n"}`).refused(403)
}

func planners(e *env) {
	send := func(method, path, body string) answer {
		return e.send("t-planner", method, withVersion(usersURL+path), body)
	}
	send("GET", "", "").is(200)
	send("GET", "/1", "").is(200)
	send("PUT", "/2", change("nickname", "x")).refused(403)
	send("POST", "", body()).refused(403)
	send("DELETE", "/2", "").refused(403)
}

func agents(e *env) {
	send := func(method, path, body string) answer {
		return e.send("t-agent", method, withVersion(usersURL+path), body)
	}
	send("GET", "/2", "").is(200)
	if list := send("GET", "", "").is(200).objects(); len(list) != 1 || list[0]["loginName"] != "agent" {
		e.Errorf("lists %v", list)
	}
	send("GET", "/7", "").refused(404) // hidden, as a missing user
	send("GET", "/999", "").refused(404)
	send("PUT", "/2", change("nickname", "x")).refused(403)
	send("POST", "", body()).refused(403)
	send("DELETE", "", `[2]`).refused(403, "/0 denied")
	send("PUT", "/2/changePassword", `{"newPassword":"n","confirmPassword":"n","oldPassword":"`+phrase+`"}`).is(200)
}

func noGranting(e *env) {
	e.put(planner, user.Patch{Granted: user.Set(user.RolesOf(user.UserManager))})
	e.boss("POST", "", body("profileIds", []int{1}, "memberOf", omit)).is(201)
	e.send("t-manager", "PUT", withVersion(usersURL+"/3"), body("id", 3, "loginName", "manager", "fullName", "", "profileIds", []int{1}, "memberOf", omit, "passwordSh", omit)).refused(403)
	if e.user(manager).Access.Roles.Has(user.Admin) {
		e.Error("the manager became an administrator")
	}
}

func noTakingOver(e *env) {
	e.put(planner, user.Patch{Granted: user.Set(user.RolesOf(user.Owner))})
	const owner = "/5"
	sent := func(members ...any) string {
		return body(append([]any{
			"id", planner, "loginName", "planner", "fullName", "Full planner", "profileIds", []int{int(campaignProfile)}, "memberOf", omit,
			"passwordSh", omit, "email", "planner@demo.example", "nickname", "planner",
		}, members...)...)
	}
	for _, token := range []string{"t-boss", "t-lpa"} {
		before := e.user(planner)
		send := func(method, path, body string) answer { return e.send(token, method, withVersion(usersURL+path), body) }
		send("PUT", owner, sent("passwordSh", "Taken-0ver!")).refused(403)
		send("PUT", "", "["+sent("passwordSh", "Taken-0ver!")+"]").refused(403, "/0 denied")
		send("PUT", owner+"/resetPassword", `{"newPassword":"Taken-0ver!"}`).refused(403)
		send("PUT", owner, sent("allowedAppKeys", "app-1")).refused(403)
		send("PUT", owner, sent("isApiUser", true, "allowedAppKeys", "app-1")).refused(403)
		e.send(token, "PUT", usersURL+owner+"?v=6.0", sent("oauth2ClientId", "client")).refused(403)
		send("PUT", owner, sent("isEnabled", false)).refused(403)
		send("PUT", owner, sent("profileIds", []int{int(agentProfile)}, "memberOf", omit)).refused(403)
		send("DELETE", owner, "").refused(403)
		send("DELETE", "", `[5]`).refused(403, "/0 denied")
		if after := e.user(planner); !after.Equal(before) {
			e.Errorf("%s: became %+v", token, after)
		}
		_, err := e.dir.SignIn(e.ctx, "demo", "planner", roster.PasswordOf(phrase))
		e.ok(err)
		send("PUT", owner, sent("nickname", "P-"+token)).is(200)
	}
	e.put(planner, user.Patch{Enabled: user.Set(false)})
	e.boss("PUT", owner, sent("isEnabled", true)).refused(403)
	e.put(boss, user.Patch{Granted: user.Set(user.RolesOf(user.Owner))})
	e.boss("PUT", owner, sent("isEnabled", true)).is(200)
	e.boss("PUT", owner+"/resetPassword", `{"newPassword":"Taken-0ver!"}`).is(200)
}

func movesWithinManagedGroups(e *env) {
	send := func(members ...any) answer {
		all := append([]any{"pid", "6ab1b0c0-pid", "employeeId", "E-2", "maxAsyncChats", 10, "skillIds", []int{7, 8}}, members...)
		return e.send("t-manager", "PUT", withVersion(usersURL+"/2"), change(all...))
	}
	group := func(id int) map[string]any { return map[string]any{"agentGroupId": id} }
	send("memberOf", group(2)).refused(403)
	send("memberOf", group(2), "nickname", "x").refused(403)
	e.put(manager, user.Patch{ManagerOf: user.Set(user.IDSetOf[user.GroupID](1, 3))})
	send("memberOf", group(2)).refused(403)
	if got := e.user(agent).Capacity.MemberOf.Group; got != 1 {
		e.Errorf("moved to group %d", got)
	}
	send("memberOf", group(3)).is(200)
	if got := e.user(agent).Capacity.MemberOf.Group; got != 3 {
		e.Errorf("is in group %d", got)
	}
}

func noAbdication(e *env) {
	sent := body("id", boss, "loginName", "boss", "fullName", "", "profileIds", []int{int(lpaProfile)}, "memberOf", omit, "passwordSh", omit)
	e.boss("PUT", "/1", sent).refused(403)
	e.send("t-lpa", "PUT", withVersion(usersURL+"/1"), sent).is(200)
}

func foreignToken(e *env) {
	const url = "/api/account/foreign/configuration/le-users/users"
	before := e.revision()
	e.send("t-foreign", "GET", withVersion(url), "").is(200)
	for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
		e.send("t-foreign", method, withVersion(usersURL), body()).refused(401)
		e.send("t-boss", method, withVersion(url), body()).refused(401)
	}
	theirs, err := e.dir.As("foreign", roster.SystemActor()).Get(e.ctx, 1)
	e.ok(err)
	if e.revision() != before || theirs.Identity.Login != "boss" {
		e.Error("something changed")
	}
}
