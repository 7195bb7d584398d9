// Package gate admits the calls of a store until it is closed, and decides for each transaction
// whether its methods may run and whether it may commit. The stores share it.
package gate

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
)

// Gate admits calls until it is closed. New makes one.
type Gate struct {
	calls   atomic.Int64 // the calls that run, and the bit closed after Close was called
	end     func()       // ends a call
	closing chan struct{}
	drained chan struct{} // closed when the last call has ended after Close
	drain   sync.Once
}

const closed = 1 << 62

// New returns an open gate.
func New() *Gate {
	g := &Gate{closing: make(chan struct{}), drained: make(chan struct{})}
	g.end = func() {
		if g.calls.Add(-1) == closed {
			g.drain.Do(func() { close(g.drained) })
		}
	}
	return g
}

// Enter admits a call and returns the function end. The caller must call end when the call has
// ended. After an error end is nil. Enter panics if ctx is nil. Errors, in this order:
// storage.ErrClosed if the gate is closed; the context's error if ctx has ended.
func (g *Gate) Enter(ctx context.Context) (end func(), err error) {
	err = ctx.Err() // first: without a context it panics, and no call must stay counted
	if g.calls.Add(1)&closed != 0 {
		err = storage.ErrClosed
	}
	if err == nil {
		return g.end, nil
	}
	g.end()
	return nil, err
}

// Hold makes Close wait until release is called, even if the admitted call ends before. Only an
// admitted call may call Hold.
func (g *Gate) Hold() (release func()) {
	g.calls.Add(1)
	return g.end
}

// Context is the context for a transaction's function. EnterTx of the gate refuses it.
type Context struct {
	context.Context
	Gate *Gate
}

// Value returns true for the gate of the transaction, and otherwise the value of the outer context.
func (c *Context) Value(key any) any {
	if key == c.Gate {
		return true
	}
	return c.Context.Value(key)
}

// Inside returns a Context.
func (g *Gate) Inside(ctx context.Context) context.Context { return &Context{ctx, g} }

// EnterTx admits a call that runs a transaction, and returns the function end. The caller must call
// end when the transaction has ended. After an error end is nil. hasFunction says whether the
// caller has a function to run in the transaction.
//
// Errors, in this order: storage.ErrInvalid if hasFunction is false; the errors of Enter;
// storage.ErrNestedTx if ctx belongs to a transaction of the same gate.
func (g *Gate) EnterTx(ctx context.Context, hasFunction bool) (end func(), err error) {
	if !hasFunction {
		return nil, errNoFunction
	}
	end, err = g.Enter(ctx)
	if err == nil && ctx.Value(g) != nil {
		end()
		return nil, storage.ErrNestedTx
	}
	return end, err
}

// Closing returns a channel that is closed when Close is called.
func (g *Gate) Closing() <-chan struct{} { return g.closing }

// IsClosing reports whether Close was called.
func (g *Gate) IsClosing() bool { return g.calls.Load()&closed != 0 }

// Close closes the gate, which then admits no more calls: Enter returns storage.ErrClosed. Close
// also closes the channel that Closing returns. Then Close waits until all admitted calls have
// ended and all functions that Hold returned have been called. The first call of Close returns
// true. Every later call returns false, but waits too.
func (g *Gate) Close() (first bool) {
	if first = g.calls.Or(closed)&closed == 0; first {
		close(g.closing)
		g.calls.Add(1) // Close counts as a call itself, so that a call ends after the bit was set
		g.end()
	}
	<-g.drained
	return first
}
