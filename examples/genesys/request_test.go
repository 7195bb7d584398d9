package genesys_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

func replyRows() []matrix.Row {
	return []matrix.Row{
		observed.Row("Every reply carries statusCode; statusMessage stands only on an error, and nothing else does", everyReply),
		observed.Row("Status codes 0 to 6 of 8.5.0", statusCodes),
		assumed.Row("statusCode is a number, where the samples have numbers and texts", everyReply),
		assumed.Row("A body is JSON: another content type is 415", wrongMedia),
		assumed.Row("A body over 1 MiB is 413", tooLarge),
		assumed.Row("A method that a path does not take is 405 with Allow and code 3", wrongMethod),
		assumed.Row("Another path is 404 and code 6", wrongPath),
		assumed.Row("Code 2 is what is wrong with a parameter; the message names every one", allProblems),
		assumed.Row("The name of an unknown parameter or property is never repeated; the likely one is suggested", unknownNames),
		assumed.Row("HEAD is GET", head),
		assumed.Row("Whatever fails inside is code 4 and tells nothing", internalError),
	}
}

func everyReply(t *testing.T) {
	e := newEnv(t)
	for _, call := range [][3]string{
		{"GET", "/api/v2/users"}, {"GET", "/api/v2/users?fields=*"}, {"GET", at(bob)}, {"GET", "/api/v2/me"},
		{"POST", "/api/v2/users", newcomer}, {"PUT", at(bob), `{"firstName":"R"}`}, {"DELETE", at(bob)},
	} {
		if a := e.ok(e.as(ann, call[0], call[1], call[2])); !strings.HasPrefix(a.Text, `{"statusCode":0`) || strings.Contains(a.Text, "statusMessage") {
			t.Error(a.Text)
		}
	}
}

func statusCodes(t *testing.T) {
	e := newEnv(t)
	for code, call := range [][3]string{
		{"GET", at(bob)}, {"POST", "/api/v2/users", `{}`}, {"PUT", at(bob), `{"roles":"x"}`}, {"PUT", at(bob), `{"userName":"x"}`},
		{"GET", at(bob), "fault"}, {"GET", at(bob), "dan"}, {"GET", at(hank)},
	} {
		r := request(call[0], call[1], "")
		r.SetBasicAuth(logins[ann], secret)
		switch call[2] {
		case "":
		case "fault":
			r.Header.Set(vendorhttp.FaultHeader, "internal")
		case "dan":
			r.SetBasicAuth(logins[dan], secret)
		default:
			r = request(call[0], call[1], call[2])
			r.SetBasicAuth(logins[ann], secret)
		}
		if a := e.send(r); *a.Code != code {
			t.Errorf("want %d: %s", code, a.Text)
		}
	}
}

func (e *env) raw(method, path, contentType, body string) answer {
	e.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	r.SetBasicAuth(logins[ann], secret)
	return e.send(r)
}

func wrongMedia(t *testing.T) {
	e := newEnv(t)
	e.unchanged(func() {
		for _, media := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=latin1"} {
			e.refused(e.raw("POST", "/api/v2/users", media, newcomer), http.StatusUnsupportedMediaType, 2, "The body must be application/json.")
			e.refused(e.raw("PUT", at(bob), media, `{"firstName":"R"}`), http.StatusUnsupportedMediaType, 2, "The body must be application/json.")
		}
	})
	e.ok(e.raw("POST", "/api/v2/users", "application/json; charset=utf-8", newcomer))
}

func tooLarge(t *testing.T) {
	e := newEnv(t)
	large := `{"firstName":"` + strings.Repeat("a", vendorhttp.MaxBody) + `"}`
	e.unchanged(func() {
		e.refused(e.raw("PUT", at(bob), "application/json", large), http.StatusRequestEntityTooLarge, 2, "The request is too large: it has more than 1048576 bytes in its body.")
	})
}

func wrongMethod(t *testing.T) {
	e := newEnv(t)
	for path, allow := range map[string]string{
		"/api/v2/users": "GET, HEAD, POST", at(bob): "DELETE, GET, HEAD, POST, PUT", "/api/v2/me": "GET, HEAD",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"} {
			if strings.Contains(allow, method) {
				continue
			}
			a := e.as(ann, method, path, "")
			e.refused(a, http.StatusMethodNotAllowed, 3, "This operation is not allowed: the resource does not take this method")
			equal(t, method+" "+path, a.Header.Get("Allow"), allow)
		}
	}
}

func wrongPath(t *testing.T) {
	e := newEnv(t)
	for _, path := range []string{"/", "/api/v2", "/api/v2/user", "/api/v2/users/", at(bob) + "/", at(bob) + "/skills", "/api/v2/me/", "/api/v1/users", "/API/V2/USERS", "//api/v2/users"} {
		e.refused(e.as(ann, "GET", path, ""), http.StatusNotFound, 6, "Resource not found")
	}
}

func allProblems(t *testing.T) {
	e := newEnv(t)
	e.refused(e.as(ann, "PUT", at(bob), `{"firstName":7.5e1,"lastName":[],"roles":["X"],"nosuch":1,"id":"x","doNotDisturb":"Maybe"}`), http.StatusBadRequest, 3,
		"The request is not valid: unknown parameter; Parameter 'doNotDisturb' is not valid: it must be On or Off; This operation is not allowed: 'id' is a read-only property; "+
			"Parameter 'lastName' is not valid: invalid; Parameter 'roles' is not valid: it must be ROLE_ADMIN or ROLE_AGENT")
	for roles, want := range map[string]string{ // what is wrong is that they are no roles, and not their length
		`["ROLE_FOO"]`:                             "ROLE_FOO is not a role, it must be ROLE_ADMIN or ROLE_AGENT",
		`["ROLE_SUPERVISOR_OF_EVERYONE"]`:          "ROLE_SUPERVISOR_OF_EVERYONE is not a role, it must be ROLE_ADMIN or ROLE_AGENT",
		`["role_admin"]`:                           "it must be ROLE_ADMIN or ROLE_AGENT",
		`["S3cret-Of-Ann!"]`:                       "it must be ROLE_ADMIN or ROLE_AGENT", // what may be a secret is not repeated
		`["ROLE_` + strings.Repeat("X", 99) + `"]`: "it must be ROLE_ADMIN or ROLE_AGENT",
	} {
		e.refused(e.as(ann, "PUT", at(bob), `{"roles":`+roles+`}`), http.StatusBadRequest, 2, "Parameter 'roles' is not valid: "+want)
	}
	e.refused(e.as(ann, "PUT", at(bob), `[]`), http.StatusBadRequest, 2, "The request cannot be read.")
	e.refused(e.as(ann, "PUT", at(bob), `{"firstName":"a","firstName":"b"}`), http.StatusBadRequest, 2, "Parameter 'firstName' is not valid: duplicate")
}

func head(t *testing.T) {
	e := newEnv(t)
	for _, path := range []string{"/api/v2/users", at(bob), "/api/v2/me"} {
		e.ok(e.as(ann, "HEAD", path, ""))
	}
}

func internalError(t *testing.T) {
	store := memstore.New()
	dir := roster.New(store, roster.WithHasher(vendorhttptest.Hasher{}))
	if _, err := vendorhttp.Seed(context.Background(), dir, seed()); err != nil {
		t.Fatal(err)
	}
	e := &env{TB: t, dir: dir, handler: genesys.New(dir, genesys.Options{Account: "demo"})}
	e.handler = genesys.New(dir, genesys.Options{AccountOf: func(*http.Request) user.AccountID { panic("secret text") }})
	e.refused(e.as(ann, "GET", at(bob), ""), http.StatusInternalServerError, 4, "Internal error")
}

func unknownNames(t *testing.T) {
	e := newEnv(t)
	const unknown = "The request is not valid: unknown parameter"
	for body, want := range map[string]string{
		`{"S3cret-Of-Ann!":1}`: unknown, `{"S3cret":1,"S3cret":1}`: "The request is not valid: duplicate; " + unknown,
		`{"fristName":"Bob"}`: unknown + "; did you mean 'firstName'?",
	} {
		e.refused(e.as(ann, "PUT", at(bob), body), http.StatusBadRequest, 2, want)
	}
	e.refused(e.as(ann, "GET", "/api/v2/users?S3cret-Of-Ann!", ""), http.StatusBadRequest, 2, unknown)
}

// TestFaults: what is to go wrong on purpose is answered in the vendor's form, and nothing is done.
func TestFaults(t *testing.T) {
	e := newEnv(t)
	for fault, want := range map[string]int{
		"status=503": 503, "status=401": 401, "stale": 412, "insufficient": 409, "rate-limit": 429, "locked": 409, "not-found": 404, "denied": 403,
		"unknown-outcome": 500, "internal": 500, "status=418": 418, "nonsense": 400,
	} {
		e.unchanged(func() {
			r := request("PUT", at(bob), `{"firstName":"R"}`)
			r.SetBasicAuth(logins[ann], secret)
			r.Header.Set(vendorhttp.FaultHeader, fault)
			a := e.send(r)
			if a.HTTP != want || *a.Code == 0 || a.Message == "" {
				t.Errorf("%s: %d %s", fault, a.HTTP, a.Text)
			}
			if fault == "rate-limit" && a.Header.Get("Retry-After") != "1" {
				t.Error(a.Header)
			}
		})
	}
}

// TestNothingSecretInTheLog: neither a password that is sent nor the one in the header
// Authorization.
func TestNothingSecretInTheLog(t *testing.T) {
	e := newEnv(t)
	e.ok(e.as(ann, "POST", "/api/v2/users", newcomer))
	e.as(ann, "POST", "/api/v2/users", newcomer)
	e.as(ann, "GET", "/api/v2/users?password=Kims-Passw0rd!", "")
	for _, login := range strangers {
		r := request("PUT", at(bob), `{"password":"Kims-Passw0rd!"`)
		login(r)
		e.send(r)
	}
	text := e.log.String()
	for _, s := range []string{"Passw0rd", "Ym9i", "$test$"} {
		if strings.Contains(text, s) {
			t.Errorf("the log has %q", s)
		}
	}
	if strings.Count(text, "\n") < 10 {
		t.Error("there is no log")
	}
}

func TestBadInput(t *testing.T) {
	e := newEnv(t)
	text := func(name, good string, required bool) vendorhttptest.Field {
		return vendorhttptest.Field{Name: name, Good: good, Required: required, JSONText: true, WrongType: ""}
	}
	flag := func(name string) vendorhttptest.Field { return vendorhttptest.Field{Name: name, WrongType: "maybe"} }
	reading := []vendorhttptest.Field{
		{Name: "fields", Good: "*", WrongType: "1"},
		{Name: "subresources", Good: "*", WrongType: "1"},
	}
	filtering := append([]vendorhttptest.Field{
		text("userName", "bob", false), text("firstName", "", false), text("lastName", "", false), text("emailAddress", "", false),
		{Name: "roles", WrongType: "1"}, flag("enabled"), {Name: "doNotDisturb", WrongType: "1"}, flag("changePasswordOnFirstLogin"),
		{Name: "id", WrongType: "1"}, text("contactCenterId", "", false), text("uri", "", false), text("path", "", false),
	}, reading...)
	writing := func(required bool) []vendorhttptest.Field {
		list := []vendorhttptest.Field{
			text("userName", "kim", required), text("firstName", "Kim", required), text("lastName", "Kok", required),
			text("password", "Kims-Passw0rd!", required), {Name: "roles", Good: `["ROLE_AGENT"]`, Required: required, WrongType: "7", EmptyIsAbsent: !required},
			flag("changePasswordOnFirstLogin"), {Name: "doNotDisturb", WrongType: "7"}, {Name: "skills", WrongType: "7"},
			{Name: "devices", WrongType: `[{"id":7}]`}, flag("enabled"),
			{Name: "emailAddress", JSONText: true, EmptyIsAbsent: true},
			text("id", "", false), text("uri", "", false), text("path", "", false), text("contactCenterId", "", false),
		}
		if !required {
			list[0] = text("userName", "bob", false)
		}
		return list
	}
	one := []string{"GET", "POST", "PUT", "DELETE"}
	var log vendorhttptest.Log
	vendorhttptest.BadInput(t, vendorhttptest.Vendor{
		Handler: genesys.New(e.dir, genesys.Options{Account: "demo", Options: vendorhttp.Options{Log: log.Take}}), Log: &log,
		Login: func(r *http.Request) { r.SetBasicAuth(logins[ann], secret) },
		Wrong: []func(*http.Request){
			strangers["no credentials"], strangers["unknown login"], strangers["wrong password"], strangers["of another account"],
			strangers["a password in another's name"], strangers["a token"],
		},
		Revision: e.revision,
		Policy:   permission.Genesys(),
		Refused: func(t *testing.T, w *httptest.ResponseRecorder, k vendorhttptest.Kind) {
			t.Helper()
			want := map[vendorhttptest.Kind]int{
				vendorhttptest.WrongMethod: 405, vendorhttptest.WrongMedia: 415, vendorhttptest.BodyTooLarge: 413, vendorhttptest.BadCredentials: 401,
			}[k]
			if want == 0 {
				want = 400
			}
			a := decode(t, w)
			form := fmt.Sprintf(`{"statusCode":%d,"statusMessage":"`, *a.Code)
			if a.HTTP != want || *a.Code == 0 || a.Message == "" || !strings.HasPrefix(a.Text, form) {
				t.Errorf("status %d, want %d: %.300s", a.HTTP, want, a.Text)
			}
			if k == vendorhttptest.Missing && *a.Code != 1 {
				t.Errorf("missing is code %d", *a.Code)
			}
		},
	}, []vendorhttptest.Endpoint{
		{Name: "list", Method: "GET", Path: "/api/v2/users", Fields: filtering, Methods: []string{"GET", "POST"}},
		{Name: "create", Method: "POST", Path: "/api/v2/users", Fields: writing(true), Methods: []string{"GET", "POST"}, Media: vendorhttp.JSON},
		{Name: "get", Method: "GET", Path: at(bob), Fields: reading, Methods: one},
		{Name: "me", Method: "GET", Path: "/api/v2/me", Fields: reading, Methods: []string{"GET"}},
		{Name: "update", Method: "PUT", Path: at(bob), Fields: writing(false), Methods: one, Media: vendorhttp.JSON},
		{Name: "update by POST", Method: "POST", Path: at(bob), Fields: writing(false), Methods: one, Media: vendorhttp.JSON},
		{Name: "delete", Method: "DELETE", Path: at(bob), Methods: one, Media: vendorhttp.JSON},
	})
}
