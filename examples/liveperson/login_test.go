package liveperson_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/wire/matrix"
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
	e.put(robot, user.Patch{Profiles: user.Set(user.IDsOf(adminProfile))})
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
	for i := range 5000 {
		token := e.login("agent")
		if seen[token] {
			t.Fatal("a token came twice")
		}
		seen[token] = true
		if i%500 == 499 {
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
