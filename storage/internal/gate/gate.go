// Package gate admits the calls of a store until it is closed, and decides for each transaction
// whether its methods may run and whether it may commit. The SQL stores share it.
package gate

import (
	"context"
	"sync"

	"github.com/ca74b63c/roster/storage"
)

// Gate admits calls until it is closed. New makes one.
type Gate struct {
	closing chan struct{}
	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // added to under mu while not closed
}

// New returns an open gate.
func New() *Gate { return &Gate{closing: make(chan struct{})} }

// Enter admits a call. If it returns no error, the caller must call end when the call has ended.
// Errors: storage.ErrClosed if the gate is closed; the context's.
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

// Hold makes Close wait until release is called, even if the admitted call ends before. Only an
// admitted call may call Hold.
func (g *Gate) Hold() (release func()) {
	g.running.Add(1) // the call itself is counted, so the count is not zero
	return g.running.Done
}

// inside is the context key that marks the context of a transaction's function.
type inside struct{ *Gate }

// Inside returns the context for a transaction's function. EnterTx refuses it.
func (g *Gate) Inside(ctx context.Context) context.Context {
	return context.WithValue(ctx, inside{g}, true)
}

// EnterTx admits a call that runs a transaction. If it returns no error, the caller must call end
// when the transaction has ended. hasFunction reports whether the caller passed a function to run
// in the transaction. Errors: storage.ErrInvalid if hasFunction is false; those of Enter;
// storage.ErrNestedTx if ctx is the context of a transaction of the same gate (Inside).
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

// Closing returns a channel that is closed when Close is called.
func (g *Gate) Closing() <-chan struct{} { return g.closing }

// IsClosing reports whether Close was called.
func (g *Gate) IsClosing() bool {
	select {
	case <-g.closing:
		return true
	default:
		return false
	}
}

// Close closes the gate: from now on Enter and EnterTx return storage.ErrClosed. Close also closes
// the channel of Closing. It waits until all admitted calls, and all holds of Hold, have ended. It
// returns true for the first call of Close and false for every later one; each call waits.
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
