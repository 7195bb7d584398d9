package scim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// The tokens: of the administrator and of an agent of the account acme, and of an administrator of
// the account other.
const (
	adminToken = "Bearer admin-token"
	agentToken = "Bearer agent-token"
	otherToken = "Bearer other-token"
)

// env is a directory with the endpoints over it. The account acme has user 1, ada, the Owner; user
// 2, alex, an Agent with chats; the group g1, Sales; and custom attributes.
type env struct {
	testing.TB
	dir     *roster.Directory
	host    roster.Handle
	handler http.Handler
	log     bytes.Buffer
	logging sync.Mutex
}

var customAttributes = user.CustomSchemaOf(
	user.CustomAttribute{Name: "department", Type: user.CustomString, MaxLength: 20},
	user.CustomAttribute{Name: "manager", Type: user.CustomString},
	user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf("Berlin", "Paris")},
	user.CustomAttribute{Name: "seniority", Type: user.CustomNumber},
	user.CustomAttribute{Name: "night", Type: user.CustomBoolean},
)

func newEnv(t testing.TB, change ...func(*scim.Options)) *env {
	t.Helper()
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	e := &env{TB: t, dir: roster.New(store, roster.WithHasher(vendorhttptest.Hasher{}))}
	e.host = e.dir.As("acme", roster.SystemActor())
	ctx := context.Background()
	credentials := vendorhttp.NewCredentials()
	for _, account := range []user.AccountID{"acme", "other"} {
		host := e.dir.As(account, roster.SystemActor())
		check(t, second(host.CreateAccount(ctx, user.Account{Currency: "USD", CustomAttributes: customAttributes})))
		check(t, second(host.PutReference(ctx, user.Reference{Kind: user.ReferenceGroup, Name: "Sales"})))
		for _, u := range []user.User{
			{Identity: user.Identity{Login: "ada@" + string(account)}, Access: user.Access{Granted: user.RolesOf(user.Owner)}},
			{
				Identity: user.Identity{Login: "alex@" + string(account)}, Access: user.Access{Granted: user.RolesOf(user.Agent)},
				Capacity: user.Capacity{MaxChats: 4},
			},
		} {
			check(t, second(host.Create(ctx, roster.CreateParams{User: u})))
		}
	}
	for secret, k := range map[string]vendorhttp.Key{
		adminToken: {Account: "acme", User: 1}, agentToken: {Account: "acme", User: 2}, otherToken: {Account: "other", User: 1},
	} {
		k.Vendor, k.Secret = scim.SCIM, roster.PasswordOf(strings.TrimPrefix(secret, "Bearer "))
		check(t, credentials.AddKey(k))
	}
	opts := scim.Options{BaseURL: "https://cc.example", Options: vendorhttp.Options{
		Log: func(entry vendorhttp.Entry) {
			e.logging.Lock()
			defer e.logging.Unlock()
			fmt.Fprintf(&e.log, "%+v\n", entry)
		},
	}}
	for _, fn := range change {
		fn(&opts)
	}
	e.handler = described.Checked(t, scim.New(e.dir, credentials, opts))
	return e
}

func second[T any](_ T, err error) error { return err }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reply is an HTTP response. body is nil if there is none.
type reply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// send sends a request with the administrator's token. header holds names and values in turn.
func (e *env) send(method, path, body string, header ...string) reply {
	e.Helper()
	r := httptest.NewRequest(method, "/scim/v2"+path, strings.NewReader(body))
	r.Header.Set("Authorization", adminToken)
	if body != "" {
		r.Header.Set("Content-Type", "application/scim+json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	out := reply{status: w.Code, header: w.Header(), text: w.Body.String()}
	if w.Body.Len() > 0 {
		if got := w.Header().Get("Content-Type"); got != "application/scim+json" {
			e.Errorf("%s %s: content type %q", method, path, got)
		}
		if err := json.Unmarshal(w.Body.Bytes(), &out.body); err != nil {
			e.Fatalf("%s %s: %v: %s", method, path, err, out.text)
		}
	}
	if out.status >= 500 {
		e.Errorf("%s %s: %d %s", method, path, out.status, out.text)
	}
	return out
}

// step is a request and what the reply has: a status, and members of the body. In want, null stands
// for a member that is absent.
type step struct {
	method, path, body string
	status             int
	want               string
}

// steps sends requests in their order. "$id" in a request or a reply is the id of the resource that
// the last POST created.
func (e *env) steps(list ...step) {
	e.Helper()
	id := "$id"
	for i, s := range list {
		method, path := s.method, strings.ReplaceAll(s.path, "$id", id)
		got := e.send(method, path, strings.ReplaceAll(s.body, "$id", id))
		if got.status != s.status {
			e.Fatalf("step %d: %s %s: status %d, want %d: %s", i+1, method, path, got.status, s.status, got.text)
		}
		if text, ok := got.body["id"].(string); ok && method == "POST" && got.status == http.StatusCreated {
			id = text
		}
		if s.want == "" {
			continue
		}
		var want any
		check(e, json.Unmarshal([]byte(strings.ReplaceAll(s.want, "$id", id)), &want))
		if at := missing("", got.body, want); at != "" {
			e.Fatalf("step %d: %s %s: %s is not as in %s: %s", i+1, method, path, at, s.want, got.text)
		}
	}
}

// missing returns the path at which got has not what want has, "" if it has all of it.
func missing(path string, got, want any) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return path + "/"
		}
		for name, value := range w {
			if value == nil {
				if _, there := g[name]; there {
					return path + "/" + name
				}
				continue
			}
			if at := missing(path+"/"+name, g[name], value); at != "" {
				return at
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return path + "/"
		}
		for i := range w {
			if at := missing(fmt.Sprintf("%s/%d", path, i), g[i], w[i]); at != "" {
				return at
			}
		}
		return ""
	}
	if !reflect.DeepEqual(got, want) {
		return path
	}
	return ""
}

func (e *env) user(id user.ID) user.User {
	e.Helper()
	u, err := e.host.Get(context.Background(), id)
	check(e, err)
	return u
}

func (e *env) revision() user.Revision {
	rev, err := e.host.Revision(context.Background())
	check(e, err)
	return rev
}

// refused fails unless the reply is an error in SCIM's form with the status and the type.
func refused(t testing.TB, got reply, status int, scimType string) {
	t.Helper()
	kind, _ := got.body["scimType"].(string)
	detail, _ := got.body["detail"].(string)
	if got.status != status || kind != scimType || detail == "" || got.body["status"] != fmt.Sprint(status) ||
		!reflect.DeepEqual(got.body["schemas"], []any{"urn:ietf:params:scim:api:messages:2.0:Error"}) {
		t.Errorf("got %d %s, want %d %s", got.status, got.text, status, scimType)
	}
}

func patch(operations string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + operations + `]}`
}
