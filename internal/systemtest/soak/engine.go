package main

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// engine is a storage that soak can make fail.
type engine interface {
	// begin opens the storage for a round.
	begin(ctx context.Context) error
	// store is the storage, whatever happens to it.
	store() *swap
	// restart hurts it as a whole, and returns when it works again.
	restart(ctx context.Context) error
	// cut ends connections, where there are any.
	cut()
	// spec names the storage for a second process; "" where none can have it.
	spec() string
	// end closes the storage after a round, or for good.
	end(last bool) error
	// survived says what was done to it.
	survived() string
}

// engines has a function for each storage, by name.
var engines = map[string]func() engine{
	"memory":   func() engine { return &memory{} },
	"sqlite":   func() engine { return &sqlite{} },
	"postgres": func() engine { return &postgres{} },
}

// renewal is the number of rounds after which a database is replaced, so that an hour does not fill
// the disk.
const renewal = 8

// memory is a memstore that is saved and restored. Each round has a new one.
type memory struct {
	swap     swap
	gate     *gate
	restarts int
	bytes    int
}

// gate makes callers wait while the memory store is saved.
type gate struct {
	mu   sync.RWMutex
	open *memstore.Store
}

func (g *gate) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.open.View(ctx, a, fn)
}

func (g *gate) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.open.Update(ctx, a, fn)
}

func (g *gate) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.open.DeleteAccount(ctx, a)
}

func (g *gate) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.open.Accounts(ctx, which, after, limit)
}

func (g *gate) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	g.mu.RLock()
	open := g.open
	g.mu.RUnlock() // who waits must not keep anybody out
	return open.Wait(ctx, a, after)
}

func (g *gate) Close() error { return g.open.Close() }

func (e *memory) begin(context.Context) error {
	e.gate = &gate{open: memstore.New()}
	e.swap.set(e.gate)
	return nil
}

func (e *memory) store() *swap { return &e.swap }

func (e *memory) restart(ctx context.Context) error {
	e.gate.mu.Lock()
	defer e.gate.mu.Unlock()
	var saved bytes.Buffer
	if err := e.gate.open.Snapshot(ctx, &saved); err != nil {
		return err
	}
	e.bytes = max(e.bytes, saved.Len())
	if err := e.gate.open.Close(); err != nil {
		return err
	}
	e.restarts++
	var err error
	e.gate.open, err = memstore.Restore(ctx, &saved)
	return err
}

func (e *memory) cut() {}

func (e *memory) spec() string { return "" }

func (e *memory) end(bool) error {
	if e.gate == nil {
		return nil
	}
	e.swap.set(nil)
	err := e.gate.Close()
	e.gate = nil
	return err
}

func (e *memory) survived() string {
	return fmt.Sprintf("%d times saved and restored (up to %s)", e.restarts, size(uint64(e.bytes)))
}
