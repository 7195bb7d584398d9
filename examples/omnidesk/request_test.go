package omnidesk_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/wire"
	"github.com/ca74b63c/roster/examples/wire/wiretest"
	"github.com/ca74b63c/roster/user"
)

func keyInHeader(t *testing.T) {
	e := newEnv(t)
	for _, name := range []string{"apiKey", "apikey", "APIKEY"} {
		r := httptest.NewRequest("GET", omnidesk.Base, nil)
		r.Header.Set(name, "YOUR_API_KEY")
		e.ok(e.send(r), "list")
	}
}

func keyInQuery(t *testing.T) {
	e := newEnv(t)
	e.ok(e.send(httptest.NewRequest("GET", omnidesk.Base+"?apiKey=YOUR_API_KEY&itemLimit=1", nil)), "list")
	r := httptest.NewRequest("PUT", omnidesk.Base+"/maxChats?apiKey=YOUR_API_KEY", strings.NewReader("userID=2&maxChats=9"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	e.done(e.send(r))
	e.refused(e.send(httptest.NewRequest("GET", omnidesk.Base+"?apiKey=wrong", nil)), http.StatusUnauthorized)
	e.refused(e.send(httptest.NewRequest("GET", omnidesk.Base+"?apiKey=", nil)), http.StatusUnauthorized)
}

func keyInAuthorization(t *testing.T) {
	e := newEnv(t)
	r := httptest.NewRequest("GET", omnidesk.Base, nil)
	r.Header.Set("Authorization", "apikey YOUR_API_KEY")
	e.ok(e.send(r), "list")
	r.Header.Set("Authorization", "Bearer YOUR_API_KEY")
	e.refused(e.send(r), http.StatusUnauthorized)
}

func keyTwice(t *testing.T) {
	e := newEnv(t)
	r := httptest.NewRequest("GET", omnidesk.Base+"?apiKey=YOUR_API_KEY", nil)
	r.Header.Set("apiKey", "YOUR_API_KEY")
	e.ok(e.send(r), "list")
	r.Header.Set("apiKey", "key-read")
	e.refused(e.send(r), http.StatusUnauthorized)
	twice := httptest.NewRequest("GET", omnidesk.Base+"?apiKey=YOUR_API_KEY&apiKey=YOUR_API_KEY", nil)
	e.refused(e.send(twice), 400, "apiKey:duplicate")
	inBody := request("PUT", "/maxChats", "userID=2&maxChats=9&apiKey=YOUR_API_KEY")
	e.refused(e.send(inBody), 400, "apiKey:unknown")
}

func badKeyIs401(t *testing.T) {
	e := newEnv(t)
	for _, key := range []string{"", "wrong", "key-voximplant"} {
		a := e.as(key, "GET", "", "")
		e.refused(a, http.StatusUnauthorized)
		if a.Header.Get("WWW-Authenticate") == "" {
			t.Error("no header WWW-Authenticate")
		}
	}
}

func missingPermissionIs403(t *testing.T) {
	e := newEnv(t)
	a := e.as("key-read", "PUT", "/maxChats", "userID=2&maxChats=1")
	e.refused(a, http.StatusForbidden)
	if !strings.Contains(a.Message, "USER_CUD") {
		t.Errorf("it does not say what it takes: %s", a.Text)
	}
	equal(t, "the whole answer", a.Text, `{"status":"error","message":"The API key lacks the permission: it takes permission USER_CUD.","errors":[]}`)
	for _, id := range []string{"2", "99"} {
		e.refused(e.as("key-none", "GET", "/settings", "userID="+id), http.StatusForbidden)
	}
	e.refused(e.as("key-cas", "GET", "", ""), http.StatusForbidden) // its user is disabled
}

// A key may act as nobody: then a call must name its user.
func keyOfNobody(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as("key-nobody", "GET", "", ""), "list")
	e.ok(e.as("key-nobody", "GET", "/settings", "userID=2"), "item")
	e.refused(e.as("key-nobody", "GET", "/settings", ""), 400, "userID:required")
	e.refused(e.as("key-nobody", "PUT", "/maxChats", "userID=UID&maxChats=1"), 400, "userID:required")
	e.refused(e.as("key-nobody", "PUT", "/UID", "firstname=Jan"), 400, "id:required")
}

// Every call with the key of another account, about users whom only acme has.
func accountsAreApart(t *testing.T) {
	for _, c := range calls {
		e := newEnv(t)
		before := e.revision()
		a := e.as("key-other", c.method, c.path, c.good())
		for _, secret := range []string{"ann", "de Vries", "boss", "dirk", "tickets", "acme"} {
			if strings.Contains(a.Text, secret) && !strings.Contains(c.good(), secret) {
				t.Errorf("%s %s shows %q: %s", c.method, c.path, secret, a.Text)
			}
		}
		if e.revision() != before {
			t.Errorf("%s %s changed the other account", c.method, c.path)
		}
		for _, f := range c.fields {
			if (f.Name == "userID" || f.Name == "id") && a.Code != http.StatusNotFound {
				t.Errorf("%s %s: %d %s", c.method, c.path, a.Code, a.Text)
			}
		}
	}
}

func bodiesInEveryForm(t *testing.T) {
	const path = "/callsAutoAnswer"
	for name, send := range map[string]func(e *env) answer{
		"form":      func(e *env) answer { return e.call("PUT", path, "userID=1&state=1") },
		"quoted":    func(e *env) answer { return e.call("PUT", path, `"userID='1'&state='1'"`) },
		"JSON":      func(e *env) answer { return e.inJSON("PUT", path, `{"userID":1,"state":true}`) },
		"texts":     func(e *env) answer { return e.inJSON("PUT", path, `{"userID":"1","state":"1"}`) },
		"multipart": func(e *env) answer { return e.inMultipart("PUT", path, "userID", "1", "state", "1") },
		"query": func(e *env) answer {
			r := httptest.NewRequest("PUT", omnidesk.Base+path+"?userID=1&state=1", nil)
			r.Header.Set("apiKey", "YOUR_API_KEY")
			return e.send(r)
		},
	} {
		e := newEnv(t)
		e.done(send(e))
		if !e.user(1).Preferences.AutoAnswer {
			t.Errorf("%s: it did nothing", name)
		}
	}
	for _, method := range []string{"DELETE", "POST"} {
		e := newEnv(t)
		e.done(e.inJSON(method, "/userStatistic", `{"statistic":"text"}`))
		e = newEnv(t)
		e.done(e.inMultipart(method, "/userStatistic", "statistic", "text"))
	}
	e := newEnv(t)
	if a := e.inJSON("GET", "", `{"itemLimit":1}`); len(a.Items) != 1 {
		t.Errorf("GET with a body: %s", a.Text)
	}
}

func jsonThatSaysMultipart(t *testing.T) {
	e := newEnv(t)
	r := httptest.NewRequest("POST", omnidesk.Base+"/statusLock", strings.NewReader("{\n\"userID\": 2,\n\"status\": 1\n}"))
	r.Header.Set("Content-Type", "multipart/form-data")
	r.Header.Set("apiKey", "YOUR_API_KEY")
	e.done(e.send(r))
	if !e.user(2).Presence.Lock.Locked {
		t.Error("it did nothing")
	}
}

// "UID" and nothing are the key's own user at every call that takes userID.
func uidAndNothing(t *testing.T) {
	for _, c := range calls {
		if len(c.fields) == 0 || c.fields[0].Name != "userID" || c.path == reservePath || c.path == "/updateStatus" {
			continue // reserve chooses a user without one; updateStatus has tests of its own
		}
		var got [3]string
		for i, id := range []string{"1", "UID", none} {
			e := newEnv(t)
			got[i] = e.call(c.method, c.path, params(c.good(), "userID", id)).Text
			if i > 0 && got[i] != got[0] {
				t.Errorf("%s %s: userID=%s answers %s, 1 answers %s", c.method, c.path, id, got[i], got[0])
			}
		}
	}
}

func nullIsAbsent(t *testing.T) {
	e := newEnv(t)
	e.done(e.inJSON("PUT", "/maxChats", `{"userID":null,"maxChats":3}`))
	if e.user(1).Capacity.MaxChats != 3 {
		t.Error("null is not the key's own user")
	}
	e.refused(e.inJSON("PUT", "/maxChats", `{"maxChats":null}`), 400, "maxChats:required")
	e.refused(e.inJSON("POST", "/statusLock", `{"userID":{},"status":[]}`), 400, "userID:invalid", "status:invalid")
}

func errorForm(t *testing.T) {
	e := newEnv(t)
	a := e.call("PUT", "/2", "telephone=text")
	equal(t, "the whole answer", a.Text, `{"status":"error","message":"The request is not valid.","errors":[`+
		`{"field":"telephone","code":"too_short","message":"It is too short (min 12, unit bytes)."}]}`)
	a = e.call("GET", "/settings", "userID=99")
	equal(t, "without a field", a.Text, `{"status":"error","message":"There is no such user, or he has no such thing.","errors":[]}`)
}

func resultForm(t *testing.T) {
	e := newEnv(t)
	equal(t, "a result", e.call("PUT", "/2", "firstname=Jan").Text, `{"type":"result","message":"User updated."}`)
	equal(t, "a new user", e.call("POST", "", newUser).Text, `{"type":"result","message":"User created.","userID":5}`)
}

func everyEndpoint(t *testing.T) {
	e := newEnv(t)
	for _, c := range calls {
		a := e.call(c.method, c.path, c.good())
		if a.Code != http.StatusOK || len(a.Text) == 0 {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.Code, a.Text)
		}
		e = newEnv(t)
	}
	if len(calls) != 23 {
		t.Errorf("%d endpoints: the document describes 22 and names one more", len(calls))
	}
}

func tooLarge(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("PUT", "/2", "firstname="+strings.Repeat("a", wire.MaxBody)), http.StatusRequestEntityTooLarge)
}

func wrongMedia(t *testing.T) {
	e := newEnv(t)
	r := request("PUT", "/2", "firstname=Jan")
	r.Header.Set("Content-Type", "text/plain")
	e.refused(e.send(r), http.StatusUnsupportedMediaType)
}

func twiceOrUnknown(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("PUT", "/2", "firstname=Jan&firstname=Jan&more=1"), 400, "firstname:duplicate", "more:unknown")
	e.refused(e.inJSON("PUT", "/2", `{"firstname":"Jan","firstname":"Jan"}`), 400, "firstname:duplicate")
	r := request("PUT", "/2", "firstname=Jan")
	r.URL.RawQuery = "firstname=Jan"
	e.refused(e.send(r), 400, "firstname:duplicate")
}

func wrongPaths(t *testing.T) {
	e := newEnv(t)
	for _, path := range []string{
		"/", "/api/v2", "/api/v2/user/", "/api/v2/users", "/api/v2/user/abc", "/api/v2/user/2/", "/api/v2/user/-1", "//api/v2/user",
		"/api/v2/user/{id}", "/api/v2/user/settings/2",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = path
		r.Header.Set("apiKey", "YOUR_API_KEY")
		e.refused(e.send(r), http.StatusNotFound)
	}
}

func wrongMethods(t *testing.T) {
	e := newEnv(t)
	for path, allow := range map[string]string{"": "GET, HEAD, POST", "/2": "PUT", "/userStatistic": "DELETE, POST", "/settings": "GET, HEAD"} {
		r := httptest.NewRequest("PATCH", omnidesk.Base+path, nil)
		a := e.send(r)
		e.refused(a, http.StatusMethodNotAllowed)
		if got := a.Header.Get("Allow"); got != allow {
			t.Errorf("%s allows %q, want %q", path, got, allow)
		}
	}
}

// Faults are answered in the vendor's form.
func TestFaults(t *testing.T) {
	e := newEnvWith(t, omnidesk.Options{Options: wire.Options{Faults: wire.HeaderFaults}})
	for fault, status := range map[string]int{
		"status=503": 503, "rate-limit": 429, "stale": 412, "locked": 409, "unknown-outcome": 500, "internal": 500, "insufficient": 409,
	} {
		r := request("GET", "", "")
		r.Header.Set(wire.FaultHeader, fault)
		a := e.send(r)
		e.refused(a, status)
		if status == http.StatusTooManyRequests && a.Header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
		}
	}
}

// TestEveryClassHasASentence: no failure is put into the words of another.
func TestEveryClassHasASentence(t *testing.T) {
	e := newEnvWith(t, omnidesk.Options{Options: wire.Options{Faults: func(r *http.Request) wire.Fault {
		return wire.Fault{Failure: &wire.Failure{Class: wire.Class(r.URL.Query().Get("n")[0] - 'a')}}
	}}})
	seen := map[string]bool{}
	for n := 'a'; n <= 'a'+rune(wire.Canceled); n++ {
		r := httptest.NewRequest("GET", omnidesk.Base+"?n="+string(n), nil)
		a := e.send(r)
		if a.Message == "" || seen[a.Message] || a.Code < 400 {
			t.Errorf("class %d: %s", n-'a', a.Text)
		}
		seen[a.Message] = true
	}
}

// TestNothingSecretInAnswersAndLogs: passwords, hashes and keys are in none, whatever is called.
func TestNothingSecretInAnswersAndLogs(t *testing.T) {
	var log []wire.Entry
	e := newEnvWith(t, omnidesk.Options{Options: wire.Options{Log: func(entry wire.Entry) { log = append(log, entry) }}})
	const secret = "Demo-Passw0rd!"
	if _, err := e.host.ResetPassword(context.Background(), 2, roster.NewPassword{New: secret}); err != nil {
		t.Fatal(err)
	}
	hash, _ := wiretest.Hasher{}.Hash(context.Background(), secret)
	check := func(where, text string) {
		for _, s := range []string{"YOUR_API_KEY", "key-read", secret, hash, "$test$"} {
			if strings.Contains(text, s) {
				t.Errorf("%s shows %q: %s", where, s, text)
			}
		}
	}
	for _, c := range calls {
		check("the answer", e.call(c.method, c.path, c.good()).Text)
		check("the refusal", e.as("key-read", c.method, c.path, c.good()).Text)
		r := httptest.NewRequest(c.method, omnidesk.Base+c.path+"?apiKey=YOUR_API_KEY&password="+secret, nil)
		check("the problem", e.send(r).Text)
	}
	if len(log) != 3*len(calls) {
		t.Errorf("%d entries", len(log))
	}
	for _, entry := range log {
		check("the log", entry.Query+" "+entry.Body+" "+strings.Join(entry.Header.Values("apiKey"), " "))
	}
}

// TestCrossVendor: what another system set, this one shows and locks.
func TestCrossVendor(t *testing.T) {
	e := newEnv(t)
	u := user.User{Identity: user.Identity{Login: "unique@gmail.com"}, Capacity: user.Capacity{MaxChats: 4}, Names: user.Names{Display: "agent1"}}
	r, err := e.host.Create(context.Background(), roster.NewUser{User: u})
	if err != nil {
		t.Fatal(err)
	}
	if a := e.call("GET", "", "query=agent1"); len(a.Items) != 1 || a.Items[0]["name"] != "unique@gmail.com" {
		t.Error(a.Text)
	}
	e.done(e.call("POST", "/statusLock", "status=8&userID="+r.User.ID.String()))
	if got := e.user(r.User.ID).Presence; !got.Status.DoNotDisturb() {
		t.Errorf("%+v", got)
	}
}
