package gate

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/storage"
)

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

// TestClose: Close does not wait for a call that panicked because it has no context. After Close no
// transaction may commit.
func TestClose(t *testing.T) {
	g := New()
	func() {
		defer func() { _ = recover() }()
		var none context.Context
		_, _ = g.Enter(none)
	}()
	var tx Tx
	tx.Begin(g, true, nil)
	if first, again := g.Close(), g.Close(); !first || again {
		t.Errorf("Close reports %t, and then %t", first, again)
	}
	if err := tx.Outcome(t.Context(), nil); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("the outcome in a closed store: %v", err)
	}
}
