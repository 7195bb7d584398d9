package genesys_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// now is when every test happens.
var now = time.Date(2026, 3, 1, 12, 30, 15, 0, time.UTC)

// secret is the password of every user.
const secret = "Demo-Passw0rd!"

// The users of the account "demo". In "other" there is a user 1, boss, and a user 7, that "demo"
// does not have.
const (
	ann  = user.ID(1)  // ROLE_ADMIN
	bob  = user.ID(2)  // ROLE_AGENT, with skills and devices
	cas  = user.ID(3)  // ROLE_AGENT by a profile, and Supervisor; Do Not Disturb
	dan  = user.ID(4)  // Supervisor only: neither of the vendor's roles
	eve  = user.ID(5)  // ROLE_ADMIN and ROLE_AGENT, disabled
	fay  = user.ID(6)  // ROLE_AGENT, must change the password
	hank = user.ID(42) // no user has this number
)

func seed() vendorhttp.SeedData {
	member := func(id user.ID, login, first, last string, roles ...user.Role) vendorhttp.SeedUser {
		return vendorhttp.SeedUser{Password: roster.PasswordOf(secret), User: user.User{
			ID: id, Identity: user.Identity{Login: login}, Names: user.Names{First: first, Last: last},
			Access: user.Access{Granted: user.RolesOf(roles...)},
		}}
	}
	demo := vendorhttp.SeedAccount{
		Settings: user.Account{ID: "demo", Name: "demo", Currency: "USD"},
		References: []user.Reference{
			{Kind: user.ReferenceSkill, ID: 1, Name: "support", Description: "First line"},
			{Kind: user.ReferenceSkill, ID: 2, Name: "sales", Properties: user.ListOf(user.Property{Name: "level", Value: "3"})},
			{Kind: user.ReferenceSkill, ID: 9, Name: "telex"}, // is deleted while a user has it
			{Kind: user.ReferenceProfile, ID: 2, Name: "Agent", Profile: user.Profile{Role: user.Agent}},
			{Kind: user.ReferenceDevice, ID: 10, Name: "desk", Properties: user.ListOf(
				user.Property{Name: "deviceState", Value: "Active"}, user.Property{Name: "phoneNumber", Value: "5001"},
				user.Property{Name: "vendor", Value: "Polycom"}, user.Property{Name: "country.name", Value: "Netherlands"},
				user.Property{Name: "country.code", Value: "NL"},
				user.Property{Name: "capabilities", Value: "DoNotDisturbOn,ForwardCallsOn"},
			)},
		},
		Users: []vendorhttp.SeedUser{
			member(ann, "ann@demo.example", "Ann", "Zwart", user.Admin),
			member(bob, "bob", "Bob", "Aal", user.Agent),
			member(cas, "cas", "Cas", "Bos", user.Supervisor),
			member(dan, "dan", "Dan", "Dam", user.Supervisor),
			member(eve, "eve", "Eve", "Eik", user.Admin, user.Agent),
			member(fay, "fay", "Fay", "Fok", user.Agent),
		},
	}
	demo.Users[0].User.Contact.Email = "ann.zwart@mail.example"
	demo.Users[1].User.Capacity.Skills = user.IDSetOf[user.SkillID](1, 2, 9)
	demo.Users[1].User.Access.Devices = user.IDSetOf[user.DeviceID](10)
	demo.Users[2].User.Access.Profiles = user.IDSetOf[user.ProfileID](2)
	demo.Users[2].Status = user.DND
	demo.Users[4].User.Access.Disabled = true
	demo.Users[5].User.Credentials.ChangeNextLogin = true
	other := vendorhttp.SeedAccount{
		Settings: user.Account{ID: "other", Name: "other", Currency: "EUR"},
		Users:    []vendorhttp.SeedUser{member(1, "boss", "Bo", "Baas", user.Admin), member(7, "gus", "Gus", "Groen", user.Agent)},
	}
	other.Users[0].Password = roster.PasswordOf("Other-Passw0rd!")
	return vendorhttp.SeedData{Accounts: []vendorhttp.SeedAccount{demo, other}}
}

// env is a directory with the API over it.
type env struct {
	testing.TB
	dir     *roster.Directory
	host    roster.Handle
	handler http.Handler
	log     bytes.Buffer
}

func newEnv(t testing.TB) *env {
	t.Helper()
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	clock := func() time.Time { return now }
	dir := roster.New(store, roster.WithClock(clock), roster.WithHasher(vendorhttptest.Hasher{}))
	if _, err := vendorhttp.Seed(context.Background(), dir, seed()); err != nil {
		t.Fatal(err)
	}
	e := &env{TB: t, dir: dir, host: dir.As("demo", roster.SystemActor())}
	if err := e.host.DeleteReference(context.Background(), user.ReferenceSkill, 9); err != nil {
		t.Fatal(err)
	}
	e.handler = described.Checked(t, genesys.New(dir, genesys.Options{Account: "demo", Options: vendorhttp.Options{
		Clock: clock, Faults: vendorhttp.HeaderFaults,
		Log: func(entry vendorhttp.Entry) { fmt.Fprintf(&e.log, "%+v\n", entry) },
	}}))
	return e
}

// logins are the users by the name of their variable.
var logins = map[user.ID]string{ann: "ann@demo.example", bob: "bob", cas: "cas", dan: "dan", eve: "eve", fay: "fay"}

// id is an id as the API writes it.
func id(n user.ID) string { return fmt.Sprintf("%032x", int64(n)) }

func at(n user.ID) string { return "/api/v2/users/" + id(n) }

// answer is any reply of the API.
type answer struct {
	HTTP    int             `json:"-"`
	Header  http.Header     `json:"-"`
	Text    string          `json:"-"`
	Code    *int            `json:"statusCode"`
	Message string          `json:"statusMessage"`
	ID      string          `json:"id"`
	Path    string          `json:"path"`
	URI     string          `json:"uri"`
	URIs    []string        `json:"uris"`
	User    map[string]any  `json:"user"`
	Users   []person        `json:"users"`
	Rest    json.RawMessage `json:"-"`
}

type person = map[string]any

func (e *env) as(who user.ID, method, path, body string) answer {
	e.Helper()
	r := request(method, path, body)
	r.SetBasicAuth(logins[who], secret)
	return e.send(r)
}

func request(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body == "" {
		r.Body = http.NoBody
		r.ContentLength = 0
		return r
	}
	r.Header.Set("Content-Type", "application/json")
	return r
}

func (e *env) send(r *http.Request) answer {
	e.Helper()
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	return decode(e, w)
}

func decode(t testing.TB, w *httptest.ResponseRecorder) answer {
	t.Helper()
	a := answer{HTTP: w.Code, Header: w.Header(), Text: w.Body.String()}
	if got := w.Header().Get("Content-Type"); got != "application/json;charset=UTF-8" {
		t.Errorf("content type %q", got)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || a.Code == nil {
		t.Fatalf("%v: %d %s", err, w.Code, w.Body)
	}
	return a
}

// ok fails unless the answer is a success.
func (e *env) ok(a answer) answer {
	e.Helper()
	if a.HTTP != http.StatusOK || *a.Code != 0 || a.Message != "" {
		e.Fatalf("refused: %d %s", a.HTTP, a.Text)
	}
	return a
}

// refused fails unless the answer is an error with this status, code and message, and nothing else.
func (e *env) refused(a answer, status, code int, message string) {
	e.Helper()
	want, err := json.Marshal(struct {
		Code    int    `json:"statusCode"`
		Message string `json:"statusMessage"`
	}{code, message})
	if err != nil || a.HTTP != status || a.Text != string(want) {
		e.Errorf("got %d %s, want %d %s", a.HTTP, a.Text, status, want)
	}
}

// user reads a user from the directory itself.
func (e *env) user(id user.ID) user.User {
	e.Helper()
	u, err := e.host.Get(context.Background(), id)
	if err != nil {
		e.Fatal(err)
	}
	return u
}

func (e *env) revision() user.Revision {
	rev, err := e.host.Revision(context.Background())
	if err != nil {
		e.Fatal(err)
	}
	return rev
}

// unchanged fails if fn changes the directory.
func (e *env) unchanged(fn func()) {
	e.Helper()
	before := e.revision()
	fn()
	if after := e.revision(); after != before {
		e.Errorf("the directory changed: revision %d, was %d", after, before)
	}
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// newcomer is a body of POST with the five that are required.
const newcomer = `{"firstName":"Kim","lastName":"Kok","userName":"kim@demo.example","password":"Kims-Passw0rd!","roles":["ROLE_AGENT"]}`
