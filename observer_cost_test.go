package roster

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster/user"
)

// operation has the first lines of every method that is observed, and does nothing else.
//
//go:noinline
func (h Handle) operation(ctx context.Context, id user.ID) (err error) {
	if ctx, h.obs = start(ctx, &h, "operation", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return ctx.Err()
}

// plain is operation without these lines.
//
//go:noinline
func (h Handle) plain(ctx context.Context, _ user.ID) (err error) { return ctx.Err() }

func TestNoObserverAllocatesNothing(t *testing.T) {
	h, ctx := New(nil).As("acme", SystemActor()), context.Background()
	if n := testing.AllocsPerRun(1000, func() { _ = h.operation(ctx, 7) }); n != 0 {
		t.Errorf("an operation without an observer allocates %v times", n)
	}
	counted := New(nil, WithObserver(LogObserver(nil))).As("acme", SystemActor())
	if n := testing.AllocsPerRun(1000, func() { _ = counted.operation(ctx, 7) }); n == 0 {
		t.Error("an operation with an observer allocates nothing: this test measures nothing")
	}
}

// BenchmarkNoObserver reports what the lines cost without an observer: both sides take turns.
func BenchmarkNoObserver(b *testing.B) {
	h, ctx := New(nil).As("acme", SystemActor()), context.Background()
	for _, side := range []struct {
		name string
		do   func(Handle, context.Context, user.ID) error
	}{{"plain", Handle.plain}, {"lines", Handle.operation}, {"plain again", Handle.plain}, {"lines again", Handle.operation}} {
		b.Run(side.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = side.do(h, ctx, 7)
			}
		})
	}
}
