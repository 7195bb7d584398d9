package crossvendor_test

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

const newKim = "application_id=1&user_name=kim&user_display_name=Kim&user_password=" + secret

// kim adds a user through Voximplant.
func (e *env) kim() user.ID {
	e.t.Helper()
	return e.shows(platform("AddUser", newKim), "result=1", "user_id=3").id("user_id")
}

// TestOneUserInFourAPIs: added through Voximplant, read through LivePerson, changed through
// Genesys, locked through Omnidesk, paid through Voximplant, deleted through LivePerson; every
// other API says so.
func TestOneUserInFourAPIs(t *testing.T) {
	e := newEnv(t)
	kim := e.kim()
	e.shows(person("GET", "/3", ""), "id=3", "loginName=kim", "nickname=Kim", "isEnabled=true", "deleted=false",
		"profileIds=[]")

	e.done(cloud("PUT", kim, `{"firstName":"Kimberley","lastName":"Kok","roles":["ROLE_AGENT"]}`))
	e.shows(cloud("GET", kim, ""), "user.userName=kim", "user.firstName=Kimberley", "user.roles=[ROLE_AGENT]",
		"user.doNotDisturb=Off")
	e.shows(desk("GET /settings", "userID=3"), "item.firstname=Kimberley", "item.lastname=Kok", "item.name=kim",
		"item.statusLocked=false")
	e.shows(platform("GetUsers", "user_id=3"), "result.0.user_display_name=Kim", "result.0.acd_status=OFFLINE")

	e.done(desk("POST /statusLock", "userID=3&status=8"))
	e.shows(cloud("GET", kim, ""), "user.doNotDisturb=On")
	e.shows(platform("GetUsers", "acd_status=DND"), "total_count=1", "result.0.user_id=3")
	e.refuses(desk("POST /updateStatus", "userID=3&statusID=3"), 409)

	e.shows(platform("TransferMoneyToUser", "user_id=3&amount=5.67"), "balance=94.33")
	e.shows(platform("GetUsers", "user_id=3"), "result.0.balance=5.67", "result.0.live_balance=5.67")

	e.shows(person("DELETE", "/3", ""), "deleted=true")
	e.refuses(person("GET", "/3", ""), 404)
	e.refuses(cloud("GET", kim, ""), 404, "statusCode=6", "statusMessage=User not found")
	e.refuses(cloud("PUT", kim, `{"firstName":"Kim"}`), 404, "statusCode=6")
	e.refuses(desk("GET /settings", "userID=3"), 404, "status=error")
	e.refuses(desk("POST /statusLockDelete", "userID=3"), 404, "status=error")
	e.shows(platform("GetUsers", "user_id=3"), "total_count=0", "count=0")
	e.refuses(platform("SetUserInfo", "user_id=3&user_display_name=K"), 200, "error.code=117")
	e.refuses(platform("TransferMoneyToUser", "user_id=3&amount=1"), 200, "error.code=117")
	deleted := person("GET", "/3", "")
	deleted.query += "&include_deleted=true"
	e.shows(deleted, "deleted=true", "loginName=kim")

	// The user keeps the money, and the sum is the same as before.
	if got := e.money(north); got != "100.00" {
		t.Errorf("the money is %s", got)
	}
}

// TestNamesOfTheDeletedAreFree, whichever API deletes, and whichever takes the name next.
func TestNamesOfTheDeletedAreFree(t *testing.T) {
	e := newEnv(t)
	kim := e.kim()
	takers := []struct {
		take  call
		taken func(call)
		id    string // where the answer shows the new id
	}{
		{
			platform("AddUser", newKim),
			func(c call) { e.refuses(c, 200, "error.code=118", "error.field_name=user_name") }, "user_id",
		},
		{
			cloud("POST", 0, `{"firstName":"Kim","lastName":"Kok","userName":"kim","password":"`+secret+`","roles":["ROLE_AGENT"]}`),
			func(c call) { e.refuses(c, 403, "statusCode=18") }, "",
		},
		{
			person("POST", "", entity("loginName", `"kim"`)),
			func(c call) { e.refuses(c, 409, "errors.0.field=loginName") }, "id",
		},
		{
			desk("POST ", "firstname=Kim&lastname=Kok&name=kim&email=kim@north.example&telephone_number=%2B31612345678"),
			func(c call) { e.refuses(c, 409, "errors.0.field=name") }, "userID",
		},
	}
	deletions := []func(user.ID) call{
		func(id user.ID) call { return person("DELETE", "/"+id.String(), "") },
		func(id user.ID) call { return cloud("DELETE", id, "") },
		func(id user.ID) call { return platform("DelUser", "user_id="+id.String()) },
		func(id user.ID) call { return person("DELETE", "", `["`+id.String()+`"]`) },
	}
	for i, taker := range takers {
		taker.taken(taker.take)
		e.done(deletions[i](kim))
		r := e.done(taker.take)
		u, err := e.host(north).Find(e.ctx, user.KeyLogin, "kim")
		e.ok(err)
		if u.ID == kim || taker.id != "" && r.id(taker.id) != u.ID {
			t.Errorf("%s: the name is user %d's, after user %d's: %s", taker.take, u.ID, kim, r)
		}
		kim = u.ID
	}
}

// TestWhatOneWritesTheOthersShow follows each attribute that more than one vendor has a word for.
func TestWhatOneWritesTheOthersShow(t *testing.T) {
	e := newEnv(t)
	kim := e.kim()
	settings, get := desk("GET /settings", "userID=3"), person("GET", "/3", "")
	info, me := platform("GetUsers", "user_id=3"), cloud("GET", kim, "")
	type view struct {
		call   call
		values []string
	}
	for _, step := range []struct {
		write call
		views []view
	}{
		{desk("PUT /usernameUpdate", "id=3&username=kim-kok"), []view{
			{get, []string{"loginName=kim-kok"}}, {me, []string{"user.userName=kim-kok"}},
			{info, []string{"result.0.user_name=kim-kok"}},
		}},
		{desk("PUT /3", "email=kim@mail.example"), []view{
			{get, []string{"email=kim@mail.example"}}, {me, []string{"user.emailAddress=kim@mail.example"}},
		}},
		{platform("SetUserInfo", "user_id=3&user_display_name=Kimmy&new_user_name=kimmy"), []view{
			{get, []string{"nickname=Kimmy", "loginName=kimmy"}}, {settings, []string{"item.name=kimmy"}},
		}},
		{platform("SetUserInfo", "user_id=3&user_active=false"), []view{
			{get, []string{"isEnabled=false"}}, {me, []string{"user.enabled=false"}}, {settings, []string{"item.active=false"}},
		}},
		{person("PUT", "/3", entity("loginName", `"kim"`, "isEnabled", "true", "maxChats", "7")), []view{
			{settings, []string{"item.active=true", "item.maxChats=7", "item.name=kim"}}, {me, []string{"user.enabled=true"}},
			{info, []string{"result.0.user_active=true", "result.0.user_name=kim"}},
		}},
		{person("PUT", "/3", entity("loginName", `"kim"`, "profileIds", "[2]", "memberOf", `{"agentGroupId":1}`)), []view{
			{me, []string{"user.roles=[ROLE_AGENT]"}},
		}},
		{desk("POST /updateStatus", "userID=3&statusID=3"), []view{
			{info, []string{"result.0.acd_status=READY"}}, {me, []string{"user.doNotDisturb=Off"}},
		}},
		{cloud("PUT", kim, `{"changePasswordOnFirstLogin":false,"lastName":"Kok"}`), []view{
			{settings, []string{"item.lastname=Kok"}}, {get, []string{"changePwdNextLogin=false"}},
		}},
	} {
		e.done(step.write)
		for _, v := range step.views {
			e.shows(v.call, v.values...)
		}
	}
}

// TestOnePassword: what one API sets lets in at the others.
func TestOnePassword(t *testing.T) {
	e := newEnv(t)
	kim := e.kim()
	e.done(cloud("PUT", kim, `{"roles":["ROLE_AGENT"]}`))
	for _, step := range []struct {
		plain string
		set   call
	}{
		{"Voximplant-1", platform("SetUserInfo", "user_id=3&user_password=Voximplant-1")},
		{"Genesys-Passw0rd", cloud("PUT", kim, `{"password":"Genesys-Passw0rd"}`)},
		{"LivePerson-1", person("PUT", "/3/resetPassword", `{"newPassword":"LivePerson-1"}`)},
	} {
		old := e.signIn("kim", step.plain)
		e.done(step.set)
		if now := e.signIn("kim", step.plain); old != [2]int{401, 401} || now != [2]int{200, 200} {
			t.Errorf("%s: before it was set %v, after %v", step.set, old, now)
		}
	}
	e.done(platform("SetUserInfo", "user_id=3&user_active=false"))
	if got := e.signIn("kim", "LivePerson-1"); got != [2]int{401, 401} {
		t.Errorf("disabled through Voximplant: %v", got)
	}
}

// signIn signs in at Genesys and at LivePerson, and returns the statuses of their answers.
func (e *env) signIn(name, plain string) [2]int {
	e.t.Helper()
	r, err := e.north.request(cloud("GET", 3, ""))
	e.ok(err)
	r.SetBasicAuth(name, plain)
	response, err := e.north.http.Do(r)
	e.ok(err)
	_ = response.Body.Close()
	return [2]int{response.StatusCode, e.login(name, plain)}
}

// login signs in at LivePerson and returns the status.
func (e *env) login(name, plain string) int {
	e.t.Helper()
	body := strings.NewReader(`{"username":"` + name + `","password":"` + plain + `"}`)
	response, err := e.north.http.Post(e.url+liveperson.Prefix+"north/login?v=1.3", "application/json", body)
	e.ok(err)
	_ = response.Body.Close()
	return response.StatusCode
}

// TestOneRevision: every API's changes of configuration raise the revision that LivePerson's
// clients go by, and nothing else does.
func TestOneRevision(t *testing.T) {
	e := newEnv(t)
	kim := e.kim()
	for _, write := range []call{
		platform("SetUserInfo", "user_id=3&user_display_name=Kimmy"),
		cloud("PUT", kim, `{"firstName":"Kim"}`),
		desk("PUT /maxChats", "userID=3&maxChats=6"),
		person("PUT", "/3", entity("loginName", `"kim"`)),
	} {
		known := e.done(person("GET", "/3", "")).header.Get("ac-revision")
		if r := e.done(person("GET", "/3", "", "If-Match", known)); r.status != 304 {
			t.Errorf("nothing changed: %s", r)
		}
		e.done(write)
		if r := e.done(person("GET", "/3", "", "If-Match", known)); r.status != 200 || r.header.Get("ac-revision") == known {
			t.Errorf("%s left the revision %s: %s", write, known, r)
		}
		e.refuses(person("PUT", "/3", entity("loginName", `"kim"`, "maxChats", "9"), "If-Match", known), 412)
	}
	known := e.done(person("GET", "/3", "")).header.Get("ac-revision")
	for _, write := range []call{
		desk("PUT /callsAutoAnswer", "userID=3&state=1"),
		desk("POST /statusLock", "userID=3&status=8"),
		platform("TransferMoneyToUser", "user_id=3&amount=1"),
		platform("SetUserInfo", "user_id=2&user_display_name=Lee"),
	} {
		e.done(write)
		if r := e.done(person("GET", "/3", "", "If-Match", known)); r.status != 304 {
			t.Errorf("after %s: %s", write, r)
		}
	}
	e.done(person("PUT", "/3", entity("loginName", `"kim"`, "maxChats", "7"), "If-Match", known))
	if e.user(north, kim).Capacity.MaxChats == 9 {
		t.Error("a stale write was done")
	}
}

// TestOneFeed: the changes of all APIs are in one order, each with the user, the actor and the
// revision. A deletion's return of money is in the deletion's revision.
func TestOneFeed(t *testing.T) {
	e := newEnv(t)
	before, err := e.host(north).Revision(e.ctx)
	e.ok(err)
	kim := e.kim()
	e.done(cloud("PUT", kim, `{"firstName":"Kim"}`))
	e.done(desk("POST /statusLock", "userID=3&status=8"))
	e.done(platform("TransferMoneyToUser", "user_id=3&amount=1"))
	e.done(person("DELETE", "/3", ""))
	changes, err := e.host(north).Changes(e.ctx, storage.ChangeQuery{After: storage.AfterRevision(before)})
	e.ok(err)
	var got string
	for i, c := range changes {
		if c.Actor != north.first || c.ID.Revision != before+user.Revision(min(i, 4))+1 || c.UserID != 3 {
			t.Errorf("change %d is %+v", i, c)
		}
		got += string(c.Type) + " "
	}
	if want := "user.created user.updated user.status_locked money.transferred money.transferred user.deleted "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
