package vendorhttp

import (
	"context"
	"net/http"
	"sync"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
)

// Sandbox is a server for tests that can be set back to its seed. It serves what Build makes of a
// directory.
type Sandbox struct {
	plan    SandboxPlan
	mu      sync.RWMutex // held for reading while a request runs, so that Reset waits for it
	handler http.Handler
	dir     *roster.Directory
	store   storage.Storage
}

// SandboxPlan is what a Sandbox is made from.
type SandboxPlan struct {
	Seed  SeedData
	Store func() (storage.Storage, error) // a new, empty storage
	Build func(*roster.Directory, *Credentials) http.Handler
	Setup []roster.Option
}

// NewSandbox returns a server in the state of its seed. Errors: those of Sow and of the storage.
func NewSandbox(ctx context.Context, plan SandboxPlan) (*Sandbox, error) {
	s := &Sandbox{plan: plan}
	return s, s.Reset(ctx)
}

// Reset throws everything away and begins with the seed again. It waits for the requests that run;
// what fails leaves the server as it was. Errors: as NewSandbox.
func (s *Sandbox) Reset(ctx context.Context) error {
	store, err := s.plan.Store()
	if err != nil {
		return err
	}
	dir := roster.New(store, s.plan.Setup...)
	realm, err := Seed(ctx, dir, s.plan.Seed)
	if err != nil {
		_ = store.Close() // it holds nothing that anybody misses
		return err
	}
	handler := s.plan.Build(dir, realm)
	s.mu.Lock()
	old := s.store
	s.store, s.dir, s.handler = store, dir, handler
	s.mu.Unlock()
	if old != nil {
		return old.Close()
	}
	return nil
}

// Directory returns the present directory. After a Reset it is another one.
func (s *Sandbox) Directory() *roster.Directory {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.dir
}

// ServeHTTP serves a request.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.handler.ServeHTTP(w, r)
}

// Close closes the storage. Requests after it fail.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.Close()
}
