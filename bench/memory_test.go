package bench

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// footprint is what a live value costs: bytes of the heap, and the time of a full garbage
// collection.
type footprint struct {
	bytes   float64
	collect time.Duration
}

// measure makes a value and returns its footprint. Nothing else of size may be alive. The time is
// the shortest of several collections, since other processes can only lengthen one.
func measure(make func() any) footprint {
	var before, after runtime.MemStats
	heap := func(into *runtime.MemStats) {
		runtime.GC()
		runtime.GC() // the first one only marks pools for removal
		runtime.ReadMemStats(into)
	}
	heap(&before)
	live := make()
	heap(&after)
	var times []time.Duration
	for range 7 {
		begun := time.Now()
		runtime.GC()
		times = append(times, time.Since(begun))
	}
	runtime.KeepAlive(live)
	return footprint{float64(after.HeapAlloc) - float64(before.HeapAlloc), slices.Min(times)}
}

// BenchmarkMemory compares the memory of an account in memstore, with its history and indexes, with
// that of plain go-memdb rows. Both sides get users as a request brings them. The bytes of a user
// are those beyond the user values. Each side is alone in the process while it is measured.
func BenchmarkMemory(b *testing.B) {
	for _, size := range sizes() {
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
				theirs := measure(func() any { return plainOf(b, size) })
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
	b.Run("accounts", func(b *testing.B) {
		const accounts = 10_000
		for range b.N {
			all := measure(func() any {
				store := memstore.New()
				directory := roster.New(store)
				for i := range accounts {
					name := fmt.Sprint("account-", i)
					host := directory.As(user.AccountID(name), roster.SystemActor())
					_, err := host.CreateAccount(ctx, user.Account{Name: name, Currency: "USD", MaxUsers: 500})
					must(b, err)
				}
				return store
			})
			b.ReportMetric(all.bytes/accounts, "B/account")
		}
		b.ReportMetric(0, "ns/op")
	})
}

// plainOf returns plain rows of size users.
func plainOf(b *testing.B, size int) *plain {
	p := newPlain(b)
	for i := 0; i < size; {
		var batch []user.User
		for ; i < size && len(batch) < 100; i++ {
			u := received(b, member(i, size))
			u.ID = user.ID(i + 1)
			batch = append(batch, u)
		}
		must(b, p.insert(batch...))
	}
	return p
}
