package liveperson_test

import (
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func methodRows() []matrix.Row {
	public := func(o *liveperson.Options) { o.PublicProfiles = true }
	return []matrix.Row{
		observed.Row("GET …/le-users/users: all users", in(listAll)),
		observed.Row("GET …/le-users/users/{userId}: one user", in(getOne)),
		observed.Row("GET …/le-users/users/pid/{pid}: the user with a process id; 400 on a number", in(getByPID)),
		observed.Row("POST …/le-users/users: a list of users, or a single one; 201", in(create)),
		observed.Row("PUT …/le-users/users: a list of users", in(updateList)),
		assumed.Row("PUT …/le-users/users: names may pass from one user of the list to another", in(namesPass)),
		observed.Row("PUT …/le-users/users/{userId}: one user", in(updateOne)),
		observed.Row(`DELETE …/le-users/users: a list of ids, ["987654321","1232455"]`, in(deleteList)),
		observed.Row("DELETE …/le-users/users/{userId}: one user", in(deleteOne)),
		observed.Row(`PUT …/{userId}/changePassword: {"newPassword","confirmPassword","oldPassword"}`, in(changesPassword)),
		observed.Row(`PUT …/{userId}/resetPassword: {"newPassword"}`, in(resetsPassword)),
		observed.Row(`GET …/le-users/users/{pid} without a token: {"employeeId","nickname","fullName"}`, in(publicProfile, public)),
		assumed.Row("public profiles are not shown unless the host asks for it", in(noPublicProfile)),
		assumed.Row("a list is done whole or not at all", in(allOrNothing)),
		assumed.Row("deleted users keep their data and free their login name", in(deletedFreesName)),
		assumed.Row("what a deleted user has returns to the account", in(deletionReturnsMoney)),
		assumed.Row("a deleted user is answered with once more, a password's change with {}", in(deleteReplies)),
	}
}

func listAll(e *env) {
	list := e.boss("GET", "", "").is(200).objects()
	var names []string
	for _, u := range list {
		names = append(names, u["loginName"].(string))
	}
	if got := strings.Join(names, " "); got != "boss agent manager robot planner other lpa" {
		e.Errorf("listed %s", got)
	}
	e.boss("GET", "/", "").is(200)
	if a := e.boss("HEAD", "", "").is(200); a.revision() == "" {
		e.Error("HEAD is not GET")
	}
}

func getOne(e *env) {
	if got := e.boss("GET", "/2", "").is(200).object(); got["loginName"] != "agent" || text(got["id"]) != "2" {
		e.Errorf("shows %v", got)
	}
	e.boss("GET", "/999", "").refused(404)
}

func getByPID(e *env) {
	if got := e.boss("GET", "/pid/6ab1b0c0-pid", "").is(200).object(); text(got["id"]) != "2" {
		e.Errorf("shows %v", got)
	}
	e.boss("GET", "/pid/12345", "").refused(400, "/pid invalid")
	e.boss("GET", "/pid/unknown", "").refused(404)
}

func create(e *env) {
	if got := e.boss("POST", "", body()).is(201).object(); got["loginName"] != "kim" {
		e.Errorf("created %v", got)
	}
	two := "[" + body("loginName", "a", "fullName", "A") + "," + body("loginName", "b", "fullName", "B") + "]"
	list := e.boss("POST", "", two).is(201).objects()
	if len(list) != 2 || text(list[0]["id"]) != "10" || list[1]["loginName"] != "b" {
		e.Errorf("created %v", list)
	}
	u := e.user(9)
	if u.Identity.Login != "kim" || u.Names.Full != "Kim Li" || u.Capacity.MaxChats != 4 || !u.Access.Roles.Has(user.Agent) {
		e.Errorf("stored %+v", u)
	}
	e.boss("POST", "", "[]").refused(400, " required")
	e.boss("POST", "", "").refused(400, " required")
	e.boss("POST", "", "null").refused(400, " required")
	e.boss("POST", "", `[1,"x"]`).refused(400, "/0 invalid", "/1 invalid")
}

func updateList(e *env) {
	list := e.boss("PUT", "", "["+change("nickname", "A")+","+change("id", "7", "loginName", "other", "nickname", "B")+"]").is(200).objects()
	if len(list) != 2 || e.user(agent).Names.Display != "A" || e.user(other).Names.Display != "B" {
		e.Errorf("became %v", list)
	}
	e.boss("PUT", "", "["+change()+","+change("nickname", "x")+"]").refused(400, "/1/id duplicate")
	if got := e.boss("PUT", "", change("nickname", "C")).is(200).object(); got["nickname"] != "C" { // an object is a list of itself
		e.Errorf("became %v", got)
	}
}

func namesPass(e *env) {
	one, two := e.user(agent), e.user(other)
	named := func(of user.User) []any {
		return []any{"loginName", of.Identity.Login, "fullName", of.Names.Full, "pid", of.Identity.PID}
	}
	before := e.revision()
	e.boss("PUT", "", "["+change(named(two)...)+","+change(append(named(one), "id", "7")...)+"]").is(200)
	if a, b := e.user(agent), e.user(other); a.Identity.Login != two.Identity.Login || b.Identity.Login != one.Identity.Login ||
		a.Names.Full != two.Names.Full || b.Names.Full != one.Names.Full || e.revision() != before+1 {
		e.Errorf("%v and %v, revision %d after %d", a.Identity, b.Identity, e.revision(), before)
	}
	// One list more: the second user keeps the name that the first one wants.
	e.boss("PUT", "", "["+change(named(one)...)+","+change(append(named(one), "id", "7")...)+"]").refused(409, "/0/loginName duplicate")
}

func updateOne(e *env) {
	if got := e.boss("PUT", "/2", change("nickname", "A")).is(200).object(); got["nickname"] != "A" || e.user(agent).Names.Display != "A" {
		e.Errorf("became %v", got)
	}
	e.boss("PUT", "/999", change("id", omit)).refused(404)
	e.boss("PUT", "/2", "["+change()+"]").refused(400, " invalid")
	e.boss("PUT", "/2", "").refused(400, " required")
	e.boss("PUT", path(gone), change("id", omit, "loginName", "gone")).refused(404)
}

func deleteList(e *env) {
	e.boss("DELETE", "", `["2",7]`).is(200)
	for _, id := range []user.ID{agent, other} {
		if _, err := e.host.Get(e.ctx, id); err == nil {
			e.Errorf("%d lives", id)
		}
	}
	e.boss("DELETE", "", `[3,"999",2,"5"]`).refused(404, "/1 not_found", "/2 not_found")
	if !e.user(manager).Live() || !e.user(planner).Live() {
		e.Error("a refused list deleted a user")
	}
	e.boss("DELETE", "", `["x",0,"3",3,{}]`).refused(400, "/0 invalid", "/1 out_of_range", "/3 duplicate", "/4 invalid")
	e.boss("DELETE", "", `[]`).refused(400, " required")
	e.boss("DELETE", "", ``).refused(400, " required")
	e.boss("DELETE", "", `"3"`).refused(400, " invalid")
}

func deleteOne(e *env) {
	e.boss("DELETE", "/2", "").is(200)
	e.boss("GET", "/2", "").refused(404)
	e.boss("DELETE", "/2", "").refused(404)
}

func changesPassword(e *env) {
	url := withVersion(usersURL + "/2/changePassword")
	e.send("t-agent", "PUT", url, `{}`).refused(400, "/confirmPassword required", "/newPassword required", "/oldPassword required")
	e.send("t-agent", "PUT", url, `{"newPassword":"n","confirmPassword":"m","oldPassword":"`+phrase+`"}`).refused(400, "/confirmPassword mismatch")
	e.send("t-agent", "PUT", url, `{"newPassword":"n","confirmPassword":"n","oldPassword":"wrong"}`).refused(400, "/oldPassword mismatch")
	e.send("t-agent", "PUT", url, `{"newPassword":"n","confirmPassword":"n","oldPassword":"`+phrase+`","x":1}`).refused(400, " unknown_parameter")
	e.send("t-agent", "PUT", url, `{"newPassword":"n","confirmPassword":"n","oldPassword":"`+phrase+`"}`).is(200)
	_, err := e.dir.SignIn(e.ctx, "demo", "agent", roster.PasswordOf("n"))
	e.ok(err)
	e.send("t-other", "PUT", url, `{"newPassword":"m","confirmPassword":"m","oldPassword":"n"}`).refused(403)
}

func resetsPassword(e *env) {
	e.boss("PUT", "/2/resetPassword", `{"newPassword":"n"}`).is(200)
	_, err := e.dir.SignIn(e.ctx, "demo", "agent", roster.PasswordOf("n"))
	e.ok(err)
	e.boss("PUT", "/2/resetPassword", `{}`).refused(400, "/newPassword required")
	e.boss("PUT", "/2/resetPassword", `{"newPassword":""}`).refused(400, "/newPassword required")
	e.boss("PUT", "/2/resetPassword", `{"newPassword":["n"]}`).is(400)
	e.boss("PUT", "/999/resetPassword", `{"newPassword":"n"}`).refused(404)
	e.boss("PUT", path(robot)+"/resetPassword", `{"newPassword":"n"}`).refused(400, "/newPassword forbidden")
	e.boss("PUT", "/1/resetPassword", `{"newPassword":"n"}`).refused(400, "/oldPassword required") // the own password
}

func publicProfile(e *env) {
	a := e.send("", "GET", usersURL+"/6ab1b0c0-pid", "").is(200)
	if got := a.Body.String(); got != `{"employeeId":"E-2","nickname":"agent","fullName":""}` {
		e.Errorf("shows %s", got)
	}
	e.send("", "GET", usersURL+"/unknown", "").refused(404)
	e.send("", "GET", usersURL+"/2", "").refused(401)
	e.send("", "PUT", usersURL+"/6ab1b0c0-pid", "{}").refused(401)
	e.put(agent, user.Patch{Enabled: user.Set(false)})
	e.send("", "GET", usersURL+"/6ab1b0c0-pid", "").refused(404)
}

func noPublicProfile(e *env) { e.send("", "GET", usersURL+"/6ab1b0c0-pid", "").refused(401) }

func allOrNothing(e *env) {
	before := e.revision()
	e.boss("POST", "", "["+body()+","+body("loginName", "agent", "fullName", "A")+","+body("loginName", "c", "fullName", "C", "profileIds", []int{88})+"]").
		refused(400, "/1/loginName duplicate", "/2/profileIds unknown")
	e.boss("POST", "", "["+body()+","+body("loginName", "KIM", "fullName", "A")+"]").refused(409, "/1/loginName duplicate")
	e.boss("POST", "", "["+body("email", "no address", "maxChats", -1)+","+body("email", omit, "isEnabled", 7)+"]").
		refused(400, "/0/email pattern", "/0/maxChats out_of_range", "/1/email required", "/1/isEnabled invalid")
	e.boss("PUT", "", "["+change("nickname", "N")+","+change("id", 999)+","+change("id", 7, "loginName", "boss")+","+change("id", 3, "memberOf", omit)+"]").
		refused(404, "/1 not_found", "/2/loginName duplicate", "/3/memberOf required")
	if e.revision() != before || e.user(agent).Names.Display != "agent" {
		e.Error("a refused list changed something")
	}
}

func deletedFreesName(e *env) {
	e.boss("DELETE", "/2", "").is(200)
	e.boss("POST", "", body("loginName", "agent", "fullName", "Full agent", "pid", "6ab1b0c0-pid")).is(201)
	got := e.boss("GET", "/2?include_deleted=true", "").is(200).object()
	if got["email"] != "agent@demo.example" || got["deleted"] != true || got["pid"] != "6ab1b0c0-pid" {
		e.Errorf("kept %v", got)
	}
}

func deleteReplies(e *env) {
	if got := e.boss("DELETE", "/2", "").is(200).object(); got["deleted"] != true || text(got["id"]) != "2" {
		e.Errorf("answered %v", got)
	}
	if got := e.boss("DELETE", "", `[3]`).is(200).objects(); got[0]["deleted"] != true {
		e.Errorf("answered %v", got)
	}
	if got := e.boss("PUT", "/7/resetPassword", `{"newPassword":"n"}`).Body.String(); got != "{}" {
		e.Errorf("answered %s", got)
	}
}
