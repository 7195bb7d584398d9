package vendorhttp_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

const seedJSON = `{
	"accounts": [{
		"settings": {"id": "demo", "name": "Demo", "currency": "USD"}, "number": 1, "email": "owner@demo.example", "funds": "100.00",
		"references": [{"kind": "application", "id": 1, "name": "myapp"}],
		"users": [
			{"user": {"identity": {"login": "ann"}, "access": {"granted": ["owner"], "applications": [1]}}, "password": "Demo-Passw0rd!", "status": "READY", "funds": "5.67"}
		]
	}],
	"keys": [{"vendor": "voximplant", "secret": "hunter2", "account": "demo", "user": 1}]
}`

func sandbox(t *testing.T, text string) (*vendorhttp.Sandbox, error) {
	t.Helper()
	var seed vendorhttp.SeedData
	if err := json.Unmarshal([]byte(text), &seed); err != nil {
		t.Fatal(err)
	}
	return vendorhttp.NewSandbox(context.Background(), vendorhttp.SandboxPlan{
		Seed:  seed,
		Store: func() (storage.Storage, error) { return memstore.New(), nil },
		Setup: []roster.Option{roster.WithHasher(vendorhttptest.Hasher{})},
		Build: func(dir *roster.Directory, realm *vendorhttp.Credentials) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				key, ok := realm.KeyBySecret(vendorhttp.Voximplant, r.URL.Query().Get("api_key"))
				if !ok {
					fail(w, r, vendorhttp.Failure{Code: roster.CodeUnauthenticated})
					return
				}
				if _, err := dir.As(key.Account, roster.SystemActor()).Delete(r.Context(), 1); err != nil {
					fail(w, r, vendorhttp.FailureOf(err))
				}
			})
		},
	})
}

func TestSeedAndReset(t *testing.T) {
	ctx := context.Background()
	s, err := sandbox(t, seedJSON)
	if err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		host := s.Directory().As("demo", roster.SystemActor())
		u, err := host.Get(ctx, 1)
		if err != nil || u.Presence.Status != user.Ready || !u.Access.Applications.Has(1) {
			t.Errorf("%+v %v", u, err)
		}
		money, err := host.Balance(ctx)
		if err != nil || money.Text() != "94.33" {
			t.Errorf("%v %v", money, err)
		}
		if _, err := s.Directory().SignIn(ctx, "demo", "ann", roster.PasswordOf("Demo-Passw0rd!")); err != nil {
			t.Error(err)
		}
	}
	check()
	if w := serve(s, "GET", "/?api_key=nobody", "", ""); w.Code != 401 {
		t.Errorf("status %d", w.Code)
	}
	if w := serve(s, "GET", "/?api_key=hunter2", "", ""); w.Code != 200 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if _, err := s.Directory().As("demo", roster.SystemActor()).Get(ctx, 1); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if err := s.Reset(ctx); err != nil {
		t.Fatal(err)
	}
	check()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if w := serve(s, "GET", "/?api_key=hunter2", "", ""); w.Code != 503 {
		t.Errorf("closed: status %d", w.Code)
	}
}

func TestSeedsThatAreWrong(t *testing.T) {
	for part, with := range map[string]string{
		`"currency": "USD"`: `"currency": "dollar"`, `"funds": "100.00"`: `"funds": "much"`, `"funds": "5.67"`: `"funds": "500"`,
		`"name": "myapp"`: `"name": ""`, `"login": "ann"`: `"login": ""`, `"secret": "hunter2"`: `"id": "x"`,
		`"password": "Demo-Passw0rd!"`: `"password": "x"`, `"account": "demo"`: `"account": ""`, `"number": 1, `: `"number": 1, "x": 1, `,
	} {
		_, err := sandbox(t, strings.Replace(seedJSON, part, with, 1))
		if (err == nil) != (part == `"number": 1, `) {
			t.Errorf("%s: %v", with, err)
		}
	}
	failing := errors.New("no disk")
	if _, err := vendorhttp.NewSandbox(context.Background(), vendorhttp.SandboxPlan{Store: func() (storage.Storage, error) { return nil, failing }}); !errors.Is(err, failing) {
		t.Error(err)
	}
}

func TestSecretsOfASeedAreNotWritten(t *testing.T) {
	var seed vendorhttp.SeedData
	if err := json.Unmarshal([]byte(seedJSON), &seed); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(seed)
	if err != nil || strings.Contains(string(text), "hunter2") || strings.Contains(string(text), "Demo-Passw0rd") {
		t.Errorf("%s %v", text, err)
	}
}

func publicKey(t *testing.T) (pkcs1, pkix string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return encode("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey)), encode("PUBLIC KEY", der)
}

func TestRealm(t *testing.T) {
	realm := vendorhttp.NewCredentials()
	for tenant, want := range map[vendorhttp.Tenant]error{{}: vendorhttp.ErrTaken} {
		if err := realm.AddTenant(tenant); !errors.Is(err, want) {
			t.Error(err)
		}
	}
	demo := vendorhttp.Tenant{ID: "demo", Number: 1, Name: "Demo", Email: "a@b.example"}
	if err := realm.AddTenant(demo); err != nil {
		t.Fatal(err)
	}
	for _, taken := range []vendorhttp.Tenant{{ID: "demo"}, {ID: "x", Number: 1}, {ID: "x", Name: "Demo"}, {ID: "x", Email: "a@b.example"}} {
		if err := realm.AddTenant(taken); !errors.Is(err, vendorhttp.ErrTaken) {
			t.Errorf("%+v: %v", taken, err)
		}
	}
	if err := realm.AddTenant(vendorhttp.Tenant{ID: "bare"}); err != nil {
		t.Error(err)
	}
	a, ok1 := realm.Tenant("demo")
	b, ok2 := realm.TenantByNumber(1)
	c, ok3 := realm.TenantByName("Demo")
	d, ok4 := realm.TenantByEmail("a@b.example")
	if a != demo || b != demo || c != demo || d != demo || !ok1 || !ok2 || !ok3 || !ok4 {
		t.Error("an account is not found by each of its names")
	}
	if _, ok := realm.TenantByName(""); ok {
		t.Error("an account without a name is found by it")
	}
	if _, ok := realm.TenantByNumber(0); ok {
		t.Error("an account without a number is found by it")
	}
}

func TestKeys(t *testing.T) {
	realm := vendorhttp.NewCredentials()
	pkcs1, pkix := publicKey(t)
	perms := permission.PermissionsOf(permission.PermUserRead)
	for _, k := range []vendorhttp.Key{
		{Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("s1"), Account: "demo", User: 1, Permissions: perms},
		{Vendor: vendorhttp.Voximplant, ID: "k1", PublicKey: pkcs1, Account: "demo", User: 2},
		{Vendor: vendorhttp.Voximplant, ID: "k2", PublicKey: pkix, Account: "demo", User: 2},
	} {
		if err := realm.AddKey(k); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		key  vendorhttp.Key
		want error
	}{
		{vendorhttp.Key{Vendor: vendorhttp.Omnidesk, Account: "demo"}, vendorhttp.ErrKey},
		{
			vendorhttp.Key{
				Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("s"), Account: "demo",
				Permissions: permission.PermissionsOf("report-read"), // lower-case names may have hyphens
			}, nil,
		},
		{
			vendorhttp.Key{
				Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("s2"), Account: "demo",
				Permissions: permission.PermissionsOf("REPORT-READ"),
			}, vendorhttp.ErrKey,
		},
		{vendorhttp.Key{Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("s")}, vendorhttp.ErrKey},
		{vendorhttp.Key{Secret: roster.PasswordOf("s"), Account: "demo"}, vendorhttp.ErrKey},
		{vendorhttp.Key{Vendor: vendorhttp.Voximplant, PublicKey: pkix, Account: "demo"}, vendorhttp.ErrKey},
		{vendorhttp.Key{Vendor: vendorhttp.Voximplant, PublicKey: pkix, ID: "k", Secret: roster.PasswordOf("s"), Account: "demo"}, vendorhttp.ErrKey},
		{vendorhttp.Key{Vendor: vendorhttp.Voximplant, PublicKey: "x", ID: "k", Account: "demo"}, vendorhttp.ErrPublicKey},
		{vendorhttp.Key{Vendor: vendorhttp.Voximplant, PublicKey: "-----BEGIN X-----\nAAAA\n-----END X-----\n", ID: "k", Account: "demo"}, vendorhttp.ErrPublicKey},
		{vendorhttp.Key{Vendor: vendorhttp.Genesys, Secret: roster.PasswordOf("s1"), Account: "demo"}, vendorhttp.ErrTaken},
		{vendorhttp.Key{Vendor: vendorhttp.Voximplant, PublicKey: pkix, ID: "k1", Account: "demo"}, vendorhttp.ErrTaken},
	} {
		if err := realm.AddKey(c.key); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.key, err, c.want)
		}
	}
	k, ok := realm.KeyBySecret(vendorhttp.Omnidesk, "s1")
	if !ok || !k.Secret.IsZero() || k.Actor() != roster.KeyActor(1, perms) || k.Public() != nil {
		t.Errorf("%+v", k)
	}
	if _, ok := realm.KeyBySecret(vendorhttp.Voximplant, "s1"); ok {
		t.Error("another vendor's key was taken")
	}
	for _, id := range []string{"k1", "k2"} {
		if k, ok := realm.KeyByID(vendorhttp.Voximplant, id); !ok || k.Public() == nil || k.Actor() != roster.UserActor(2) {
			t.Errorf("%+v", k)
		}
	}
	if _, ok := realm.KeyByID(vendorhttp.Omnidesk, "k1"); ok {
		t.Error("another vendor's key was found")
	}
	if _, ok := realm.KeyBySecret(vendorhttp.Voximplant, ""); ok {
		t.Error("a key without a secret is found by none")
	}
}
