package liveperson_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func loginRows() []matrix.Row {
	random := func(o *liveperson.Options) { o.Random = bytes.NewReader(bytes.Repeat([]byte{0xab}, 64)) }
	return []matrix.Row{
		observed.Row(`GET …/service/{service}/baseURI.json: {"service","account","baseURI"}`, in(oneBaseURI)),
		observed.Row(`GET …/service/baseURI.json: {"baseURIs":[{"service","account","baseURI"}]}`, in(allBaseURIs)),
		assumed.Row("a host can say what baseURI is, and public profiles are at acCdnDomain", in(ownHost, func(o *liveperson.Options) { o.Host, o.PublicProfiles = "users.example:8443", true })),
		observed.Row(`POST …/login?v=1.3 with username and password: {"bearer","csrf","config":{"userId","userPid"}}`, in(logsIn)),
		observed.Row(`a login that fails: {"error","internalCode"}`, in(loginRefused)),
		assumed.Row("an unknown user, a wrong password and a wrong key are one refusal", in(loginRefused)),
		documented.Row("isApiUser: It has the ability to login via API (instead of username and password)", in(logsInByKey)),
		assumed.Row("an application key is good for the API users whose allowedAppKeys name it", in(keyRefused)),
		assumed.Row("a token ends with its time", in(tokenExpires)),
		assumed.Row("a token ends when the password is changed or reset, and when the user is disabled, deleted or erased or loses a role", in(tokenEndsWithTheSignIn)),
		assumed.Row("a user has at most 16 tokens: the next login ends the oldest", in(oldestTokenEnds)),
		assumed.Row("a key with an id is no token, and a key and a token are good for one account", in(keysAndTokensStayApart)),
		assumed.Row("tokens come from the reader of randomness that the host gives", in(tokenIsRandom, random)),
	}
}

const accountURL = "/api/account/demo"

func oneBaseURI(e *env) {
	for _, service := range []string{"accountConfigReadOnly", "accountConfigReadWrite", "agentVep"} {
		a := e.send("", "GET", accountURL+"/service/"+service+"/baseURI.json?version=1.0", "").is(200)
		if got := a.Body.String(); got != `{"service":"`+service+`","account":"demo","baseURI":"example.com"}` {
			e.Errorf("answered %s", got)
		}
	}
	e.send("", "GET", accountURL+"/service/nothing/baseURI.json?version=1.0", "").refused(404)
	e.send("", "GET", accountURL+"/service/acCdnDomain/baseURI.json?version=1.0", "").refused(404)
	e.send("", "GET", accountURL+"/service/agentVep/baseURI.json?version=x", "").refused(400, "/version pattern")
}

func allBaseURIs(e *env) {
	a := e.send("", "GET", accountURL+"/service/baseURI.json?version=1.0", "").is(200)
	list := a.object()["baseURIs"].([]any)
	if len(list) != 3 || list[2].(map[string]any)["baseURI"] != "example.com" {
		e.Errorf("answered %s", a.Body)
	}
}

func ownHost(e *env) {
	a := e.send("", "GET", accountURL+"/service/acCdnDomain/baseURI.json", "").is(200)
	if a.object()["baseURI"] != "users.example:8443" {
		e.Errorf("answered %s", a.Body)
	}
}

func logsIn(e *env) {
	for name, id := range map[string]user.ID{"agent": agent, "boss": boss} {
		a := e.send("", "POST", accountURL+"/login?v=1.3", `{"username":"`+name+`","password":"`+phrase+`"}`).is(200)
		o := a.object()
		config := o["config"].(map[string]any)
		if text(config["userId"]) != id.String() || config["isAdmin"] != (id == boss) || o["csrf"] == "" || o["csrf"] == o["bearer"] {
			e.Errorf("answered %s", a.Body)
		}
		if id == agent && config["userPid"] != "6ab1b0c0-pid" {
			e.Errorf("answered %s", a.Body)
		}
		token := o["bearer"].(string)
		if got := e.send(token, "GET", withVersion(usersURL+path(id)), "").is(200).object(); got["loginName"] != name {
			e.Errorf("the token is %v's", got["loginName"])
		}
		e.send(token, "GET", "/api/account/foreign/configuration/le-users/users?v=1", "").refused(401)
	}
}

func (a answer) loginRefused(status int) string {
	a.e.Helper()
	a.is(status)
	var r struct {
		Error        string `json:"error"`
		InternalCode int    `json:"internalCode"`
	}
	if err := json.Unmarshal(a.Body.Bytes(), &r); err != nil || r.Error == "" || r.InternalCode != status {
		a.e.Fatalf("no refusal of a login: %v: %s", err, a.Body)
	}
	return a.Body.String()
}

func loginRefused(e *env) {
	want := e.send("", "POST", accountURL+"/login?v=1.3", `{"username":"agent","password":"wrong"}`).loginRefused(401)
	for _, body := range []string{
		`{"username":"nobody","password":"` + phrase + `"}`, `{"username":"gone","password":"` + phrase + `"}`,
		`{"username":"robot","password":"x"}`, `{"username":"","password":"x"}`,
		`{"username":"robot","appKey":"app-1","secret":"wrong"}`, `{"username":"nobody","appKey":"app-1","secret":"s3cret-app"}`,
	} {
		if got := e.send("", "POST", accountURL+"/login?v=1.3", body).loginRefused(401); got != want {
			e.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	for _, body := range []string{`{}`, `{"username":"agent"}`, `[]`, `{"username":["agent"],"password":"x"}`, `{"username":"a","password":"b","c":1}`, ``} {
		e.send("", "POST", accountURL+"/login?v=1.3", body).loginRefused(400)
	}
	e.send("", "POST", "/api/account/foreign/login", `{"username":"agent","password":"`+phrase+`"}`).loginRefused(401)
	e.send("", "POST", "/api/account/nowhere/login", `{"username":"agent","password":"`+phrase+`"}`).loginRefused(401)
	e.put(agent, user.Patch{Enabled: user.Set(false)})
	e.send("", "POST", accountURL+"/login", `{"username":"agent","password":"`+phrase+`"}`).loginRefused(401)
	e.send("", "GET", accountURL+"/login", "").loginRefused(405)
}

func logsInByKey(e *env) {
	a := e.send("", "POST", accountURL+"/login?v=1.3",
		`{"username":"robot","appKey":"app-1","secret":"s3cret-app","accessToken":"t","accessTokenSecret":"u"}`).is(200)
	token := a.object()["bearer"].(string)
	e.send(token, "GET", withVersion(usersURL+"/2"), "").refused(403) // robot has no role
	e.put(robot, user.Patch{Profiles: user.Set(user.IDSetOf(adminProfile))})
	e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200)
}

func keyRefused(e *env) {
	for _, body := range []string{
		`{"username":"robot","appKey":"app-2","secret":"s3cret-not-allowed"}`, `{"username":"robot","appKey":"app-0","secret":"s3cret-app"}`,
		`{"username":"agent","appKey":"app-1","secret":"s3cret-app"}`, `{"username":"robot","appKey":"app-1","secret":""}`,
		`{"username":"robot","appKey":"","secret":"t-boss"}`,
	} {
		e.send("", "POST", accountURL+"/login", body).loginRefused(401)
	}
	e.send("", "POST", "/api/account/foreign/login", `{"username":"boss","appKey":"app-1","secret":"s3cret-app"}`).loginRefused(401)
	e.put(robot, user.Patch{Enabled: user.Set(false)})
	e.send("", "POST", accountURL+"/login", `{"username":"robot","appKey":"app-1","secret":"s3cret-app"}`).loginRefused(401)
}

func (e *env) login(name string) string {
	e.Helper()
	return e.send("", "POST", accountURL+"/login?v=1.3", `{"username":"`+name+`","password":"`+phrase+`"}`).is(200).object()["bearer"].(string)
}

func tokenExpires(e *env) {
	token := e.login("agent")
	e.now = e.now.Add(liveperson.DefaultLifetime - time.Second)
	e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200)
	e.now = e.now.Add(time.Second)
	e.send(token, "GET", withVersion(usersURL+"/2"), "").refused(401)
}

// loginByKey signs the API user in.
func (e *env) loginByKey() string {
	e.Helper()
	return e.send("", "POST", accountURL+"/login", `{"username":"robot","appKey":"app-1","secret":"s3cret-app"}`).is(200).object()["bearer"].(string)
}

func tokenEndsWithTheSignIn(e *env) {
	own := func(e *env, token, url, body string) {
		e.send(token, "PUT", withVersion(usersURL+url), body).is(200)
	}
	for name, end := range map[string]func(*env, string){
		"own change": func(e *env, token string) {
			own(e, token, "/2/changePassword", `{"newPassword":"`+phrase+`","confirmPassword":"`+phrase+`","oldPassword":"`+phrase+`"}`)
		},
		"reset":             func(e *env, _ string) { e.boss("PUT", "/2/resetPassword", `{"newPassword":"x"}`).is(200) },
		"password in a PUT": func(e *env, _ string) { e.boss("PUT", "/2", change("passwordSh", "other")).is(200) },
		"PUT with another": func(e *env, _ string) {
			e.boss("PUT", "", "["+change("profileIds", []int{5}, "memberOf", omit)+"]").is(200)
		},
		"disabled":           func(e *env, _ string) { e.boss("PUT", "/2", change("isEnabled", false)).is(200) },
		"deleted":            func(e *env, _ string) { e.boss("DELETE", "/2", "").is(200) },
		"deleted by list":    func(e *env, _ string) { e.boss("DELETE", "", `["2"]`).is(200) },
		"erased by the host": func(e *env, _ string) { _, err := e.host.Erase(e.ctx, agent); e.ok(err) },
		"role taken by the host": func(e *env, _ string) {
			_, err := e.host.SetRoles(e.ctx, agent, user.RolesOf(user.Supervisor))
			e.ok(err)
		},
		"API user": func(e *env, _ string) { e.put(agent, user.Patch{APIUser: user.Set(true)}) },
	} {
		e := newEnv(e)
		tokens := []string{e.login("agent"), e.login("agent")}
		others := []string{e.login("manager"), e.loginByKey()}
		for _, token := range tokens {
			e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200)
		}
		end(e, tokens[0])
		if u, err := e.host.GetDeleted(e.ctx, agent); err == nil && !u.Live() && !u.Lifecycle.Erased {
			_, err := e.host.Restore(e.ctx, agent)
			e.ok(err)
		}
		if u, err := e.host.Get(e.ctx, agent); err == nil && !u.Enabled() {
			e.put(agent, user.Patch{Enabled: user.Set(true)})
		}
		for _, token := range tokens { // what was taken and given back leaves them ended
			if a := e.send(token, "GET", withVersion(usersURL+"/2"), ""); a.Code != 401 || a.Header().Get("WWW-Authenticate") != "Bearer" {
				e.Errorf("%s: the token answers %d", name, a.Code)
			}
			e.send(token, "POST", withVersion(usersURL), body()).refused(401)
		}
		e.send(others[0], "GET", withVersion(usersURL+"/3"), "").is(200)
		e.send(others[1], "GET", withVersion(usersURL+"/2"), "").refused(403) // known, and without a role
	}
	token := e.login("agent")
	for _, p := range []user.Patch{
		{Granted: user.Set(user.RolesOf(user.Supervisor))}, {Login: user.Set("agent2")}, {Status: user.Set(user.DND)},
	} {
		e.put(agent, p)
		e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200)
	}
	e.boss("PUT", "/2", change("loginName", "agent2", "nickname", "New")).is(200)
	e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200)
}

func oldestTokenEnds(e *env) {
	oldest, second, other := e.login("agent"), e.login("agent"), e.login("manager")
	for range 14 {
		e.login("agent")
	}
	e.send(oldest, "GET", withVersion(usersURL+"/2"), "").is(200)
	newest := e.login("agent")
	e.send(oldest, "GET", withVersion(usersURL+"/2"), "").refused(401)
	for _, token := range []string{second, newest} {
		e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200)
	}
	e.send(other, "GET", withVersion(usersURL+"/3"), "").is(200)
}

func keysAndTokensStayApart(e *env) {
	e.send("s3cret-of-boss", "GET", withVersion(usersURL+"/2"), "").refused(401)
	e.send("t-foreign", "GET", withVersion(usersURL+"/2"), "").refused(401) // a user 1 is an administrator here too
	e.send("", "POST", "/api/account/foreign/login", `{"username":"robot","appKey":"app-1","secret":"s3cret-app"}`).loginRefused(401)
	for _, token := range []string{e.loginByKey(), e.login("boss")} { // foreign has users with these ids who are administrators
		e.send(token, "GET", "/api/account/foreign/configuration/le-users/users?v=1", "").refused(401)
	}
}

func tokenIsRandom(e *env) {
	if token := e.login("agent"); token != strings.Repeat("ab", 32) {
		e.Errorf("token %s", token)
	}
	e.send("", "POST", accountURL+"/login", `{"username":"agent","password":"`+phrase+`"}`).loginRefused(500) // nothing is left
}

// TestExpiredTokensAreForgotten: many sign in, for a day, and what is kept is what is good.
func TestExpiredTokensAreForgotten(t *testing.T) {
	e := newEnv(t)
	seen := map[string]bool{}
	for i := range 500 {
		token := e.login("agent")
		if seen[token] {
			t.Fatal("a token came twice")
		}
		seen[token] = true
		if i%50 == 49 {
			e.now = e.now.Add(liveperson.DefaultLifetime)
		}
	}
	token := e.login("agent")
	e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200)
	for old := range seen {
		if a := e.send(old, "GET", withVersion(usersURL+"/2"), ""); a.Code != 401 {
			t.Fatal(fmt.Sprint("an old token is good: ", a.Code))
		}
	}
}
