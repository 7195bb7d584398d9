package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// newDemo is a demo that does not listen.
func newDemo(t testing.TB) *app {
	t.Helper()
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	a, err := newApp(context.Background(), config{demo: true, limits: defaultLimits()}, store, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestDemoMakesExactlyWhatItSays(t *testing.T) {
	ctx := context.Background()
	a := newDemo(t)
	host := demoHost(a.dir)
	account, err := host.Account(ctx)
	if err != nil || account.ID != "demo" || account.Currency != "USD" || a.seed.Accounts[0].Number != 1 {
		t.Errorf("account %+v, %v", account, err)
	}
	if money, err := host.Balance(ctx); err != nil || money.String() != "100.00 USD" {
		t.Errorf("%s, %v", money, err)
	}
	var got []string
	for _, kind := range []user.ReferenceKind{user.ReferenceApplication, user.ReferenceSkill, user.ReferenceGroup, user.ReferenceQueue, user.ReferenceProfile, user.ReferenceDevice, user.ReferenceView} {
		refs, err := host.References(ctx, kind, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range refs {
			name := r.Name
			if kind == user.ReferenceGroup || kind == user.ReferenceQueue {
				name = "-" // no name was asked for
			}
			got = append(got, fmt.Sprintf("%s %d %s", kind, r.ID, name))
		}
	}
	want := "application 1 myapp, skill 1 support, group 1 -, queue 1 -, profile 1 Admin, profile 2 Agent, profile 3 Agent Manager"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("reference data: %s", text)
	}
	roles := map[user.ID]user.Roles{1: user.RolesOf(user.Admin, user.Owner), 2: user.RolesOf(user.Agent)}
	logins := map[user.ID]string{1: "admin@demo.example", 2: "agent@demo.example"}
	n := 0
	for u, err := range host.All(ctx, roster.ListParams{}) {
		n++
		if err != nil || u.Identity.Login != logins[u.ID] || u.Access.Roles != roles[u.ID] {
			t.Errorf("%+v, %v", u, err)
		}
		if _, err := a.dir.SignIn(ctx, "demo", u.Identity.Login, roster.PasswordOf("Demo-Passw0rd!")); err != nil {
			t.Errorf("%s: %v", u.Identity.Login, err)
		}
	}
	if n != 2 {
		t.Errorf("%d users", n)
	}
	permissions := []permission.Permissions{permission.VendorPermissions(), permission.PermissionsOf(permission.PermUserRead), {}, {}}
	for i, secret := range []string{"demo-omnidesk", "demo-omnidesk-read", "demo-voximplant", "demo-scim"} {
		if k := a.seed.Keys[i]; k.Secret.Reveal() != secret || k.Permissions != permissions[i] || k.User != 1 {
			t.Errorf("key %d is %s", i, k.Vendor)
		}
	}
	created, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "third"}}})
	if err != nil || created.User.ID != 3 {
		t.Errorf("user %d, %v", created.User.ID, err)
	}
}

// The keys as they are used: the reading key reads, and no more.
func TestDemoKeys(t *testing.T) {
	a := newDemo(t)
	for _, c := range []struct {
		method, path, key string
		status            int
	}{
		{"GET", "/api/v2/user", "demo-omnidesk", 200},
		{"GET", "/api/v2/user", "demo-omnidesk-read", 200},
		{"PUT", "/api/v2/user/maxChats?userID=2&maxChats=3", "demo-omnidesk", 200},
		{"PUT", "/api/v2/user/maxChats?userID=2&maxChats=3", "demo-omnidesk-read", 403},
		{"GET", "/api/v2/user", "demo-voximplant", 401},
		{"GET", "/api/v2/user", "demo-scim", 401},
		{"GET", "/scim/v2/Me", "demo-omnidesk", 401},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("apiKey", c.key)
		r.Header.Set("Authorization", "Bearer "+c.key)
		w := httptest.NewRecorder()
		a.handler.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s %s with %s: %d %s", c.method, c.path, c.key, w.Code, w.Body)
		}
	}
}

func TestHelpAndReadmeSayWhatTheDemoMakes(t *testing.T) {
	var help bytes.Buffer
	if err := run(context.Background(), []string{"-help"}, io.Discard, &help); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"-help": help.String(), "README.md": string(readme)} {
		if !strings.Contains(text, demoText) {
			t.Errorf("%s does not have it", name)
		}
	}
	for _, name := range []string{"-addr", "-store", "-tls", "-tls-cert", "-demo", "-demo-credentials"} {
		if !strings.Contains(help.String(), "  "+name) {
			t.Errorf("-help does not name %s", name)
		}
	}
}

// The file is flat, and what the official clients sign with it lets them in as user 1.
func TestCredentials(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key.json")
	s := start(t, "-demo", "-demo-credentials", file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	var key keyFile
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&key); err != nil || key.AccountID != 1 || key.KeyID == "" {
		t.Fatalf("%v: %s", err, text)
	}
	// As the client for Java reads it: no other lines than these two are taken away.
	encoded := strings.NewReplacer("-----BEGIN PRIVATE KEY-----", "", "-----END PRIVATE KEY-----", "", "\n", "").Replace(key.PrivateKey)
	der, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		t.Fatal(err)
	}
	private := parsed.(*rsa.PrivateKey)
	if _, body := s.get("/platform_api/GetUsers?account_email=" + url.QueryEscape(key.AccountEmail) + "&api_key=" + keyVoximplant); !strings.Contains(body, `"total_count":2`) {
		t.Errorf("account_email does not sign in: %s", body)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": key.AccountID, "iat": time.Now().Unix() - 5, "exp": time.Now().Unix() + 24,
	})
	token.Header["kid"] = key.KeyID
	signed, err := token.SignedString(private)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("GET", s.url+"/platform_api/GetUsers?application_id=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+signed)
	resp, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || !bytes.Contains(body, []byte(`"total_count":2`)) {
		t.Errorf("%v: %s", err, body)
	}
}

// TestWithoutDemo checks that without -demo there are no users, and that the page shows none.
func TestWithoutDemo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "seed.json")
	seed := `{"accounts":[{"settings":{"id":"acme","currency":"EUR"},"users":[
		{"user":{"identity":{"login":"ann"},"access":{"granted":["admin"]}},"password":"correct horse battery staple"}]}],
		"keys":[{"vendor":"omnidesk","secret":"my-key","account":"acme","user":1,"permissions":["USER_READ"]}]}`
	if err := os.WriteFile(file, []byte(seed), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"-seed", file}} {
		s := start(t, args...)
		status, page := s.get("/")
		if status != http.StatusOK || strings.Contains(page, "<script") || strings.Contains(page, ">ann<") || !strings.Contains(page, "without <code>-demo") {
			t.Errorf("%v: %d %s", args, status, page)
		}
		for _, path := range []string{"/live/users", "/live/changes"} {
			if status, body := s.get(path); status != http.StatusNotFound {
				t.Errorf("%v: %s: %d %s", args, path, status, body)
			}
		}
		want := http.StatusUnauthorized
		if args != nil {
			want = http.StatusOK
		}
		r, _ := http.NewRequest("GET", s.url+"/api/v2/me", nil)
		r.SetBasicAuth("ann", "correct horse battery staple")
		resp, err := s.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%v: %d", args, resp.StatusCode)
		}
		if status, body := s.get("/api/v2/user?apiKey=demo-omnidesk"); status != http.StatusUnauthorized {
			t.Errorf("%v: %d %s", args, status, body)
		}
	}
}
