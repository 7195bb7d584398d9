// Package voximplant_test runs the vendor's client for Node.js against the example: an integration
// uses that client and makes no requests by hand.
package voximplant_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/voximplant"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

// The client is installed by "npm ci" in this folder: a test downloads nothing. Where it or
// Node.js is not, there is nothing to run, except where everything must be: with CI=true.
func needClient(t *testing.T) (node string) {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("CI") == "true" {
		missing = t.Fatalf
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("Node.js is not installed: %v", err)
	}
	if _, err := os.Stat("node_modules/@voximplant/apiclient-nodejs"); err != nil {
		missing("the vendor's client is not installed: run npm ci in examples/clients/voximplant (%v)", err)
	}
	return node
}

func TestTheVendorsClientForNodeWorks(t *testing.T) {
	node := needClient(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	store := memstore.New()
	defer func() { _ = store.Close() }()
	dir := roster.New(store)
	realm, err := vendorhttp.Seed(t.Context(), dir, vendorhttp.SeedData{
		Accounts: []vendorhttp.SeedAccount{{
			Settings:   user.Account{ID: "demo", Currency: "USD"},
			Number:     1,
			References: []user.Reference{{Kind: user.ReferenceApplication, ID: 1, Name: "myapp"}},
			Users: []vendorhttp.SeedUser{{User: user.User{
				ID: 100, Identity: user.Identity{Login: "service", Kind: user.System}, Access: user.Access{Granted: user.RolesOf(user.Admin)},
			}}},
		}},
		Keys: []vendorhttp.Key{{
			Vendor: vendorhttp.Voximplant, ID: "key-1", Account: "demo", User: 100,
			PublicKey: pemText("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey)),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(voximplant.New(dir, realm, vendorhttp.Options{}))
	defer server.Close()

	// The vendor's key file, as CreateKey gives it.
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	keyFile, err := json.Marshal(map[string]any{
		"account_id": 1, "key_id": "key-1", "private_key": pemText("PRIVATE KEY", der),
	})
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	write(t, filepath.Join(temp, "key.json"), keyFile)
	write(t, filepath.Join(temp, "cert.pem"), []byte(pemText("CERTIFICATE", server.Certificate().Raw)))

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "run.mjs", server.Listener.Addr().String(), filepath.Join(temp, "key.json"))
	cmd.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+filepath.Join(temp, "cert.pem"),
		"VOXIMPLANT_CREDENTIALS=", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}

	// What the client was told has happened: the service account, user 100, did it.
	changes, err := dir.As("demo", roster.SystemActor()).Changes(t.Context(), storage.ChangeQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var did []storage.ChangeType
	for _, c := range changes {
		if c.Actor == 100 {
			did = append(did, c.Type)
		}
	}
	if diff := cmp.Diff([]storage.ChangeType{storage.UserCreated, storage.UserUpdated, storage.UserDeleted}, did); diff != "" {
		t.Errorf("the directory's changes, -want +got:\n%s", diff)
	}
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
