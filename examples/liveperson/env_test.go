package liveperson_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// start is when every test begins.
var start = time.Date(2015, 6, 22, 19, 20, 3, 0, time.UTC)

// The people of account "demo", and their tokens.
const (
	boss    user.ID = 1 // administrator; token "t-boss"
	agent   user.ID = 2 // agent of group 1; "t-agent"
	manager user.ID = 3 // agent manager of group 1; "t-manager"
	robot   user.ID = 4 // API user; the application key "app-1" with the secret "s3cret-app"
	planner user.ID = 5 // campaign manager; "t-planner"
	gone    user.ID = 6 // deleted
	other   user.ID = 7 // agent of group 2; "t-other"
	lpa     user.ID = 8 // "t-lpa"
	nobody  user.ID = 999
)

// The profiles, by the role that they give: LivePerson's role types.
const (
	adminProfile user.ProfileID = iota + 1
	agentProfile
	managerProfile
	campaignProfile
	lpaProfile
	plainProfile // gives none
)

const phrase = "Demo-Passw0rd!"

func profile(id user.ProfileID, role user.Role) user.Reference {
	return user.Reference{Kind: user.ReferenceProfile, ID: int64(id), Name: "P" + strconv.Itoa(int(id)), Profile: user.Profile{Role: role}}
}

func person(id user.ID, login string, p user.ProfileID) vendorhttp.SeedUser {
	return vendorhttp.SeedUser{Password: roster.PasswordOf(phrase), User: user.User{
		ID: id, Identity: user.Identity{Login: login}, Names: user.Names{Display: login, Full: "Full " + login},
		Contact: user.Contact{Email: login + "@demo.example"}, Access: user.Access{Profiles: user.IDSetOf(p)},
	}}
}

func seed() vendorhttp.SeedData {
	people := []vendorhttp.SeedUser{
		person(boss, "boss", adminProfile), person(agent, "agent", agentProfile), person(manager, "manager", managerProfile),
		person(robot, "robot", plainProfile), person(planner, "planner", campaignProfile), person(gone, "gone", agentProfile),
		person(other, "other", agentProfile), person(lpa, "lpa", lpaProfile),
	}
	a := &people[1].User
	a.Identity.PID, a.Identity.EmployeeID = "6ab1b0c0-pid", "E-2"
	a.Capacity = user.Capacity{
		MaxChats: 4, MaxAsyncChats: user.Some(10), MemberOf: user.Assignment{Group: 1}, Skills: user.IDSetOf[user.SkillID](7, 8),
	}
	people[2].User.Management.ManagerOf = user.ListOf(user.Assignment{Group: 1})
	people[3].Password = roster.Password{}
	people[3].User.Identity.APIUser, people[3].User.Access.AllowedAppKeys = true, "app-0,app-1"
	people[5].User.Capacity.MemberOf.Group = 1
	people[6].User.Capacity.MemberOf.Group = 2
	demo := vendorhttp.SeedAccount{
		Settings:   user.Account{ID: "demo", Currency: "USD", DefaultMaxAsyncChats: 25},
		References: []user.Reference{{Kind: user.ReferenceProfile, ID: int64(plainProfile), Name: "plain"}}, Users: people,
	}
	foreign := vendorhttp.SeedAccount{Settings: user.Account{ID: "foreign", Currency: "EUR"}}
	for id, role := range map[user.ProfileID]user.Role{
		adminProfile: user.Admin, agentProfile: user.Agent, managerProfile: user.AgentManager,
		campaignProfile: user.CampaignManager, lpaProfile: user.LPA,
		2359273612: user.Agent, 2359273512: user.AgentManager, // those of the document's example
	} {
		demo.References = append(demo.References, profile(id, role))
	}
	foreign.References = []user.Reference{profile(adminProfile, user.Admin)}
	foreign.Users = []vendorhttp.SeedUser{person(1, "boss", adminProfile), {User: user.User{ // as demo's robot, but an administrator
		ID: robot, Identity: user.Identity{Login: "robot", APIUser: true},
		Access: user.Access{Profiles: user.IDSetOf(adminProfile), AllowedAppKeys: "app-1"},
	}}}
	s := vendorhttp.SeedData{Accounts: []vendorhttp.SeedAccount{demo, foreign}}
	for id, token := range map[user.ID]roster.Password{
		boss: roster.PasswordOf("t-boss"), agent: roster.PasswordOf("t-agent"), manager: roster.PasswordOf("t-manager"), planner: roster.PasswordOf("t-planner"), other: roster.PasswordOf("t-other"), lpa: roster.PasswordOf("t-lpa"), gone: roster.PasswordOf("t-gone"),
	} {
		s.Keys = append(s.Keys, vendorhttp.Key{Vendor: vendorhttp.LivePerson, Secret: token, Account: "demo", User: id})
	}
	s.Keys = append(s.Keys,
		vendorhttp.Key{Vendor: vendorhttp.LivePerson, Secret: roster.PasswordOf("t-foreign"), Account: "foreign", User: 1},
		vendorhttp.Key{Vendor: vendorhttp.LivePerson, ID: "app-1", Secret: roster.PasswordOf("s3cret-app"), Account: "demo"},
		vendorhttp.Key{Vendor: vendorhttp.LivePerson, ID: "app-3", Secret: roster.PasswordOf("s3cret-of-boss"), Account: "demo", User: boss},
		vendorhttp.Key{Vendor: vendorhttp.LivePerson, ID: "app-2", Secret: roster.PasswordOf("s3cret-not-allowed"), Account: "demo"},
		vendorhttp.Key{Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("t-omnidesk"), Account: "demo", User: boss})
	return s
}

// env is a directory with the API over it.
type env struct {
	testing.TB
	ctx     context.Context
	dir     *roster.Directory
	host    roster.Handle
	realm   *vendorhttp.Credentials
	handler http.Handler
	now     time.Time
}

func newEnv(t testing.TB, set ...func(*liveperson.Options)) *env {
	t.Helper()
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	e := &env{TB: t, ctx: context.Background(), now: start}
	clock := func() time.Time { return e.now }
	e.dir = roster.New(store, roster.WithClock(clock), roster.WithHasher(vendorhttptest.Hasher{}))
	var err error
	e.realm, err = vendorhttp.Seed(e.ctx, e.dir, seed())
	e.ok(err)
	e.host = e.dir.As("demo", roster.SystemActor())
	_, err = e.host.Delete(e.ctx, gone)
	e.ok(err)
	opts := liveperson.Options{Options: vendorhttp.Options{Clock: clock, Faults: vendorhttp.HeaderFaults}}
	for _, s := range set {
		s(&opts)
	}
	e.handler = checked(t, opts, liveperson.New(e.dir, e.realm, opts))
	return e
}

func (e *env) ok(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

const usersURL = "/api/account/demo/configuration/le-users/users"

// answer is any answer, and refusal what it says if it is one.
type answer struct {
	*httptest.ResponseRecorder
	e *env
}

type refusal struct {
	Type    string    `json:"type"`
	Message string    `json:"message"`
	Errors  []problem `json:"errors"`
}

type problem struct {
	Path    string `json:"path"`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// send sends a request with a token. headers are pairs of name and value.
func (e *env) send(token, method, url, body string, headers ...string) answer {
	e.Helper()
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	return answer{w, e}
}

// boss sends a request as the administrator, to a path below the users'.
func (e *env) boss(method, path, body string, headers ...string) answer {
	e.Helper()
	return e.send("t-boss", method, withVersion(usersURL+path), body, headers...)
}

func withVersion(url string) string {
	switch {
	case strings.Contains(url, "v="):
		return url
	case strings.Contains(url, "?"):
		return url + "&v=6.0"
	}
	return url + "?v=6.0"
}

// is fails unless the answer has the status.
func (a answer) is(status int) answer {
	a.e.Helper()
	if a.Code != status {
		a.e.Fatalf("status %d, want %d: %s", a.Code, status, a.Body)
	}
	return a
}

// refused fails unless the answer is a refusal with the status and these problems, each "path
// code".
func (a answer) refused(status int, problems ...string) answer {
	a.e.Helper()
	a.is(status)
	var r refusal
	if err := json.Unmarshal(a.Body.Bytes(), &r); err != nil || r.Type == "" || r.Message == "" {
		a.e.Fatalf("no refusal: %v: %s", err, a.Body)
	}
	var got []string
	for _, p := range r.Errors {
		got = append(got, p.Path+" "+p.Code)
	}
	if d := cmp.Diff(problems, got); d != "" && len(problems)+len(got) > 0 {
		a.e.Fatalf("problems (-want +got):\n%s", d)
	}
	return a
}

func (a answer) object() map[string]any { return decode[map[string]any](a) }

func (a answer) objects() []map[string]any { return decode[[]map[string]any](a) }

func decode[T any](a answer) (v T) {
	a.e.Helper()
	dec := json.NewDecoder(bytes.NewReader(a.Body.Bytes()))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		a.e.Fatalf("%v: %s", err, a.Body)
	}
	return v
}

func (a answer) revision() string { return a.Header().Get("ac-revision") }

// user reads a user from the directory itself.
func (e *env) user(id user.ID) user.User {
	e.Helper()
	u, err := e.host.Get(e.ctx, id)
	e.ok(err)
	return u
}

func (e *env) revision() user.Revision {
	rev, err := e.host.Revision(e.ctx)
	e.ok(err)
	return rev
}

// put changes a user in the directory itself.
func (e *env) put(id user.ID, p user.Patch) {
	e.Helper()
	_, err := e.host.Patch(e.ctx, id, p)
	e.ok(err)
}

func path(id user.ID) string { return "/" + id.String() }

// body is a good body, with members set (null too), or left out if the value is omit.
func body(members ...any) string {
	m := map[string]any{
		"loginName": "kim", "fullName": "Kim Li", "nickname": "Kim", "isEnabled": true, "maxChats": 4, "email": "kim@demo.example",
		"profileIds": []int{int(agentProfile)}, "memberOf": map[string]any{"agentGroupId": 1}, "passwordSh": "pppppp",
	}
	for i := 0; i < len(members); i += 2 {
		if members[i+1] == omit {
			delete(m, members[i].(string))
			continue
		}
		m[members[i].(string)] = members[i+1]
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// change is a good body for a change of the agent, without the password.
func change(members ...any) string {
	return body(append([]any{
		"id", agent, "loginName", "agent", "fullName", "", "nickname", "agent", "email", "agent@demo.example", "passwordSh", omit,
	}, members...)...)
}

type omitted struct{}

var omit any = omitted{}
