package omnidesk_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/vendorhttp"
)

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
	equal(t, "without a field", a.Text, `{"status":"error","message":"There is no such user, or the user has no such thing.","errors":[]}`)
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
	e.refused(e.call("PUT", "/2", "firstname="+strings.Repeat("a", vendorhttp.MaxBody)), http.StatusRequestEntityTooLarge)
}

func wrongMedia(t *testing.T) {
	e := newEnv(t)
	r := request("PUT", "/2", "firstname=Jan")
	r.Header.Set("Content-Type", "text/plain")
	e.refused(e.send(r), http.StatusUnsupportedMediaType)
}

func twiceOrUnknown(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("PUT", "/2", "firstname=Jan&firstname=Jan&more=1"), 400, ":unknown_parameter", "firstname:duplicate")
	e.refused(e.call("GET", "", "limit=5&text=a"), 400, ":unknown_parameter")
	e.refused(e.inJSON("PUT", "/2", `{"firstname":"Jan","firstname":"Jan"}`), 400, "firstname:duplicate")
	r := request("PUT", "/2", "firstname=Jan")
	r.URL.RawQuery = "firstname=Jan"
	e.refused(e.send(r), 400, "firstname:duplicate")
}

func unknownNames(t *testing.T) {
	e := newEnv(t)
	for body, want := range map[string]string{
		`{"userID":2,"firstname":"S3cret-Of-Ann!"}`: "Unknown parameter.",
		"firstname=Jan&S3cretTail":                  "Unknown parameter.",
		"fistname=Jan":                              "Unknown parameter; did you mean 'firstname'?",
	} {
		a := e.call("PUT", "/2", body)
		e.refused(a, 400, ":unknown_parameter")
		if a.Errors[0].Message != want || strings.Contains(a.Text, "S3cret") {
			t.Errorf("%s: %s", body, a.Text)
		}
	}
}

func wrongPaths(t *testing.T) {
	e := newEnv(t)
	for _, path := range []string{
		"/", "/api/v2", "/api/v2/user/", "/api/v2/users", "/api/v2/user/abc", "/api/v2/user/2/", "/api/v2/user/-1",
		"//api/v2/user",
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
	for path, allow := range map[string]string{"": "GET, HEAD, POST", "/2": "PUT", "/userStatistic": "DELETE, POST",
		"/settings": "GET, HEAD"} {
		r := httptest.NewRequest("PATCH", omnidesk.Base+path, nil)
		a := e.send(r)
		e.refused(a, http.StatusMethodNotAllowed)
		if got := a.Header.Get("Allow"); got != allow {
			t.Errorf("%s allows %q, want %q", path, got, allow)
		}
	}
}
