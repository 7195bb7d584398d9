package gate

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
)

var errNoFunction = fmt.Errorf("no function: %w", storage.ErrInvalid)

// Tx is the state of one transaction. A Reader and a Writer embed it.
type Tx struct {
	gate    *Gate
	name    func(context.Context, error) error
	writing bool
	ended   atomic.Bool
	err     error // the first error after which the transaction cannot commit
}

// Begin opens the transaction. name wraps an error of the engine with the store's error for it.
func (t *Tx) Begin(g *Gate, writing bool, name func(context.Context, error) error) {
	t.gate, t.writing, t.name = g, writing, name
}

// End closes the transaction: its methods return storage.ErrClosed from now on.
func (t *Tx) End() { t.ended.Store(true) }

// Check returns why a method may not run. Errors: storage.ErrClosed, the context's.
func (t *Tx) Check(ctx context.Context) error {
	switch {
	case t.ended.Load():
		return storage.ErrClosed
	case t.gate.IsClosing():
		return t.Fail(ctx, storage.ErrClosed)
	}
	return t.Fail(ctx, ctx.Err())
}

// Fail names an error that a method returns. After it, a writing transaction cannot commit, unless
// it says only that something is not there.
func (t *Tx) Fail(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	err = t.name(ctx, err)
	if t.writing && t.err == nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrAmbiguous) {
		t.err = err
	}
	return err
}

// Outcome returns why the transaction may not commit, after its function returned err.
func (t *Tx) Outcome(ctx context.Context, err error) error {
	switch {
	case err != nil && t.err != nil && !errors.Is(err, t.err):
		return errors.Join(err, t.err)
	case err != nil:
		return err
	case t.err != nil:
		return t.err
	case ctx.Err() != nil:
		return ctx.Err()
	case t.gate.IsClosing():
		return storage.ErrClosed
	}
	return nil
}
