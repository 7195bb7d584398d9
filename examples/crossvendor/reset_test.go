package crossvendor_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

// TestResetWhileOthersCall: a reset waits for the calls that run, and the next ones see the seed;
// no call fails by it.
func TestResetWhileOthersCall(t *testing.T) {
	sandbox, err := vendorhttp.NewSandbox(t.Context(), vendorhttp.SandboxPlan{
		Seed:  vendorhttp.SeedData{Accounts: []vendorhttp.SeedAccount{north.seed()}, Keys: north.keys()},
		Store: func() (storage.Storage, error) { return memstore.New(), nil },
		Setup: []roster.Option{roster.WithHasher(vendorhttptest.Hasher{})},
		Build: func(dir *roster.Directory, realm *vendorhttp.Credentials) http.Handler {
			return mount(dir, realm, vendorhttp.Options{})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sandbox.Close() }()
	server := httptest.NewServer(sandbox)
	defer server.Close()

	const callers, resets = 8, 20
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	called := make(chan struct{}) // one for each call that a test waits for
	for i := range callers {
		c := client{http: server.Client(), url: server.URL, of: north, at: north}
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				name := fmt.Sprintf("caller-%d-%d", i, n)
				add := platform("AddUser", "application_id=1&user_display_name=C&user_password="+secret+"&user_name="+name)
				lock := desk("POST /statusLock", "userID=2&status=8")
				for _, what := range []call{add, person("GET", "", ""), cloud("GET", 2, ""), lock} {
					if r, err := c.send(what); err != nil || r.refused() {
						t.Errorf("%s: %v %s", what, err, r)
						cancel()
						return
					}
					select {
					case called <- struct{}{}:
					default:
					}
				}
			}
		})
	}
	for range resets {
		select { // each in the middle of calls
		case <-called:
		case <-ctx.Done():
		}
		if err := sandbox.Reset(t.Context()); err != nil {
			t.Error(err)
		}
	}
	cancel()
	wg.Wait()
	if err := sandbox.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	n, err := sandbox.Directory().As(north.name, roster.SystemActor()).Count(t.Context(), roster.ListParams{})
	if err != nil || n != len(north.seed().Users) {
		t.Errorf("%d users after the last reset (%v)", n, err)
	}
}
