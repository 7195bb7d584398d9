package bench

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster/user"
)

// footprint is what a live value costs: heap bytes, and a full garbage collection while it lives.
type footprint struct {
	bytes   float64
	collect time.Duration
}

// measure makes a value and returns its footprint. What was made before must be gone.
func measure(make func() any) footprint {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	live := make()
	runtime.GC()
	runtime.ReadMemStats(&after)
	times := []time.Duration{}
	for range 5 {
		begun := time.Now()
		runtime.GC()
		times = append(times, time.Since(begun))
	}
	slices.Sort(times)
	runtime.KeepAlive(live)
	return footprint{float64(after.HeapAlloc) - float64(before.HeapAlloc), times[2]}
}

// received returns the user as a request brings him: every text of his is his own.
func received(b *testing.B, u user.User) (own user.User) {
	text, err := json.Marshal(u)
	must(b, err)
	must(b, json.Unmarshal(text, &own))
	return own
}

// BenchmarkMemory compares what an account of users costs: the bytes beyond the user values themselves, in roster with
// its history and indexes; and how long a full garbage collection takes, in relation to plain go-memdb rows. Each side
// is alone in the process while it is measured.
func BenchmarkMemory(b *testing.B) {
	for _, size := range sizes()[1:] {
		b.Run(fmt.Sprintf("users=%d", size), func(b *testing.B) {
			for range b.N {
				values := measure(func() any {
					list := make([]user.User, size)
					for i := range list {
						list[i] = received(b, member(i, size))
					}
					return list
				})
				ours := measure(func() any { store, _ := newStore(b, size); return store })
				theirs := measure(func() any {
					p := newPlain(b)
					for i := 0; i < size; {
						var batch []user.User
						for ; i < size && len(batch) < 100; i++ {
							u := received(b, member(i, size))
							u.ID = user.ID(i + 1)
							batch = append(batch, u)
						}
						p.insert(b, batch...)
					}
					return p
				})
				each := func(f footprint) float64 { return f.bytes / float64(size) }
				b.ReportMetric(each(values), "value-B/user")
				b.ReportMetric(each(ours)-each(values), "roster-over-B/user")
				b.ReportMetric(each(theirs)-each(values), "plain-over-B/user")
				b.ReportMetric(ours.collect.Seconds()*1000, "roster-gc-ms")
				b.ReportMetric(theirs.collect.Seconds()*1000, "plain-gc-ms")
				b.ReportMetric(ours.collect.Seconds()/theirs.collect.Seconds(), "gc-ratio")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}
