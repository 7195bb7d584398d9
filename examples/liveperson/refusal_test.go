package liveperson_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

func refusalRows() []matrix.Row {
	return []matrix.Row{
		assumed.Row(`a refusal is {"type","message","errors":[{"path","field","code","message"}]}, and repeats no value`, in(refusalForm)),
		assumed.Row("the refusal of a list names every problem of every item", in(allOrNothing)),
		observed.Row("401 for no or unknown credentials, 403 for what the user may not do, 404 for no such user", in(statuses)),
		assumed.Row("400 for what is not valid, 409 for a value that another user has, 412 for a stale revision", in(statuses)),
		assumed.Row("409 for what would leave the account without an administrator", in(keepsTheLastAdministrator)),
		assumed.Row("405 with Allow, 413 over 1 MiB, 415 for another content type", in(notACall)),
		assumed.Row("a name twice in an object is refused", in(duplicateNames)),
		assumed.Row("a disabled or deleted user is not signed in: 401", in(notSignedIn)),
		assumed.Row("a list of 1,000 users that was read can be sent back as it is", in(listSentBack)),
		assumed.Row("more than 1,000 users or 8 MiB in a list, and more than 1 MiB elsewhere, are 413, which says what is too many and how many are allowed", in(tooMany)),
		assumed.Row("503 with Retry-After for a login, a new password and a user's own change in a flood of passwords", busyHasher),
		assumed.Row("503 for a login by key and a public profile while the storage is away", storageAway),
		assumed.Row("503 with Retry-After for more long lists at a time than the server sends; one that cannot go on breaks the connection off", in(manyLists, oneList)),
		observed.Row("429 with Retry-After of a second at least", in(rateLimit)),
	}
}

func refusalForm(e *env) {
	a := e.boss("POST", "", body("email", "s3cret-mail", "passwordSh", "s3cret-pass", "confirmPassword", "s3cret-other")).
		refused(400, "/confirmPassword mismatch", "/email pattern")
	if got := a.Body.String(); strings.Contains(got, "s3cret") || !strings.Contains(got, `"type":"invalid"`) || !strings.Contains(got, `"field":"email"`) {
		e.Errorf("answered %s", got)
	}
	if a.Header().Get("Content-Type") != "application/json" || a.Header().Get("X-Content-Type-Options") != "nosniff" {
		e.Errorf("headers %v", a.Header())
	}
	long := e.boss("PUT", "/2", change(strings.Repeat("x", 10_000), 1)).is(400)
	if long.Body.Len() > 1000 {
		e.Errorf("a refusal of %d bytes", long.Body.Len())
	}
}

func busyHasher(t *testing.T) {
	store := memstore.New()
	defer store.Close()
	realm, err := vendorhttp.Seed(context.Background(), roster.New(store, roster.WithHasher(vendorhttptest.Hasher{})), seed())
	if err != nil {
		t.Fatal(err)
	}
	e := &env{TB: t, handler: liveperson.New(roster.New(store, roster.WithHasher(vendorhttptest.Busy{})), realm, liveperson.Options{})}
	for _, call := range [][4]string{
		{"", "POST", accountURL + "/login?v=1.3", `{"username":"agent","password":"` + phrase + `"}`},
		{"", "POST", accountURL + "/login?v=1.3", `{"username":"unknown","password":"` + phrase + `"}`},
		{"t-agent", "PUT", withVersion(usersURL + "/2/changePassword"), `{"oldPassword":"` + phrase + `","newPassword":"Other-Passw0rd!","confirmPassword":"Other-Passw0rd!"}`},
		{"t-boss", "PUT", withVersion(usersURL + "/2/resetPassword"), `{"newPassword":"Other-Passw0rd!"}`},
		{"t-boss", "POST", withVersion(usersURL), body()},
	} {
		a := e.send(call[0], call[1], call[2], call[3])
		if a.Code != http.StatusServiceUnavailable || a.Header().Get("Retry-After") != "1" || !strings.Contains(a.Body.String(), "try again later") {
			t.Errorf("%s: %d %v %s", call[2], a.Code, a.Header(), a.Body)
		}
	}
}

// storageAway checks that a call without a token reports a closed storage as such, and not as a
// user that does not exist or a wrong key.
func storageAway(t *testing.T) {
	store := memstore.New()
	dir := roster.New(store, roster.WithHasher(vendorhttptest.Hasher{}))
	realm, err := vendorhttp.Seed(context.Background(), dir, seed())
	if err != nil {
		t.Fatal(err)
	}
	e := &env{TB: t, handler: liveperson.New(dir, realm, liveperson.Options{PublicProfiles: true})}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	e.send("", "GET", usersURL+"/6ab1b0c0-pid", "").is(http.StatusServiceUnavailable)
	e.send("", "POST", accountURL+"/login?v=1.3", `{"username":"robot","appKey":"app-1","secret":"s3cret-app"}`).
		is(http.StatusServiceUnavailable)
}

func statuses(e *env) {
	e.send("", "GET", withVersion(usersURL), "").refused(401)
	e.send("t-planner", "DELETE", withVersion(usersURL+"/2"), "").refused(403)
	e.boss("GET", "/999", "").refused(404)
	e.boss("GET", "/0", "").refused(400, "/userId invalid")
	e.boss("POST", "", body("loginName", "AGENT")).refused(409, "/loginName duplicate")
	e.boss("DELETE", "/2", "", "If-Match", "1").refused(412)
}

func notACall(e *env) {
	for url, allow := range map[string]string{
		usersURL: "DELETE, GET, HEAD, POST, PUT", usersURL + "/2": "DELETE, GET, HEAD, PUT", usersURL + "/2/changePassword": "PUT",
		usersURL + "/2/resetPassword": "PUT", usersURL + "/pid/x": "GET, HEAD", accountURL + "/service/baseURI.json": "GET, HEAD",
	} {
		if a := e.send("t-boss", "PATCH", withVersion(url), "").refused(405); a.Header().Get("Allow") != allow {
			e.Errorf("%s allows %s", url, a.Header().Get("Allow"))
		}
	}
	e.boss("POST", "", body(), "Content-Type", "text/plain").refused(415)
	e.boss("POST", "", body(), "Content-Type", "application/x-www-form-urlencoded").refused(415)
	e.boss("POST", "", body("description", strings.Repeat("x", vendorhttp.MaxBody))).refused(413)
	for _, url := range []string{
		"/", "/api/account/", "/api/account/demo", "/api/account/demo/", "/api/account/demo/other", "/api/account/demo/service/x/y/baseURI.json",
		"/api/account/demo/service/x", usersURL + "2", usersURL + "//", usersURL + "/2/", usersURL + "/2/x", usersURL + "/2/changePassword/3",
		usersURL + "/pid/", "/API/account/demo/login", "/api/account/demo/login/",
	} {
		e.send("t-boss", "GET", url, "").refused(404)
	}
}

func duplicateNames(e *env) {
	sent := strings.TrimSuffix(change("nickname", "A"), "}") + `,"nickname":"B"}`
	e.boss("PUT", "/2", sent).refused(400, "/nickname duplicate")
	e.boss("GET", "?v=6.0&v=5.0", "").refused(400, "/v duplicate")
}

func notSignedIn(e *env) {
	e.put(agent, user.Patch{Enabled: user.Set(false)})
	e.send("t-agent", "GET", withVersion(usersURL+"/2"), "").refused(401)
	e.send("t-gone", "GET", withVersion(usersURL), "").refused(401)
}

func tooMany(e *env) {
	ids := "[" + strings.TrimSuffix(strings.Repeat("1,", 1001), ",") + "]"
	before := e.revision()
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", "", newcomers(1001), "more than 1000 objects in its list"},
		{"PUT", "", newcomers(1001), "more than 1000 objects in its list"},
		{"DELETE", "", ids, "more than 1000 objects in its list"},
		{"PUT", "", "[" + strings.Repeat(" ", vendorhttp.MaxListBody) + "]", "more than 8388608 bytes in its body"},
		{"POST", "", body("description", strings.Repeat("x", vendorhttp.MaxBody)), "more than 1048576 bytes in its body"},
		{"PUT", "/2", "[" + strings.Repeat(" ", vendorhttp.MaxBody) + "]", "more than 1048576 bytes in its body"},
		{"PUT", "/2/changePassword", "[" + strings.Repeat(" ", vendorhttp.MaxBody) + "]", "more than 1048576 bytes in its body"},
	} {
		a := e.boss(c.method, c.path, c.body).refused(413)
		if got := a.Body.String(); !strings.Contains(got, `"message":"the request is too large: it has `+c.want+`"`) {
			e.Errorf("%s %s: %s", c.method, c.path, got)
		}
	}
	login := e.send("", "POST", accountURL+"/login?v=1.3", "["+strings.Repeat(" ", vendorhttp.MaxBody)+"]")
	if login.Code != http.StatusRequestEntityTooLarge || e.revision() != before {
		e.Errorf("a login of more than 1 MiB: %d", login.Code)
	}
}

func rateLimit(e *env) {
	a := e.boss("GET", "", "", vendorhttp.FaultHeader, "rate-limit").refused(429)
	if a.Header().Get("Retry-After") != "1" {
		e.Errorf("Retry-After %q", a.Header().Get("Retry-After"))
	}
}

// TestFaults: what goes wrong on purpose goes wrong in the vendor's form.
func TestFaults(t *testing.T) {
	e := newEnv(t)
	for fault, status := range map[string]int{"stale": 412, "status=503": 503, "status=500": 500, "denied": 403, "not-found": 404, "unknown-outcome": 500} {
		e.boss("PUT", "/2", change("nickname", "x"), vendorhttp.FaultHeader, fault).refused(status)
	}
	e.send("", "POST", accountURL+"/login", `{}`, vendorhttp.FaultHeader, "status=503").loginRefused(503)
	if e.user(agent).Names.Display != "agent" {
		t.Error("a fault changed something")
	}
}

// TestLogShowsNoSecrets: neither passwords nor tokens, in any call.
func TestLogShowsNoSecrets(t *testing.T) {
	e := newEnv(t)
	var log strings.Builder
	e.handler = liveperson.New(e.dir, e.realm, liveperson.Options{
		Options: vendorhttp.Options{Log: vendorhttp.LogTo(slog.New(slog.NewTextHandler(&log, nil)))}, Passwords: password.Voximplant(),
	})
	token := e.login("agent")
	e.boss("POST", "", body("passwordSh", "S3cret-phrase!", "confirmPassword", "S3cret-phrase!")).is(201)
	e.boss("PUT", "/2/resetPassword", `{"newPassword":"S3cret-other!"}`).is(200)
	e.boss("PUT", "/2/resetPassword", `{"newPassword":"S3cret"}`).is(400) // the host's own policy
	if got := log.String(); strings.Count(got, "msg=request") != 4 || strings.Contains(got, "S3cret") || strings.Contains(got, phrase) || strings.Contains(got, token) {
		t.Error(got)
	}
}

// TestHeadOverHTTP: a HEAD has the headers of a GET and no body.
func TestHeadOverHTTP(t *testing.T) {
	e := newEnv(t)
	server := httptest.NewServer(e.handler)
	defer server.Close()
	r, err := http.NewRequest(http.MethodHead, server.URL+usersURL+"/2?v=6.0", nil)
	e.ok(err)
	r.Header.Set("Authorization", "Bearer t-boss")
	resp, err := server.Client().Do(r)
	e.ok(err)
	defer resp.Body.Close()
	if resp.StatusCode != 200 || resp.Header.Get("ac-revision") == "" || resp.ContentLength <= 0 {
		t.Errorf("%d, %v, %d bytes", resp.StatusCode, resp.Header, resp.ContentLength)
	}
}
