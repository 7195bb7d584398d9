package gate

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/storage"
)

func TestEnter(t *testing.T) {
	g := New()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.EnterTx(t.Context(), false); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("without a function: %v", err)
	}
	if _, err := g.EnterTx(ended, true); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that ended: %v", err)
	}
	if _, err := g.EnterTx(g.Inside(t.Context()), true); !errors.Is(err, storage.ErrNestedTx) {
		t.Errorf("inside a transaction: %v", err)
	}
	other, err := New().EnterTx(g.Inside(t.Context()), true)
	if err != nil {
		t.Fatalf("inside a transaction of another store: %v", err)
	}
	other()
	end, err := g.EnterTx(t.Context(), true)
	if err != nil || g.IsClosing() {
		t.Fatalf("an open gate: %v, closing %t", err, g.IsClosing())
	}
	closed := make(chan bool)
	go func() { closed <- g.Close() }()
	<-g.Closing()
	select {
	case <-closed:
		t.Error("Close did not wait for the call")
	default:
	}
	end()
	if first, again := <-closed, g.Close(); !first || again {
		t.Errorf("Close reports %t, and then %t", first, again)
	}
	if _, err := g.Enter(t.Context()); !errors.Is(err, storage.ErrClosed) || !g.IsClosing() {
		t.Errorf("a closed gate: %v", err)
	}
}

func TestOutcome(t *testing.T) {
	errEngine, errFn := errors.New("engine"), errors.New("fn")
	for name, c := range map[string]struct {
		reads     bool // the transaction does not write
		fails, fn error
		want      []error
	}{
		"nothing failed":          {},
		"fn failed":               {fn: errFn, want: []error{errFn}},
		"a swallowed error":       {fails: errEngine, want: []error{errEngine}},
		"another error of fn":     {fails: errEngine, fn: errFn, want: []error{errEngine, errFn}},
		"the same error":          {fails: errEngine, fn: fmt.Errorf("it: %w", errEngine), want: []error{errEngine}},
		"not found":               {fails: storage.ErrNotFound},
		"ambiguous":               {fails: storage.ErrAmbiguous},
		"an error in a View":      {reads: true, fails: errEngine},
		"after a context's error": {fails: context.Canceled, want: []error{context.Canceled}},
	} {
		var tx Tx
		tx.Begin(New(), !c.reads, func(_ context.Context, err error) error { return fmt.Errorf("named: %w", err) })
		if err := tx.Fail(t.Context(), c.fails); !errors.Is(err, c.fails) {
			t.Errorf("%s: Fail returns %v", name, err)
		}
		err := tx.Outcome(t.Context(), c.fn)
		if (err == nil) != (len(c.want) == 0) {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range c.want {
			if !errors.Is(err, want) {
				t.Errorf("%s: %v is not %v", name, err, want)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	g := New()
	var tx Tx
	tx.Begin(g, true, func(_ context.Context, err error) error { return err })
	if err := tx.Check(t.Context()); err != nil {
		t.Errorf("a transaction that runs: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tx.Outcome(ended, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the outcome with a context that ended: %v", err)
	}
	errEngine := errors.New("engine")
	if err := tx.Fail(t.Context(), errEngine); tx.Check(t.Context()) != err {
		t.Errorf("a method after another one failed: %v", tx.Check(t.Context()))
	}
	tx = Tx{}
	tx.Begin(g, true, nil)
	g.Close()
	if err := tx.Outcome(t.Context(), nil); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("the outcome in a closed store: %v", err)
	}
	if err := tx.Check(t.Context()); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("a method in a closed store: %v", err)
	}
	var late Tx
	late.Begin(New(), false, func(_ context.Context, err error) error { return err })
	late.End()
	if err := late.Check(t.Context()); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("a method after the transaction: %v", err)
	}
}

// TestAPanicIsNoCall: Close does not wait for a call that panicked because it has no context.
func TestAPanicIsNoCall(t *testing.T) {
	g := New()
	func() {
		defer func() { _ = recover() }()
		var none context.Context
		_, _ = g.Enter(none)
	}()
	if !g.Close() {
		t.Error("Close was not the first")
	}
}
