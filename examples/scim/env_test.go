package scim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// server is the SCIM endpoints over an account with an administrator, user 1, and an agent, user 2.
type server struct {
	t    *testing.T
	http *httptest.Server
	dir  *roster.Directory
	host roster.Handle
}

const token = "test-token"

func newServer(t *testing.T) *server {
	t.Helper()
	dir := roster.New(memstore.New(), roster.WithHasher(vendorhttptest.Hasher{}))
	host := dir.As("acme", roster.SystemActor())
	ctx := t.Context()
	must(t, second(host.CreateAccount(ctx, user.Account{Currency: "USD"})))
	for _, u := range []user.User{
		{Identity: user.Identity{Login: "ada@acme.example"}, Access: user.Access{Granted: user.RolesOf(user.Owner)}},
		{Identity: user.Identity{Login: "alex@acme.example"}, Access: user.Access{Granted: user.RolesOf(user.Agent)}, Capacity: user.Capacity{MaxChats: 4}},
	} {
		must(t, second(host.Create(ctx, roster.CreateParams{User: u})))
	}
	credentials := vendorhttp.NewCredentials()
	for secret, id := range map[string]user.ID{token: 1, "agent-token": 2} {
		must(t, credentials.AddKey(vendorhttp.Key{Vendor: scim.SCIM, Secret: roster.PasswordOf(secret), Account: "acme", User: id}))
	}
	s := &server{t: t, http: httptest.NewServer(scim.New(dir, credentials, scim.Options{BaseURL: "https://cc.example"})), dir: dir, host: host}
	t.Cleanup(s.http.Close)
	return s
}

func second[T any](_ T, err error) error { return err }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reply is an HTTP response with its body read.
type reply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// call sends a request. header holds names and values in turn.
func (s *server) call(method, path, body string, header ...string) reply {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.http.URL+"/scim/v2"+path, strings.NewReader(body))
	must(s.t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/scim+json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	must(s.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(s.t, err)
	out := reply{response.StatusCode, response.Header, string(text), nil}
	if len(text) > 0 {
		must(s.t, json.Unmarshal(text, &out.body))
	}
	return out
}
