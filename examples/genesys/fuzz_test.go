package genesys_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

// FuzzBody: whatever the body is, the answer has the vendor's form and is no internal error, a
// refusal changes nothing, and nothing but names, roles and password of that user can change by an
// update.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		newcomer, `{}`, `[]`, `null`, `{"firstName":"Some first name"}`, `{"roles":["ROLE_ADMIN"]}`, `{"roles":"ROLE_AGENT,ROLE_ADMIN"}`,
		`{"skills":[{"id":"1"},{}],"devices":[{"id":"00000000-0000-0000-0000-00000000000a"},7]}`, `{"doNotDisturb":"On","enabled":"False"}`,
		`{"id":"` + id(bob) + `","uri":null,"path":""}`, `{"password":"Bobs-Passw0rd!","changePasswordOnFirstLogin":1}`, "{\"firstName\":\"\xff\"}",
		`{"userName":"BOB","emailAddress":""}`, `{"a/b":1,"~":{"c":[]}}`,
	} {
		f.Add(body, true)
		f.Add(body, false)
	}
	e := newEnv(f)
	may := user.AttributesOf(user.AttrFirstName, user.AttrLastName, user.AttrRoles, user.AttrGranted, user.AttrProfiles,
		user.AttrSkills, // reset with the role
		user.AttrPassword, user.AttrPasswordChanged, user.AttrUpdated)
	f.Fuzz(func(t *testing.T, body string, create bool) {
		e := env{TB: t, host: e.host, handler: e.handler}
		method, path := "PUT", at(bob)
		if create {
			method, path = "POST", "/api/v2/users"
		}
		before, revision := e.user(bob), e.revision()
		w := httptest.NewRecorder()
		r := request(method, path, body)
		r.SetBasicAuth(logins[ann], secret)
		e.handler.ServeHTTP(w, r)
		a := decode(t, w)
		if a.HTTP >= http.StatusInternalServerError || (a.HTTP == http.StatusOK) != (*a.Code == 0) {
			t.Fatalf("%d %s", a.HTTP, a.Text)
		}
		if a.HTTP != http.StatusOK && e.revision() != revision {
			t.Fatalf("refused with %s, and changed", a.Text)
		}
		if changed := user.ChangedAttributes(before, e.user(bob)).Without(may); changed != 0 || create && e.user(bob).Version != before.Version {
			t.Fatalf("changed %s", changed)
		}
	})
}

// FuzzRead: a query and an id of any sort are answered in the vendor's form, and an id that is
// found is that of the user.
func FuzzRead(f *testing.F) {
	for _, query := range []string{
		"", "fields=*", "fields=id,roles&subresources=*", "userName=bob&fields=*", "enabled=maybe", "id=" + id(bob), "a;b=%zz", "fields=password",
		"path=%2Fusers%2F1", "=&&=", "roles=ROLE_ADMIN&roles=ROLE_AGENT",
	} {
		f.Add(query, id(bob))
		f.Add(query, "%zz/../"+id(hank))
	}
	e := newEnv(f)
	f.Fuzz(func(t *testing.T, query, n string) {
		for _, path := range []string{"/api/v2/users", "/api/v2/me", "/api/v2/users/" + n} {
			r := &http.Request{Method: "GET", URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{}, Host: "h"}
			r.SetBasicAuth(logins[ann], secret)
			w := httptest.NewRecorder()
			e.handler.ServeHTTP(w, r)
			a := decode(t, w)
			if a.HTTP >= http.StatusInternalServerError || (a.HTTP == http.StatusOK) != (*a.Code == 0) {
				t.Fatalf("%s: %d %s", path, a.HTTP, a.Text)
			}
			if found := a.User["id"]; found != nil && path != "/api/v2/me" && n != "" && found != strings.ToLower(n) {
				t.Fatalf("%q found %v", n, found)
			}
		}
	})
}

// FuzzAuthorization: only a header with a user's login and password is accepted.
func FuzzAuthorization(f *testing.F) {
	for _, header := range []string{
		"", "Basic", "Basic Ym9i", "Basic Ym9iOg==", "Bearer x", "basic Ym9iOkRlbW8tUGFzc3cwcmQh", "Basic " + strings.Repeat("A", 1000),
	} {
		f.Add(header)
	}
	e := newEnv(f)
	f.Fuzz(func(t *testing.T, header string) {
		r := request("GET", "/api/v2/me", "")
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, r)
		a := decode(t, w)
		_, encoded, _ := strings.Cut(header, " ")
		plain, _ := base64.StdEncoding.DecodeString(encoded)
		if a.HTTP != http.StatusUnauthorized && !strings.HasSuffix(string(plain), ":"+secret) {
			t.Fatalf("%q: %d %s", header, a.HTTP, a.Text)
		}
	})
}
