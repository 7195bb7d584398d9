package scim_test

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/user"
)

// TestTenants checks that a token finds and changes nothing of another account.
func TestTenants(t *testing.T) {
	e := newEnv(t)
	e.populate()
	before := e.revision()
	for _, path := range []string{"/Users/3", "/Users/6"} {
		for method, body := range map[string]string{
			"GET": "", "DELETE": "", "PATCH": patch(`{"op":"replace","path":"active","value":false}`),
			"PUT": `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x@other"}`,
		} {
			refused(t, e.send(method, path, body, "Authorization", otherToken), 404, "")
		}
	}
	for _, path := range []string{"/Users", "/Users?sortBy=displayName", `/Users?filter=userName+co+"a"`, `/Users?cursor=`} {
		if got := e.send("GET", path, "", "Authorization", otherToken); logins(t, got) != "ada alex" || strings.Contains(got.text, "@acme") {
			t.Errorf("%s: %s", path, got.text)
		}
	}
	if got := e.send("PATCH", "/Groups/g1", patch(`{"op":"add","path":"members","value":[{"value":"3"}]}`), "Authorization", otherToken); got.status != 400 {
		t.Error(got.text)
	}
	e.steps(step{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@other"}`, 201, ""}) // a login of the other account is free here
	if got := e.revision(); got != before+1 {
		t.Errorf("revision %d, was %d", got, before)
	}
}

// TestPolicy checks that the user of the token decides what a call may do.
func TestPolicy(t *testing.T) {
	e := newEnv(t)
	e.populate()
	before := e.revision()
	for _, s := range []step{
		{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x@acme"}`, 403, ""},
		{"PATCH", "/Users/1", patch(`{"op":"replace","path":"active","value":false}`), 403, ""}, {"DELETE", "/Users/3", "", 403, ""},
		{"PATCH", "/Me", patch(`{"op":"add","path":"roles","value":"owner"}`), 403, ""}, {"POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"X"}`, 403, ""},
		{"PATCH", "/Groups/g1", patch(`{"op":"replace","path":"displayName","value":"X"}`), 403, ""}, {"DELETE", "/Groups/g1", "", 403, ""},
	} {
		got := e.send(s.method, s.path, s.body, "Authorization", agentToken)
		if got.status != 403 && got.status != 404 { // who may not see a user cannot know that there is one
			t.Errorf("%s %s: %d %s", s.method, s.path, got.status, got.text)
		}
	}
	if e.revision() != before {
		t.Error("a call that is refused changed something")
	}
	if got := e.send("GET", "/Me", "", "Authorization", agentToken); got.status != 200 || got.body["id"] != "2" {
		t.Error(got.text)
	}
}

func TestLosingARoleResetsChatsInTheSameWrite(t *testing.T) {
	for name, s := range map[string]step{
		"PATCH": {"PATCH", "/Users/2", patch(`{"op":"replace","path":"roles","value":["supervisor"]}`), 200, ""},
		"PUT":   {"PUT", "/Users/2", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"alex@acme","roles":[{"value":"supervisor"}]}`, 200, ""},
	} {
		e := newEnv(t)
		if e.user(2).Capacity.MaxChats != 4 {
			t.Fatal("the agent has no chats")
		}
		before := e.revision()
		s.want = `{"roles":[{"value":"supervisor"}],"` + rosterURN + `":{"maxChats":0}}`
		e.steps(s)
		if e.user(2).Capacity.MaxChats != 0 || e.revision() != before+1 {
			t.Errorf("%s: %d chats, %d writes", name, e.user(2).Capacity.MaxChats, e.revision()-before)
		}
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	for _, s := range []step{
		{"DELETE", "/Users/1", "", 409, ""}, {"DELETE", "/Me", "", 409, ""}, {"PATCH", "/Users/1", patch(`{"op":"replace","path":"active","value":false}`), 409, ""},
		{"PATCH", "/Users/1", patch(`{"op":"replace","path":"roles","value":["agent"]}`), 409, ""}, {"PATCH", "/Users/1", patch(`{"op":"remove","path":"roles"}`), 409, ""},
		{"PUT", "/Users/1", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme","roles":[]}`, 409, ""},
	} {
		got := e.send(s.method, s.path, s.body)
		if got.status != s.status || !strings.Contains(got.text, "administrator") {
			t.Errorf("%s %s: %d %s", s.method, s.path, got.status, got.text)
		}
	}
	if e.revision() != before {
		t.Error("a call that is refused changed something")
	}
}

// TestSecrets checks that no reply and no log holds a password, a token or an unknown name.
func TestSecrets(t *testing.T) {
	const secret = "S3cret-Of-Ann!"
	const typo = "S3cre-In-A-Wrong-Place" // no reply repeats it; the log shows where it stood
	e := newEnv(t)
	var replies strings.Builder
	for _, s := range []step{
		{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann@acme","password":"` + secret + `"}`, 201, ""},
		{"GET", "/Users/3", "", 200, ""}, {"GET", "/Users/3?attributes=password", "", 200, ""}, {"GET", `/Users?filter=userName+eq+"ann@acme"&attributes=password,userName`, "", 200, ""},
		{"PATCH", "/Users/3", patch(`{"op":"replace","path":"password","value":"` + secret + `2"}`), 200, ""},
		{"PATCH", "/Users/3", patch(`{"op":"replace","value":{"password":"` + secret + `3"}}`), 200, ""},
		{"PUT", "/Users/3", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann@acme","password":"` + secret + `4"}`, 200, ""},
		{"GET", `/Users?filter=password+eq+"` + secret + `"`, "", 400, ""}, {"GET", "/Users?" + secret + "=1", "", 400, ""}, {"GET", "/Users?sortBy=" + typo, "", 400, ""}, {"GET", "/Users?attributes=" + typo, "", 400, ""},
		{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x@acme","` + secret + `":1}`, 400, ""},
		{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x@acme","password":{"` + secret + `":1}}`, 400, ""},
		{"PATCH", "/Users/3", patch(`{"op":"replace","path":"` + typo + `","value":"x"}`), 400, ""}, {"PATCH", "/Users/3", patch(`{"op":"` + typo + `","path":"password","value":"x"}`), 400, ""},
		{"POST", "/Bulk", bulk(`{"method":"POST","bulkId":"a","path":"/Users","data":{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bo@acme","password":"` + secret + `"}}`), 200, ""},
		{"POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"z@acme","password":"` + secret, 400, ""},
	} {
		got := e.send(s.method, s.path, s.body)
		if got.status != s.status {
			t.Errorf("%s %s: %d %s", s.method, s.path, got.status, got.text)
		}
		replies.WriteString(got.text)
	}
	if got := e.send("GET", "/Users", "", "Authorization", "Bearer "+secret); got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" {
		t.Error(got.status)
	}
	if strings.Contains(replies.String(), typo) {
		t.Errorf("a reply repeats what was sent: %s", replies.String())
	}
	for what, text := range map[string]string{"reply": replies.String(), "log": e.log.String()} {
		if strings.Contains(text, "S3cret") || strings.Contains(text, "admin-token") {
			t.Errorf("a %s holds a secret: %s", what, text)
		}
	}
	if strings.Count(e.log.String(), "\n") < 10 {
		t.Error("there is no log")
	}
}

func TestAuthorization(t *testing.T) {
	e := newEnv(t)
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer x", "Basic YWRhOng=", "Basic admin-token", "admin-token", "Bearer admin-token x", "Bearer admin-token2"} {
		got := e.send("GET", "/Users", "", "Authorization", header)
		if refused(t, got, 401, ""); !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%q: WWW-Authenticate %q", header, got.header.Get("WWW-Authenticate"))
		}
	}
	if got := e.send("GET", "/Users", "", "Authorization", "bearer admin-token"); got.status != 200 {
		t.Error(got.text)
	}
	e.steps(step{"PATCH", "/Users/2", patch(`{"op":"replace","path":"active","value":false}`), 200, ""})
	if got := e.send("GET", "/Me", "", "Authorization", agentToken); got.status != 401 && got.status != 403 {
		t.Errorf("a disabled user's token: %d %s", got.status, got.text)
	}
}

// An extension that is there twice, in two spellings, is refused: one of them would be lost.
func TestAnExtensionTwice(t *testing.T) {
	e := newEnv(t)
	const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	body := `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kim@acme","` +
		enterprise + `":{"employeeNumber":"7"},"` + strings.ToUpper(enterprise) + `":{"employeeNumber":"8"}}`
	refused(t, e.send("POST", "/Users", body), 400, "invalidSyntax")
}

// TestLoad lets eight clients change one group and its members at once: nothing is lost.
func TestLoad(t *testing.T) {
	e := newEnv(t)
	clients, each := 8, 5
	if os.Getenv("CI") == "true" {
		each = 20
	}
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range each {
				got := e.send("POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u`+user.ID(e.revision()).String()+`@acme"}`)
				if got.status == 409 { // another client took the login
					continue
				}
				id, _ := got.body["id"].(string)
				for _, s := range []step{
					{"PATCH", "/Users/" + id, patch(`{"op":"add","path":"roles","value":"agent"},{"op":"replace","path":"` + rosterURN + `:maxChats","value":2}`), 200, ""},
					{"PATCH", "/Groups/g1", patch(`{"op":"add","path":"members","value":[{"value":"` + id + `"}]}`), 200, ""},
					{"GET", `/Users?filter=groups+eq+"g1"+and+id+eq+"` + id + `"`, "", 200, ""},
				} {
					if got := e.send(s.method, s.path, s.body); got.status != s.status {
						t.Errorf("%s %s: %d %s", s.method, s.path, got.status, got.text)
					}
				}
			}
		})
	}
	wg.Wait()
	users, members := e.send("GET", "/Users?count=1", "").body["totalResults"].(float64), e.send("GET", "/Groups/g1", "").body["members"].([]any)
	if int(users)-2 != len(members) || len(members) < each {
		t.Errorf("%v users, %d members", users, len(members))
	}
}
