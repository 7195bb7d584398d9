package vendorhttp

import (
	"context"
	"net/http"
	"sync"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
)

// Sandbox is a test server that can be reset to its seed. It serves the handler that Build returns
// for a directory.
type Sandbox struct {
	plan    SandboxPlan
	mu      sync.RWMutex // held for reading while a request runs, so that Reset waits for it
	handler http.Handler
	dir     *roster.Directory
	store   storage.Storage
}

// SandboxPlan has the parameters of a Sandbox.
type SandboxPlan struct {
	Seed  SeedData
	Store func() (storage.Storage, error) // returns a new, empty storage
	Build func(*roster.Directory, *Credentials) http.Handler
	Setup []roster.Option
}

// NewSandbox returns a server with the data of the plan's seed. Errors: those of Reset. After an
// error the server must not be used.
func NewSandbox(ctx context.Context, plan SandboxPlan) (*Sandbox, error) {
	s := &Sandbox{plan: plan}
	return s, s.Reset(ctx)
}

// Reset replaces all data by the seed. It first fills a new storage. Then it waits for the running
// requests to end, even after ctx is done. Then it replaces and closes the old storage. If filling
// fails, the server is unchanged. If closing the old storage fails, the server already has the new
// data. Errors: those of SandboxPlan.Store, of Seed, and of closing the old storage.
func (s *Sandbox) Reset(ctx context.Context) error {
	store, err := s.plan.Store()
	if err != nil {
		return err
	}
	dir := roster.New(store, s.plan.Setup...)
	realm, err := Seed(ctx, dir, s.plan.Seed)
	if err != nil {
		_ = store.Close() // it has no data that is used
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

// Directory returns the directory that the server uses now. After Reset the server uses another
// directory, and the storage of the old one is closed.
func (s *Sandbox) Directory() *roster.Directory {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.dir
}

// ServeHTTP implements http.Handler. It serves the request with the handler that SandboxPlan.Build
// returned for the current directory. Reset and Close wait until ServeHTTP returns.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.handler.ServeHTTP(w, r)
}

// Close waits until the running requests have ended, and closes the storage. Requests after Close
// fail. Errors: those of closing the storage.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.Close()
}
