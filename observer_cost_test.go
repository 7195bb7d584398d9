package roster

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/ca74b63c/roster/user"
)

// operation is a method with the first lines of every observed method and no other work.
//
//go:noinline
func (h Handle) operation(ctx context.Context, id user.ID) (err error) {
	ctx, h.obs = start(ctx, &h, "operation", id)
	defer h.obs.end(&err)
	return ctx.Err()
}

// plain is operation without the lines of an observed method.
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

// BenchmarkNoObserver reports what the lines cost without an observer. It runs both methods in
// turn, many times, and compares the fastest runs, because other work of the machine slows single
// runs.
func BenchmarkNoObserver(b *testing.B) {
	h, ctx := New(nil).As("acme", SystemActor()), context.Background()
	const run = 1 << 12
	best := [2]time.Duration{math.MaxInt64, math.MaxInt64}
	b.ReportAllocs()
	for left := b.N; left > 0; left -= run {
		for i, do := range [2]func(Handle, context.Context, user.ID) error{Handle.plain, Handle.operation} {
			start := time.Now()
			for range run {
				_ = do(h, ctx, 7)
			}
			best[i] = min(best[i], time.Since(start))
		}
	}
	b.ReportMetric(float64(best[0].Nanoseconds())/run, "plain-ns")
	b.ReportMetric(float64(best[1].Nanoseconds())/run, "observable-ns")
	b.ReportMetric(float64((best[1]-best[0]).Nanoseconds())/run, "more-ns")
}
