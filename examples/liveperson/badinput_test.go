package liveperson_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/permission"
)

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

// query are the parameters that all calls on users take.
var query = []vendorhttptest.Field{
	{Name: "v", Good: "6.0", Required: true, Query: true, WrongType: "x"},
	{Name: "select", Query: true, EmptyIsAbsent: true, WrongType: "a(", Unlimited: true},
	{Name: "include_deleted", Query: true, EmptyIsAbsent: true, WrongType: "x"},
}

// entityFields are the members of a user's body.
func entityFields(adds bool) []vendorhttptest.Field {
	text := func(name, good string) vendorhttptest.Field {
		return vendorhttptest.Field{Name: name, Good: good, EmptyIsAbsent: true, JSONText: true}
	}
	must := func(f vendorhttptest.Field) vendorhttptest.Field {
		f.Required, f.EmptyIsAbsent = true, false
		return f
	}
	typed := func(name, good, wrong string) vendorhttptest.Field {
		return vendorhttptest.Field{Name: name, Good: good, WrongType: wrong}
	}
	list := func(name, good string) vendorhttptest.Field {
		return vendorhttptest.Field{Name: name, Good: good, WrongType: `{"a":1}`, EmptyIsAbsent: true}
	}
	fullName := text("fullName", "Kim Li")
	fullName.WrongType, fullName.JSONText = `[1]`, false
	fields := []vendorhttptest.Field{
		must(text("loginName", "kim")), fullName, must(text("nickname", "Kim")), must(typed("isEnabled", "true", "maybe")),
		must(typed("maxChats", "4", "many")), list("skillIds", "[1,2]"), must(text("email", "kim@demo.example")),
		typed("memberOf", `{"agentGroupId":1}`, "1"), typed("managerOf", "[]", "1"),
		typed("changePwdNextLogin", "false", "7"), list("permissionGroups", "[1]"), text("pictureId", "1"), text("pictureUrl", "/p"),
		typed("disabledManually", "false", "7"), text("description", "d"), text("mobileNumber", "1"), text("employeeId", "1"),
		text("backgndImgUri", "/b"), text("pnCertName", "c"), typed("maxAsyncChats", "3", "[3]"), must(list("profileIds", "[2]")),
		typed("isApiUser", "false", "7"), typed("userTypeId", "1", "9"), text("allowedAppKeys", "k"), text("oauth2ClientId", "o"),
		list("lobIds", "[1]"), text("pid", "p-9"),
	}
	pass := text("passwordSh", "pppppp")
	pass.EmptyIsAbsent = false
	if adds {
		pass.Required = true
	}
	return append(fields, pass)
}

func endpoints() []vendorhttptest.Endpoint {
	with := func(fields ...vendorhttptest.Field) []vendorhttptest.Field {
		return append(append([]vendorhttptest.Field{}, query...), fields...)
	}
	aList := func(fields map[string]any) any { return []any{fields} }
	anObject := func(fields map[string]any) any { return fields }
	word := func(name, good string) vendorhttptest.Field {
		return vendorhttptest.Field{Name: name, Good: good, Required: true, JSONText: true}
	}
	users, one := []string{"GET", "HEAD", "POST", "PUT", "DELETE"}, []string{"GET", "HEAD", "PUT", "DELETE"}
	return []vendorhttptest.Endpoint{
		{Name: "list", Method: "GET", Path: usersURL, Fields: query, Methods: users},
		{Name: "get", Method: "GET", Path: usersURL + "/2", Fields: query, Methods: one},
		{Name: "get by pid", Method: "GET", Path: usersURL + "/pid/6ab1b0c0-pid", Fields: query, Methods: []string{"GET"}},
		{Name: "create", Method: "POST", Path: usersURL, Fields: with(entityFields(true)...), Methods: users, Media: vendorhttp.JSON, JSON: anObject},
		{Name: "create list", Method: "POST", Path: usersURL, Fields: with(entityFields(true)...), Methods: users, Media: vendorhttp.JSON, JSON: aList},
		{Name: "update", Method: "PUT", Path: usersURL + "/2", Fields: with(entityFields(false)...), Methods: one, Media: vendorhttp.JSON, JSON: anObject},
		{
			Name: "update list", Method: "PUT", Path: usersURL, Methods: users, Media: vendorhttp.JSON, JSON: aList,
			Fields: with(append(entityFields(false), vendorhttptest.Field{Name: "id", Good: "2", Required: true, WrongType: "x"})...),
		},
		{Name: "delete", Method: "DELETE", Path: usersURL + "/2", Fields: query, Methods: one},
		{
			Name: "delete list", Method: "DELETE", Path: usersURL, Methods: users, Media: vendorhttp.JSON,
			Fields: with(vendorhttptest.Field{Name: "ids", Good: "2", Required: true, WrongType: "x"}),
			JSON:   func(fields map[string]any) any { return listOf(fields) },
		},
		{
			Name: "change password", Method: "PUT", Path: usersURL + "/1/changePassword", Methods: []string{"PUT"}, Media: vendorhttp.JSON,
			Fields: with(word("newPassword", "n"), word("confirmPassword", "n"), word("oldPassword", phrase)),
		},
		{
			Name: "reset password", Method: "PUT", Path: usersURL + "/2/resetPassword", Methods: []string{"PUT"}, Media: vendorhttp.JSON,
			Fields: with(word("newPassword", "n")),
		},
	}
}

// listOf makes a list of ids; what has another name is no id.
func listOf(fields map[string]any) []any {
	list := []any{}
	for name, v := range fields {
		if name != "ids" {
			v = map[string]any{name: v}
		}
		list = append(list, v)
	}
	return list
}

func TestBadInput(t *testing.T) {
	var log vendorhttptest.Log
	e := newEnv(t, func(o *liveperson.Options) { o.Log = log.Take })
	vendorhttptest.BadInput(t, vendorhttptest.Vendor{
		Handler: e.handler, Log: &log, Login: bearer("t-boss"), Revision: e.revision, Policy: permission.LivePerson(),
		Wrong: []func(*http.Request){
			func(*http.Request) {}, bearer("unknown"), bearer("t-foreign"), bearer("t-omnidesk"), bearer("s3cret-app"),
			func(r *http.Request) { r.Header.Set("Authorization", "Basic dC1ib3NzOg==") },
		},
		Refused: func(t *testing.T, w *httptest.ResponseRecorder, k vendorhttptest.Kind) {
			t.Helper()
			want := map[vendorhttptest.Kind]int{
				vendorhttptest.WrongMethod: 405, vendorhttptest.WrongMedia: 415, vendorhttptest.BodyTooLarge: 413, vendorhttptest.BadCredentials: 401,
			}[k]
			if want == 0 {
				want = 400
			}
			var r refusal
			if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || w.Code != want || r.Type == "" || r.Message == "" {
				t.Errorf("status %d, want %d: %.300s", w.Code, want, w.Body)
			}
			if k == vendorhttptest.WrongMethod && w.Header().Get("Allow") == "" {
				t.Error("no Allow")
			}
		},
	}, endpoints())
}

// TestBadLogin: the login has a form of its own for refusals.
func TestBadLogin(t *testing.T) {
	var log vendorhttptest.Log
	e := newEnv(t, func(o *liveperson.Options) { o.Log = log.Take })
	vendorhttptest.BadInput(t, vendorhttptest.Vendor{
		Handler: e.handler, Log: &log, Login: func(*http.Request) {}, Revision: e.revision,
		Refused: func(t *testing.T, w *httptest.ResponseRecorder, k vendorhttptest.Kind) {
			t.Helper()
			var r struct {
				Error string `json:"error"`
				Code  int    `json:"internalCode"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || r.Error == "" || r.Code != w.Code || w.Code < 400 || w.Code >= 500 {
				t.Errorf("status %d: %.300s", w.Code, w.Body)
			}
		},
	}, []vendorhttptest.Endpoint{{
		Name: "login", Method: "POST", Path: accountURL + "/login", Methods: []string{"POST"}, Media: vendorhttp.JSON,
		Fields: []vendorhttptest.Field{
			{Name: "username", Good: "agent", Required: true, JSONText: true},
			{Name: "password", Good: phrase, Required: true, JSONText: true},
		},
	}})
}
