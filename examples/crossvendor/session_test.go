package crossvendor_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/liveperson"
)

// TestOneSignIn: a token of LivePerson ends at once by the events that end sign-ins, whichever API
// they come by, and by nothing else.
func TestOneSignIn(t *testing.T) {
	for _, tt := range []struct {
		event call
		ends  bool
	}{
		{cloud("PUT", 2, `{"password":"Genesys-Passw0rd"}`), true},
		{cloud("PUT", 2, `{"roles":["ROLE_ADMIN"]}`), true},
		{cloud("DELETE", 2, ""), true},
		{platform("SetUserInfo", "user_id=2&user_password=Voximplant-1!"), true},
		{platform("SetUserInfo", "user_id=2&user_active=false"), true},
		{platform("DelUser", "user_id=2"), true},
		{person("PUT", "/2/resetPassword", `{"newPassword":"LivePerson-1"}`), true},
		{cloud("PUT", 2, `{"firstName":"Kim"}`), false},
		{cloud("PUT", 2, `{"roles":["ROLE_ADMIN","ROLE_AGENT"]}`), false},
		{platform("SetUserInfo", "user_id=2&user_display_name=Kim"), false},
		{platform("TransferMoneyToUser", "user_id=2&amount=1"), false},
		{desk("POST /statusLock", "userID=2&status=8"), false},
		{platform("SetUserInfo", "user_id=1&user_display_name=Boss"), false},
	} {
		e := newEnv(t)
		token := e.token("agent-north", secret)
		if got := e.get("/2", token); got != 200 {
			t.Fatalf("the token answers %d", got)
		}
		e.done(tt.event)
		want := 200
		if tt.ends {
			want = 401
		}
		if got := e.get("/2", token); got != want {
			t.Errorf("after %s the token answers %d, want %d", tt.event, got, want)
		}
	}
}

// token signs a user of north in at LivePerson.
func (e *env) token(name, plain string) string {
	e.t.Helper()
	body := strings.NewReader(`{"username":"` + name + `","password":"` + plain + `"}`)
	response, err := e.north.http.Post(e.url+liveperson.Prefix+"north/login?v=1.3", "application/json", body)
	e.ok(err)
	defer func() { _ = response.Body.Close() }()
	var in struct{ Bearer string }
	e.ok(json.NewDecoder(response.Body).Decode(&in))
	return in.Bearer
}

// get reads a user of north with a token and returns the status.
func (e *env) get(path, token string) int {
	e.t.Helper()
	r, err := e.north.request(person("GET", path, ""))
	e.ok(err)
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	e.ok(err)
	_ = response.Body.Close()
	return response.StatusCode
}
