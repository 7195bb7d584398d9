package crossvendor_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

// as makes a call of Genesys as a user with a password.
func (e *env) as(name, plain string, what call) reply {
	e.t.Helper()
	r, err := e.north.request(what)
	e.ok(err)
	r.SetBasicAuth(name, plain)
	out, err := e.north.do(r, what.vendor)
	e.ok(err)
	return out
}

// TestDisabledThroughVoximplantIsDisabledManually: "If isEnabled is changed and disabledManually
// is not provided, disabledManually will automatically be set to the opposite of isEnabled", by
// any API.
func TestDisabledThroughVoximplantIsDisabledManually(t *testing.T) {
	e := newEnv(t)
	e.kim()
	for _, active := range []string{"false", "true"} {
		e.done(platform("SetUserInfo", "user_id=3&user_active="+active))
		manually := map[string]string{"true": "false", "false": "true"}[active]
		e.shows(person("GET", "/3", ""), "isEnabled="+active, "disabledManually="+manually)
	}
}

// TestOneClock: what one API changes is dated in the others by the directory's clock.
func TestOneClock(t *testing.T) {
	var clock atomic.Int64
	clock.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Unix())
	e := newEnv(t, roster.WithClock(func() time.Time { return time.Unix(clock.Load(), 0).UTC() }))
	kim := e.kim()
	get, info := person("GET", "/3", ""), platform("GetUsers", "user_id=3")
	e.shows(get, "dateUpdated=2026-03-01 12:00:00", "lastPwdChangeDate=2026-03-01 12:00:00")
	clock.Add(60)
	e.done(cloud("PUT", kim, `{"lastName":"Kok"}`))
	e.shows(get, "dateUpdated=2026-03-01 12:01:00", "lastPwdChangeDate=2026-03-01 12:00:00")
	e.shows(info, "result.0.created=2026-03-01 12:00:00", "result.0.modified=2026-03-01 12:01:00")
	clock.Add(60)
	e.done(platform("SetUserInfo", "user_id=3&user_password=Another-Passw0rd"))
	e.shows(get, "lastPwdChangeDate=2026-03-01 12:02:00")
	clock.Add(60)
	e.done(desk("POST /statusLock", "userID=3&status=8"))
	e.shows(info, "result.0.acd_status_change_time=2026-03-01 12:03:00")
}

// TestPasswordToBeChanged checks that a user that must change the password can do nothing else at
// any API, and after a change at one API can use all of them.
func TestPasswordToBeChanged(t *testing.T) {
	e := newEnv(t)
	kim := e.kim()
	me := cloud("GET", kim, "")
	e.done(person("PUT", "/3", entity("changePwdNextLogin", "true")))
	if r := e.as("kim", secret, me); r.status != 403 || r.code() != "8" {
		t.Errorf("a read before the change: %s", r)
	}
	if r := e.as("kim", secret, cloud("PUT", kim, `{"password":"My-own-Passw0rd"}`)); r.refused() {
		t.Errorf("the change: %s", r)
	}
	if r := e.as("kim", "My-own-Passw0rd", me); r.refused() {
		t.Errorf("a read after the change: %s", r)
	}
	e.shows(person("GET", "/3", ""), "changePwdNextLogin=false")
}

// TestAPIUserHasNoPassword: "A User which is created as an API User doesn't have a password", and
// no other API sets one.
func TestAPIUserHasNoPassword(t *testing.T) {
	e := newEnv(t)
	robot := person("POST", "", entity("isApiUser", "true", "allowedAppKeys", `"app-1"`, "passwordSh", "null"))
	id := e.shows(robot, "isApiUser=true").id("id")
	before := e.user(north, id)
	e.refuses(platform("SetUserInfo", "user_id="+id.String()+"&user_password=New-Passw0rd1"), 200, "error.field_name=user_password")
	e.refuses(cloud("PUT", id, `{"password":"New-Passw0rd1"}`), 400, "statusCode=2")
	e.refuses(person("PUT", "/"+id.String()+"/resetPassword", `{"newPassword":"New-Passw0rd1"}`), 400)
	if got := e.signIn("kim", "New-Passw0rd1"); got != [2]int{401, 401} || !e.user(north, id).Equal(before) {
		t.Errorf("the user has a password: %v", got)
	}
}

// TestNamesThatAnotherVendorWouldNotGive: a name that one vendor takes and another's pattern does
// not is shown, found and replaced all the same.
func TestNamesThatAnotherVendorWouldNotGive(t *testing.T) {
	e := newEnv(t)
	const name = "Jan.O'Brien@mail.example"
	e.done(person("POST", "", entity("loginName", `"`+name+`"`, "nickname", `"J <b>"`)))
	const id user.ID = 3
	e.shows(cloud("GET", id, ""), "user.userName="+name)
	e.shows(desk("GET /settings", "userID=3"), "item.name="+name)
	e.shows(platform("GetUsers", "user_name=o'brien"), "total_count=1", "result.0.user_name="+name, "result.0.user_display_name=J <b>")
	e.shows(desk("GET ", "query="+"Jan.O'Brien@mail.example"), "itemTotal=1", "items.0.id=3")
	e.done(platform("SetUserInfo", "user_id=3&user_display_name=Jan")) // attributes that the call does not name stay
	e.done(desk("PUT /3", "firstname=Jan"))
	e.done(cloud("PUT", id, `{"lastName":"O'Brien"}`))
	e.done(platform("SetUserInfo", "user_id=3&new_user_name=jan-obrien"))
	e.shows(person("GET", "/3", ""), "loginName=jan-obrien", "nickname=Jan")
}
