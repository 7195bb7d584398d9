package gate

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
)

var errNoFunction = fmt.Errorf("no function: %w", storage.ErrInvalid)

// Tx is the state of one transaction: whether it has ended, and the first error that prevents its
// commit. The stores' readers and writers embed it.
type Tx struct {
	gate    *Gate
	name    func(context.Context, error) error
	writing bool
	ended   atomic.Bool
	err     error // the first error after which the transaction cannot commit
}

// Begin starts the transaction. name converts an error of the database engine to an error of the
// storage contract. It may be nil.
func (t *Tx) Begin(g *Gate, writing bool, name func(context.Context, error) error) {
	t.gate, t.writing, t.name = g, writing, name
}

// End ends the transaction. From then on Check returns storage.ErrClosed.
func (t *Tx) End() { t.ended.Store(true) }

// Check returns nil if a method of the transaction may run. Otherwise it returns the error that the
// method must return. In a writing transaction that has not ended, Check records its error as Fail
// does, so the transaction cannot commit.
//
// Errors, in this order: storage.ErrClosed if the transaction has ended, or if the gate is closing;
// the error that Fail has recorded, because a failed write may be half done; the context's error.
func (t *Tx) Check(ctx context.Context) error {
	switch {
	case t.ended.Load():
		return storage.ErrClosed
	case t.gate.IsClosing():
		return t.Fail(ctx, storage.ErrClosed)
	case t.err != nil:
		return t.err
	}
	if err := ctx.Err(); err != nil {
		return t.Fail(ctx, err)
	}
	return nil
}

// Fail returns err as an error of the storage contract. It converts err with the function that
// Begin received as its parameter name. Without such a function it returns err unchanged. If err is
// nil, Fail returns nil.
//
// In a writing transaction Fail also records the first error that is neither storage.ErrNotFound
// nor storage.ErrAmbiguous. After that the transaction cannot commit; see Outcome.
func (t *Tx) Fail(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if t.name != nil {
		err = t.name(ctx, err)
	}
	if t.writing && t.err == nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrAmbiguous) {
		t.err = err
	}
	return err
}

// Outcome returns nil if the transaction may commit. err is the error of its function. Otherwise it
// returns err joined with the recorded error, the context's error, or storage.ErrClosed.
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
