package liveperson_test

import (
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func headerRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("Authorization: Contains token string to allow request authentication and authorization.", in(authorization)),
		documented.Row("If-Match: Contains data revision as known by the client. Allows optimization of the backend, networking and client resources utilization.", in(ifMatchOnRead)),
		documented.Row("eTag: specifies the version of the data object retrieved. You can use the If-Match parameter using this parameter's value.", in(eTag)),
		assumed.Row("eTag and ac-revision are on every reply whose caller is known, refusals too", in(revisionOnEveryReply)),
		documented.Row("location: URI Location of the newly created resource. Included only when the request created single object.", in(location)),
		observed.Row("X-HTTP-Method-Override: PUT and DELETE", in(methodOverride)),
		assumed.Row("X-HTTP-Method-Override counts on a POST only, and names no other method", in(methodOverrideLimits)),
	}
}

func authorization(e *env) {
	e.send("t-boss", "GET", withVersion(usersURL), "").is(200)
	for _, header := range []string{"", "Bearer", "Bearer ", "Basic t-boss", "t-boss", "Bearer t-unknown", "Bearer t-omnidesk", "Bearer t-foreign", "Bearer t-gone", "Bearer s3cret-app"} {
		a := e.send("", "GET", withVersion(usersURL), "", "Authorization", header).refused(401)
		if a.Header().Get("WWW-Authenticate") != "Bearer" {
			e.Errorf("%q: no challenge", header)
		}
	}
	e.send("", "GET", withVersion(usersURL), "", "Authorization", "bearer  t-boss ").is(200)
}

func ifMatchOnRead(e *env) {
	for _, url := range []string{"", "/2", "/pid/6ab1b0c0-pid"} {
		rev := e.boss("GET", url, "").is(200).revision()
		for _, known := range []string{rev, `"` + rev + `"`, " " + rev + " "} {
			a := e.boss("GET", url, "", "If-Match", known).is(304)
			if a.Body.Len() != 0 || a.revision() != rev {
				e.Errorf("%q: 304 with %q, revision %s", url, a.Body, a.revision())
			}
		}
	}
}

func eTag(e *env) {
	tag := e.boss("GET", "/2", "").is(200).Header().Get("eTag")
	e.boss("PUT", "/2", change("nickname", "New"), "If-Match", tag).is(200)
	e.boss("PUT", "/2", change("nickname", "Newer"), "If-Match", tag).refused(412)
}

func revisionOnEveryReply(e *env) {
	for status, a := range map[int]answer{
		200: e.boss("GET", "", ""), 201: e.boss("POST", "", body()), 404: e.boss("GET", "/999", ""), 400: e.boss("GET", "/x", ""),
		403: e.send("t-agent", "DELETE", withVersion(usersURL+"/2"), ""),
	} {
		if a.is(status); a.revision() == "" || a.Header().Get("ETag") != a.revision() {
			e.Errorf("%d: ac-revision %q, eTag %q", status, a.revision(), a.Header().Get("ETag"))
		}
	}
}

func location(e *env) {
	a := e.boss("POST", "", body()).is(201)
	where := a.Header().Get("location")
	if want := usersURL + path(idOf(a)); where != want {
		e.Errorf("location %q, want %q", where, want)
	}
	e.send("t-boss", "GET", withVersion(where), "").is(200)
	list := e.boss("POST", "", "["+body("loginName", "lee", "fullName", "Lee")+"]").is(201)
	if where := list.Header().Get("location"); where != "" {
		e.Errorf("a list has the location %q", where)
	}
}

func methodOverride(e *env) {
	e.boss("POST", "/2", change("nickname", "New"), "X-HTTP-Method-Override", "PUT").is(200)
	e.boss("POST", "", "["+change("nickname", "Newer")+"]", "X-HTTP-Method-Override", "put").is(200)
	e.boss("PUT", "/2", change("nickname", "Newest"), "X-HTTP-Method-Override", "PUT").is(200)
	e.boss("POST", "/2/resetPassword", `{"newPassword":"x"}`, "X-HTTP-Method-Override", "PUT").is(200)
	e.boss("POST", "", `["7"]`, "X-HTTP-Method-Override", "DELETE").is(200)
	e.boss("POST", "/2", "", "X-HTTP-Method-Override", "DELETE").is(200)
	for _, id := range []user.ID{agent, other} {
		if _, err := e.host.Get(e.ctx, id); err == nil {
			e.Errorf("%d lives", id)
		}
	}
}

func methodOverrideLimits(e *env) {
	before := e.revision()
	e.boss("POST", "/2", "", "X-HTTP-Method-Override", "GET").refused(405)
	e.boss("POST", "/2", "").refused(405)
	e.boss("GET", "/2", "", "X-HTTP-Method-Override", "DELETE").is(200)
	if e.revision() != before {
		e.Error("something changed")
	}
}
