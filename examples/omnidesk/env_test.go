package omnidesk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// start is when every test begins.
var start = time.Date(2026, 3, 1, 12, 30, 15, 0, time.UTC)

// env is a directory with the controller over it. In account acme are boss (1), whose address is
// that of the document's examples, ann (2), who is ready for two chats, cas (3), disabled, and
// dirk (4), ready for one chat; boss and ann have the statistic of the examples. In account other
// there is only eve (1).
type env struct {
	t       testing.TB
	now     time.Time
	dir     *roster.Directory
	host    roster.Handle
	handler http.Handler
}

// keys are the permissions of the keys of acme's boss. "YOUR_API_KEY" is what the document's
// examples send.
var keys = map[string]permission.Permissions{
	"YOUR_API_KEY": permission.VendorPermissions(),
	"key-read":     permission.PermissionsOf(permission.PermUserRead),
	"key-cud":      permission.PermissionsOf(permission.PermUserCUD),
	"key-reserve":  permission.PermissionsOf(permission.PermReserveUser),
	"key-browsing": permission.PermissionsOf(permission.PermUserAnonymousBrowsingUpdate),
}

func seed() vendorhttp.SeedData {
	example := user.ListOf(user.Statistic{Name: "text"})
	acme := vendorhttp.SeedAccount{
		Settings: user.Account{ID: "acme", Name: "acme", Currency: "EUR"},
		References: []user.Reference{
			{Kind: user.ReferenceView, ID: 1, Name: "Open tickets"}, {Kind: user.ReferenceView, ID: 2, Name: "My tickets"},
			{Kind: user.ReferenceView, ID: 3, Name: "Closed"},
		},
		Users: []vendorhttp.SeedUser{
			{User: user.User{
				ID: 1, Identity: user.Identity{Login: "boss"}, Names: user.Names{First: "Bo", Last: "Baas"},
				Contact: user.Contact{Email: "name@gmail.com"}, Preferences: user.Preferences{Statistics: example},
			}},
			{Status: user.Ready, User: user.User{
				ID: 2, Identity: user.Identity{Login: "ann"}, Names: user.Names{First: "Ann", Last: "de Vries"},
				Contact: user.Contact{Email: "ann@acme.example", Phone: "+31201234567", Language: "nl", DateFormat: "iso"},
				Access:  user.Access{Groups: user.IDSetOf[user.GroupID](1, 7)}, Capacity: user.Capacity{MaxChats: 2},
				Preferences: user.Preferences{
					ChatSound: true, NotifyAssignment: true, Incognito: true, AutoAnswer: true,
					Views: user.IDSetOf[user.ViewID](1, 2), Statistics: example,
					Campaigns: user.ListOf(user.Campaign{Name: "spring", Active: true}),
				},
			}},
			{User: user.User{ID: 3, Identity: user.Identity{Login: "cas"}, Access: user.Access{Disabled: true}}},
			{Status: user.Ready, User: user.User{
				ID: 4, Identity: user.Identity{Login: "dirk"}, Capacity: user.Capacity{MaxChats: 1},
				Contact: user.Contact{Email: "dirk@acme.example"},
			}},
		},
	}
	other := vendorhttp.SeedAccount{
		Settings: user.Account{ID: "other", Name: "other", Currency: "EUR"},
		Users: []vendorhttp.SeedUser{{User: user.User{
			ID: 1, Identity: user.Identity{Login: "eve"}, Contact: user.Contact{Email: "eve@other.example"},
		}}},
	}
	s := vendorhttp.SeedData{Accounts: []vendorhttp.SeedAccount{acme, other}}
	for secret, permissions := range keys {
		s.Keys = append(s.Keys, vendorhttp.Key{
			Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf(secret), Account: "acme", User: 1, Permissions: permissions,
		})
	}
	s.Keys = append(s.Keys,
		vendorhttp.Key{Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("key-nobody"), Account: "acme", Permissions: permission.VendorPermissions()},
		vendorhttp.Key{Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("key-cas"), Account: "acme", User: 3, Permissions: permission.VendorPermissions()},
		vendorhttp.Key{Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("key-none"), Account: "acme", User: 1},
		vendorhttp.Key{Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("key-other"), Account: "other", User: 1,
			Permissions: permission.VendorPermissions()},
		vendorhttp.Key{Vendor: vendorhttp.Voximplant, Secret: roster.PasswordOf("key-voximplant"), Account: "acme", User: 1,
			Permissions: permission.VendorPermissions()})
	return s
}

func newEnv(t testing.TB) *env { return newEnvWith(t, omnidesk.Options{}) }

func newEnvWith(t testing.TB, opts omnidesk.Options) *env {
	t.Helper()
	return newEnvOn(t, memstore.New(), opts)
}

func newEnvOn(t testing.TB, store storage.Storage, opts omnidesk.Options) *env {
	t.Helper()
	e := &env{t: t, now: start}
	t.Cleanup(func() { _ = store.Close() })
	clock := func() time.Time { return e.now }
	e.dir = roster.New(store, roster.WithClock(clock), roster.WithHasher(vendorhttptest.Hasher{}))
	realm, err := vendorhttp.Seed(context.Background(), e.dir, seed())
	if err != nil {
		t.Fatal(err)
	}
	opts.Clock = clock
	e.host = e.dir.As("acme", roster.SystemActor())
	e.handler = checked(t, opts, omnidesk.New(e.dir, realm, opts))
	return e
}

// answer is any answer of the controller.
type answer struct {
	Code      int         `json:"-"`
	Header    http.Header `json:"-"`
	Text      string      `json:"-"`
	Type      string      `json:"type"`
	Status    string      `json:"status"`
	Message   string      `json:"message"`
	Errors    []problem   `json:"errors"`
	ItemStart *int        `json:"itemStart"`
	ItemTotal *int        `json:"itemTotal"`
	ItemLimit *int        `json:"itemLimit"`
	Items     []item      `json:"items"`
	Item      item        `json:"item"`
	UserID    user.ID     `json:"userID"`
	Until     string      `json:"reservedUntil"`
}

type problem struct{ Field, Code, Message string }

type item = map[string]any

// send sends a request as it is.
func (e *env) send(r *http.Request) answer {
	e.t.Helper()
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		e.t.Fatalf("%s %s: status %d, content type %q: %s", r.Method, r.URL, w.Code, got, w.Body)
	}
	a := answer{Code: w.Code, Header: w.Header(), Text: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		e.t.Fatalf("%s %s: %v: %s", r.Method, r.URL, err, w.Body)
	}
	return a
}

// request makes a request with the key of the examples. GET has its parameters in the query, the
// others in a form.
func request(method, path, params string) *http.Request {
	path = omnidesk.Base + path
	var r *http.Request
	if method == http.MethodGet {
		r = httptest.NewRequest(method, path+"?"+params, nil)
	} else {
		r = httptest.NewRequest(method, path, strings.NewReader(params))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("apiKey", "YOUR_API_KEY")
	return r
}

// call makes a call with the key of the examples.
func (e *env) call(method, path, params string) answer {
	e.t.Helper()
	return e.send(request(method, path, params))
}

// as makes a call with another key.
func (e *env) as(key, method, path, params string) answer {
	e.t.Helper()
	r := request(method, path, params)
	r.Header.Set("apiKey", key)
	return e.send(r)
}

// inJSON makes a call with a JSON body.
func (e *env) inJSON(method, path, body string) answer {
	e.t.Helper()
	r := request(method, path, "")
	r = httptest.NewRequest(method, r.URL.Path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("apiKey", "YOUR_API_KEY")
	return e.send(r)
}

// inMultipart makes a call with a multipart body.
func (e *env) inMultipart(method, path string, pairs ...string) answer {
	e.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1])
	}
	_ = w.Close()
	r := httptest.NewRequest(method, omnidesk.Base+path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("apiKey", "YOUR_API_KEY")
	return e.send(r)
}

// ok fails unless the answer is a success of the type.
func (e *env) ok(a answer, kind string) answer {
	e.t.Helper()
	if a.Code != http.StatusOK || a.Type != kind || a.Status != "" {
		e.t.Fatalf("status %d, want 200 and a %s: %s", a.Code, kind, a.Text)
	}
	return a
}

// done is ok for a call that answers with a message.
func (e *env) done(a answer) answer {
	e.t.Helper()
	if e.ok(a, "result"); a.Message == "" {
		e.t.Fatalf("no message: %s", a.Text)
	}
	return a
}

// refused fails unless the answer is an error with the status and these problems, "field:code",
// and nothing else.
func (e *env) refused(a answer, status int, problems ...string) {
	e.t.Helper()
	got := []string{}
	for _, p := range a.Errors {
		got = append(got, p.Field+":"+p.Code)
		if p.Message == "" {
			e.t.Errorf("a problem without a sentence: %s", a.Text)
		}
	}
	slices.Sort(got)
	slices.Sort(problems)
	if a.Code != status || a.Status != "error" || a.Type != "" || a.Message == "" || a.Errors == nil ||
		!slices.Equal(got, problems) {
		e.t.Fatalf("want status %d and %q: status %d %s", status, problems, a.Code, a.Text)
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

func (e *env) revision() user.Revision {
	e.t.Helper()
	rev, err := e.host.Revision(context.Background())
	if err != nil {
		e.t.Fatal(err)
	}
	return rev
}

// changes returns what happened later than a revision.
func (e *env) changes(after user.Revision) []storage.Change {
	e.t.Helper()
	list, err := e.host.Changes(context.Background(), storage.ChangeQuery{After: storage.AfterRevision(after)})
	if err != nil {
		e.t.Fatal(err)
	}
	return list
}

// equal fails with the difference if there is one.
func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
