// Package gate admits the calls of a store while it is open, and says of each transaction whether
// its methods may run and whether it may commit. The SQL stores share it.
package gate

import (
	"context"
	"sync"

	"github.com/ca74b63c/roster/storage"
)

// Gate admits calls until it is closed. Use New to make one.
type Gate struct {
	closing chan struct{}
	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // added to under mu while not closed
}

// New returns an open gate.
func New() *Gate { return &Gate{closing: make(chan struct{})} }

// Enter admits a call. Unless it returns an error, the caller must call end. Errors:
// storage.ErrClosed, the context's.
func (g *Gate) Enter(ctx context.Context) (end func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return nil, storage.ErrClosed
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	g.running.Add(1)
	return g.running.Done, nil
}

// Hold keeps Close waiting until release is called, also when the call that holds has ended before.
// Only a call that was admitted may hold.
func (g *Gate) Hold() (release func()) {
	g.running.Add(1) // the call itself is counted, so the count is not zero
	return g.running.Done
}

// inside marks the contexts of the functions of transactions.
type inside struct{ *Gate }

// Inside returns the context for the function of a transaction.
func (g *Gate) Inside(ctx context.Context) context.Context {
	return context.WithValue(ctx, inside{g}, true)
}

// EnterTx admits a transaction. Unless it returns an error, the caller must call end. Errors:
// storage.ErrInvalid if there is no function, those of Enter, storage.ErrNestedTx inside another
// transaction.
func (g *Gate) EnterTx(ctx context.Context, hasFunction bool) (end func(), err error) {
	if !hasFunction {
		return nil, errNoFunction
	}
	end, err = g.Enter(ctx)
	if err == nil && ctx.Value(inside{g}) != nil {
		end()
		return nil, storage.ErrNestedTx
	}
	return end, err
}

// Closing returns a channel that is closed when the gate closes.
func (g *Gate) Closing() <-chan struct{} { return g.closing }

// IsClosing reports whether the gate closes or is closed.
func (g *Gate) IsClosing() bool {
	select {
	case <-g.closing:
		return true
	default:
		return false
	}
}

// Close closes the gate and waits until all calls have ended. It reports whether this was the first
// Close.
func (g *Gate) Close() (first bool) {
	g.mu.Lock()
	if first = !g.closed; first {
		g.closed = true
		close(g.closing)
	}
	g.mu.Unlock()
	g.running.Wait()
	return first
}
