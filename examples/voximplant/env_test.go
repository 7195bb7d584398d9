package voximplant_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/examples/voximplant"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// now is when every test happens.
var now = time.Date(2026, 3, 1, 12, 30, 15, 0, time.UTC)

// env is a directory with the API over it. Users 1 and 2 (ann, bob), 3 and 55 (cas, dan) are in
// application 1, 60 (eve) in application 2; those from 100 on are the staff, one for each role,
// whose API key is "key-" and the role's name.
type env struct {
	t       testing.TB
	dir     *roster.Directory
	host    roster.Handle
	realm   *vendorhttp.Credentials
	handler http.Handler
}

var staff = []user.Role{
	user.Owner, user.Admin, user.UserManager, user.Developer, user.Supervisor, user.Accountant, user.Support,
	user.CallListManager, user.Verification, user.Scenarios, user.ACDManager, user.CallHistory,
}

func seed() vendorhttp.SeedData {
	member := func(id user.ID, login, display string, app user.ApplicationID) vendorhttp.SeedUser {
		return vendorhttp.SeedUser{Password: roster.PasswordOf("Demo-Passw0rd!"), User: user.User{
			ID: id, Identity: user.Identity{Login: login}, Names: user.Names{Display: display},
			Access: user.Access{Applications: user.IDSetOf(app)},
		}}
	}
	demo := vendorhttp.SeedAccount{
		Settings: user.Account{ID: "demo", Name: "demo", Currency: "USD"}, Number: 1, Email: "owner@demo.example", Funds: "100.00",
		References: []user.Reference{
			{Kind: user.ReferenceApplication, ID: 1, Name: "myapp"},
			{Kind: user.ReferenceApplication, ID: 2, Name: "other.app"},
			{Kind: user.ReferenceSkill, ID: 1, Name: "support"},
			{Kind: user.ReferenceSkill, ID: 2, Name: "sales"},
			{Kind: user.ReferenceQueue, ID: 1, Name: "first", AutoLink: true},
		},
		Users: []vendorhttp.SeedUser{
			member(1, "ann", "Ann Zwart", 1), member(2, "bob", "Bob Aal", 1), member(3, "cas", "Cas", 1),
			member(55, "dan", "Dan", 1), member(60, "eve", "Eve", 2),
		},
	}
	demo.Users[0].User.Capacity.Skills = user.IDSetOf[user.SkillID](1, 2)
	demo.Users[0].User.Capacity.Queues = user.IDSetOf[user.QueueID](1)
	demo.Users[0].Status = user.Ready
	demo.Users[1].User.Capacity.Skills = user.IDSetOf[user.SkillID](1)
	demo.Users[2].User.Access.Disabled = true
	s := vendorhttp.SeedData{}
	for i, role := range staff {
		id := user.ID(100 + i)
		demo.Users = append(demo.Users, vendorhttp.SeedUser{User: user.User{
			ID: id, Identity: user.Identity{Login: "staff-" + role.String()}, Access: user.Access{Granted: user.RolesOf(role)},
		}})
		s.Keys = append(s.Keys, vendorhttp.Key{
			Vendor: vendorhttp.Voximplant, Secret: roster.PasswordOf("key-" + role.String()), Account: "demo", User: id,
		})
	}
	other := vendorhttp.SeedAccount{
		Settings: user.Account{ID: "other", Name: "other", Currency: "EUR"}, Number: 2,
		References: []user.Reference{{Kind: user.ReferenceApplication, ID: 1, Name: "theirs"}},
		Users:      []vendorhttp.SeedUser{{User: user.User{ID: 1, Identity: user.Identity{Login: "boss"}, Access: user.Access{Granted: user.RolesOf(user.Owner)}}}},
	}
	s.Accounts = []vendorhttp.SeedAccount{demo, other}
	s.Keys = append(s.Keys,
		vendorhttp.Key{Vendor: vendorhttp.Voximplant, Secret: roster.PasswordOf("key-other"), Account: "other", User: 1},
		vendorhttp.Key{Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("key-omnidesk"), Account: "demo", User: 100},
		vendorhttp.Key{Vendor: vendorhttp.Voximplant, ID: "kid-1", PublicKey: publicPEM(), Account: "demo", User: 100})
	return s
}

func newEnv(t testing.TB, opts ...roster.Option) *env {
	t.Helper()
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	clock := func() time.Time { return now }
	dir := roster.New(store, append([]roster.Option{roster.WithClock(clock), roster.WithHasher(vendorhttptest.Hasher{})}, opts...)...)
	realm, err := vendorhttp.Seed(context.Background(), dir, seed())
	if err != nil {
		t.Fatal(err)
	}
	return &env{
		t: t, dir: dir, host: dir.As("demo", roster.SystemActor()), realm: realm,
		handler: described.Checked(t, voximplant.New(dir, realm, vendorhttp.Options{Clock: clock, Faults: vendorhttp.HeaderFaults})),
	}
}

// reply is any reply of the API.
type reply struct {
	Result  json.RawMessage `json:"result"`
	UserID  user.ID         `json:"user_id"`
	Balance json.Number     `json:"balance"`
	Count   int             `json:"count"`
	Total   int             `json:"total_count"`
	Error   apiError        `json:"error"`
	Errors  []apiError      `json:"errors"`
	users   []info
}

type apiError struct {
	Msg   string `json:"msg"`
	Code  int    `json:"code"`
	Field string `json:"field_name"`
}

// info is a UserInfoType.
type info struct {
	ID       user.ID      `json:"user_id"`
	Name     string       `json:"user_name"`
	Display  string       `json:"user_display_name"`
	Active   *bool        `json:"user_active"`
	Parent   *bool        `json:"parent_accounting"`
	Live     *json.Number `json:"live_balance"`
	Balance  json.Number  `json:"balance"`
	Fixed    json.Number  `json:"fixed_balance"`
	Custom   string       `json:"user_custom_data"`
	Skills   []skill      `json:"skills"`
	Queues   []queue      `json:"acd_queues"`
	Status   string       `json:"acd_status"`
	Since    string       `json:"acd_status_change_time"`
	Created  string       `json:"created"`
	Modified string       `json:"modified"`
}

type skill struct {
	ID   int    `json:"skill_id"`
	Name string `json:"skill_name"`
}

type queue struct {
	ID       int    `json:"acd_queue_id"`
	Name     string `json:"acd_queue_name"`
	AutoLink bool   `json:"auto_link"`
}

const login = "account_id=1&api_key=key-owner"

// call calls a method as the owner, by GET.
func (e *env) call(method, query string) reply { return e.as(user.Owner, method, query) }

func (e *env) as(role user.Role, method, query string) reply {
	e.t.Helper()
	return e.send(httptest.NewRequest("GET", "/platform_api/"+method+"/?account_id=1&api_key=key-"+role.String()+"&"+query, nil))
}

func (e *env) send(r *http.Request) reply {
	e.t.Helper()
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json;charset=utf-8" {
		e.t.Fatalf("status %d, %s: %s", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	return decode(e.t, w.Body.String())
}

func decode(t testing.TB, body string) reply {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	var out reply
	if err := dec.Decode(&out); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if strings.HasPrefix(string(out.Result), "[") {
		if err := json.Unmarshal(out.Result, &out.users); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
	}
	return out
}

// ok fails unless the reply is a success.
func (e *env) ok(r reply) reply {
	e.t.Helper()
	if r.Error.Code != 0 || r.Result == nil {
		e.t.Fatalf("refused: %+v", r.Errors)
	}
	return r
}

// refused fails unless the reply's first error has the code and the field.
func (e *env) refused(r reply, code int, field string) {
	e.t.Helper()
	if r.Error.Code != code || r.Error.Field != field || len(r.Errors) == 0 || r.Errors[0] != r.Error || r.Error.Msg == "" {
		e.t.Fatalf("got %+v, want code %d of %q", r, code, field)
	}
}

// user reads a user from the directory itself.
func (e *env) user(id user.ID) user.User {
	e.t.Helper()
	u, err := e.host.Get(context.Background(), id)
	if err != nil {
		e.t.Fatal(err)
	}
	return u
}

// gone fails unless the user is deleted.
func (e *env) gone(id user.ID) {
	e.t.Helper()
	if u, err := e.host.GetDeleted(context.Background(), id); err != nil || u.Live() {
		e.t.Errorf("user %d is still there (%v)", id, err)
	}
}

// funds returns what users have, the account first.
func (e *env) funds(ids ...user.ID) string {
	e.t.Helper()
	account, err := e.host.Balance(context.Background())
	if err != nil {
		e.t.Fatal(err)
	}
	list, err := e.host.Balances(context.Background(), ids...)
	if err != nil {
		e.t.Fatal(err)
	}
	text := account.Text()
	for _, f := range list {
		text += " " + f.Own.Text()
	}
	return text
}

func (e *env) revision() user.Revision {
	rev, err := e.host.Revision(context.Background())
	if err != nil {
		e.t.Fatal(err)
	}
	return rev
}

// params returns the query with some parameters set, or left out if the value is "-".
func params(base string, pairs ...string) string {
	values, _ := url.ParseQuery(base)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "-" {
			values.Del(pairs[i])
			continue
		}
		values.Set(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

func names(list []info) string {
	var texts []string
	for _, u := range list {
		texts = append(texts, u.Name)
	}
	return strings.Join(texts, " ")
}

func userID(n int) user.ID { return user.ID(n) }

// dirOther is the other account, as its host sees it.
func (e *env) dirOther() roster.Handle { return e.dir.As("other", roster.SystemActor()) }
