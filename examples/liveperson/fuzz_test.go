package liveperson_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

// FuzzSelect: whatever is selected, the answer is a refusal in the vendor's form or an object that
// has the core fields and no other than the whole object has.
func FuzzSelect(f *testing.F) {
	for _, s := range []string{
		"", "id", "$all", "$all'", "$x", "*", "href", "a(b(c),d),e", "memberOf(agentGroupId,assignmentDate)", "memberOf(", ")", "a)b", ",,",
		"a()b", "a(b)(c)", "memberOf(href)", "((((", "a(b(c(d(e(f(g(h)))))))", "memberOf(),memberOf", "é(ü)",
	} {
		f.Add(s)
	}
	e := newEnv(f)
	whole := e.boss("GET", "/2", "").object()
	f.Fuzz(func(t *testing.T, s string) {
		r := httptest.NewRequest("GET", usersURL+"/2?v=6.0&select="+url.QueryEscape(s), nil)
		r.Header.Set("Authorization", "Bearer t-boss")
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, r)
		var got map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
		switch w.Code {
		case 200:
			for name := range got {
				if _, ok := whole[name]; !ok {
					t.Errorf("%q shows %s", s, name)
				}
			}
			for _, name := range strings.Fields(core) {
				if _, ok := got[name]; !ok {
					t.Errorf("%q does not show %s", s, name)
				}
			}
		case 400:
			if got["type"] != "invalid" {
				t.Errorf("%q: %s", s, w.Body)
			}
		default:
			t.Errorf("%q: status %d", s, w.Code)
		}
	})
}

// FuzzBody: whatever is sent, a call is done whole or refused in the vendor's form, and the
// directory is as it was then.
func FuzzBody(f *testing.F) {
	for i, s := range []string{
		entityExample, body(), change(), full(), "[" + change() + "," + change("id", 7, "loginName", "other") + "]", `["2",7]`, `[]`, `{}`, `null`,
		`{"newPassword":"n","confirmPassword":"n","oldPassword":"x"}`, `{"username":"agent","password":"x"}`, `[[[[`, `{"a":1}{`, "\xff",
		`{"memberOf":{"agentGroupId":{}},"managerOf":[1],"id":1e400,"profileIds":"1,2,","passwordSh":{}}`,
	} {
		f.Add(uint8(i), s)
	}
	calls := []struct{ method, path string }{
		{"POST", ""}, {"PUT", ""}, {"PUT", "/2"}, {"DELETE", ""}, {"PUT", "/1/changePassword"}, {"PUT", "/2/resetPassword"},
	}
	f.Fuzz(func(t *testing.T, which uint8, s string) {
		e := newEnv(t)
		c := calls[int(which)%len(calls)]
		before := e.revision()
		a := e.boss(c.method, c.path, s)
		if !json.Valid(a.Body.Bytes()) || strings.Contains(a.Body.String(), "$test$") {
			t.Fatalf("%d: %s", a.Code, a.Body)
		}
		after := e.revision()
		switch {
		case a.Code >= 500:
			t.Errorf("%d: %s", a.Code, a.Body)
		case a.Code >= 400 && after != before:
			t.Errorf("%d, and it is revision %d of %d", a.Code, after, before)
		case a.Code < 400 && after > before+1:
			t.Errorf("%d revisions", after-before)
		}
		if a.Code >= 400 {
			for _, id := range []user.ID{boss, agent, other} {
				if !e.user(id).Live() {
					t.Errorf("%d is gone", id)
				}
			}
		}
	})
}
