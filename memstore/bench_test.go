package memstore_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// With -million the benchmarks also run on a million users, which takes 8 GB of memory and some minutes; with -short on
// few, to see that all runs, since such figures say nothing.
var million = flag.Bool("million", false, "benchmark a million users too")

func sizes() []int {
	switch {
	case testing.Short():
		return []int{1_000, 10_000}
	case *million:
		return []int{10_000, 100_000, 1_000_000}
	}
	return []int{10_000, 100_000}
}

// both is the same users in both ways of keeping them.
type both struct {
	users int // with ids from 1
	plain *plain
	store *memstore.Store
}

// filled makes both with that many users, each created in a transaction as the front door does it, so that there is
// a change for each. made is told of each step, to measure memory.
func filled(b testing.TB, users int) *both {
	x := &both{users: users, plain: newPlain(), store: memstore.New()}
	for id := user.ID(1); int(id) <= users; id += 100 {
		var list []user.User
		for i := range user.ID(100) {
			list = append(list, agent(id+i))
		}
		x.plain.put(b, list...)
	}
	fill(b, x.store, users)
	b.Cleanup(func() { _ = x.store.Close() })
	return x
}

func filledStore(b testing.TB, users int) *memstore.Store {
	s := memstore.New()
	b.Cleanup(func() { _ = s.Close() })
	fill(b, s, users)
	return s
}

func fill(b testing.TB, s *memstore.Store, users int) {
	for id := user.ID(1); int(id) <= users; id += 100 {
		_, err := s.Update(b.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			for i := range user.ID(100) {
				if err := create(ctx, w, agent(id+i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func create(ctx context.Context, w storage.Writer, u user.User) error {
	if _, err := w.NextID(ctx, storage.UserIDs); err != nil {
		return err
	}
	if err := w.PutUser(ctx, u); err != nil {
		return err
	}
	return w.AppendChange(ctx, storage.Change{Type: storage.UserCreated, UserID: u.ID, Created: &u})
}

func (x *both) id() user.ID { return user.ID(1 + rand.IntN(x.users)) }

func (x *both) view(b testing.TB, fn func(ctx context.Context, r storage.Reader) error) {
	if err := x.store.View(b.Context(), "acme", fn); err != nil {
		b.Fatal(err)
	}
}

func (x *both) update(b testing.TB, fn func(ctx context.Context, w storage.Writer) error) {
	if _, err := x.store.Update(b.Context(), "acme", fn); err != nil {
		b.Fatal(err)
	}
}

// compare times ours and theirs in turns, so that whatever else the machine does meets both, and reports the ratio.
func compare(b *testing.B, each int, theirs, ours func()) {
	var took [2]time.Duration
	rounds := 0
	for b.Loop() {
		for i, f := range [2]func(){theirs, ours} {
			from := time.Now()
			for range each {
				f()
			}
			took[i] += time.Since(from)
		}
		rounds++
	}
	per := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(rounds*each) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(per(took[0]), "memdb-ns")
	b.ReportMetric(per(took[1]), "ours-ns")
	b.ReportMetric(float64(took[1])/float64(took[0]), "ratio")
	b.ReportMetric(float64(took[0])/float64(took[1]), "times-faster")
}

// BenchmarkUsers compares what is done with users. Bars, as ratios: Get 1.5 with two gets in one View, Update 0.25,
// Create 0.6. Find and Count: 100 times faster.
func BenchmarkUsers(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := filled(b, n)
			runtime.GC()
			b.Run("Get", func(b *testing.B) { x.benchGet(b, 1) })
			b.Run("GetTwo", func(b *testing.B) { x.benchGet(b, 2) })
			b.Run("Update", x.benchUpdate)
			b.Run("Status", x.benchStatus)
			b.Run("Page", x.benchPage)
			for _, c := range searches(n) {
				b.Run(c.name, func(b *testing.B) { x.benchSearch(b, c.q) })
			}
			b.Run("Create", x.benchCreate)
		})
	}
}

func (x *both) benchGet(b *testing.B, users int) {
	compare(b, 1000, func() { x.plain.get(b, x.id()) }, func() {
		x.view(b, func(ctx context.Context, r storage.Reader) error {
			for range users {
				if _, err := r.User(ctx, x.id()); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func (x *both) benchUpdate(b *testing.B) {
	chats := 0
	x.change(b, func(u *user.User) { chats++; u.Capacity.MaxChats = chats })
}

// benchStatus changes what is indexed for us and not for them.
func (x *both) benchStatus(b *testing.B) {
	x.change(b, func(u *user.User) { u.Presence.Status = (u.Presence.Status + 1) % 8 })
}

func (x *both) change(b *testing.B, edit func(*user.User)) {
	compare(b, 100, func() {
		u := *x.plain.get(b, x.id())
		edit(&u)
		x.plain.put(b, u)
	}, func() {
		x.update(b, func(ctx context.Context, w storage.Writer) error {
			before, err := w.User(ctx, x.id())
			if err != nil {
				return err
			}
			after := before
			edit(&after)
			after.Version = w.Next()
			if err := w.PutUser(ctx, after); err != nil {
				return err
			}
			return w.AppendChange(ctx, storage.Change{Type: storage.UserUpdated, UserID: after.ID, Diff: user.Diff(before, after)})
		})
	})
}

func (x *both) benchCreate(b *testing.B) {
	theirs, ours := user.ID(x.users), user.ID(x.users)
	var list []user.User // made before, so that it is not timed
	for i := range 100 * 200 {
		list = append(list, agent(user.ID(x.users+1+i)))
	}
	next := func(id *user.ID) user.User {
		*id++
		u := list[(int(*id)-x.users-1)%len(list)]
		if u.ID != *id { // more rounds than were thought of
			u = agent(*id)
		}
		return u
	}
	compare(b, 100, func() { x.plain.put(b, next(&theirs)) }, func() {
		x.update(b, func(ctx context.Context, w storage.Writer) error { return create(ctx, w, next(&ours)) })
	})
}

// benchPage reads a page of twenty by application, from anywhere. The time must not depend on the number of users.
func (x *both) benchPage(b *testing.B) {
	for b.Loop() {
		x.view(b, func(ctx context.Context, r storage.Reader) error {
			after := storage.Position{ID: x.id()}
			_, err := r.Users(ctx, storage.Query{Applications: []user.ApplicationID{7}, After: &after, Limit: 20})
			return err
		})
	}
}

type searched struct {
	name string
	q    storage.Query
}

func searches(n int) []searched {
	return []searched{
		{"FindRareName", storage.Query{Text: fmt.Sprint(" ", n/2+77)}},
		{"FindNobody", storage.Query{Text: "zebedee"}},
		{"FindCommonName", storage.Query{Text: "lindgren", Limit: 20}},
		{"FindLogin", storage.Query{LoginPart: fmt.Sprintf("%07d", n/2)}},
		{"CountEnabled", storage.Query{Enabled: storage.Yes}},
		{"CountApplication", storage.Query{Applications: []user.ApplicationID{7}}},
		{"CountRole", storage.Query{Roles: user.RolesOf(user.Supervisor)}},
		{"CountName", storage.Query{Text: "lindgren"}},
	}
}

func (x *both) benchSearch(b *testing.B, q storage.Query) {
	_, want := x.plain.query(b, q)
	compare(b, 1, func() { x.plain.query(b, q) }, func() {
		x.view(b, func(ctx context.Context, r storage.Reader) error {
			if q.Limit > 0 || want <= 20 {
				_, err := r.Users(ctx, q)
				return err
			}
			n, err := r.CountUsers(ctx, q)
			if n != want {
				b.Fatalf("counted %d, want %d", n, want)
			}
			return err
		})
	})
}

// BenchmarkMemory reports what a user costs beyond his own value (1.3 kB is the bar), and how long a full garbage
// collection takes compared with go-memdb (0.5 is the bar).
func BenchmarkMemory(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			measure := func(keep func() any) (bytes, objects float64, gc time.Duration) {
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				kept := keep()
				runtime.GC()
				runtime.ReadMemStats(&after)
				gc = time.Hour
				for range 5 {
					from := time.Now()
					runtime.GC()
					gc = min(gc, time.Since(from))
				}
				runtime.KeepAlive(kept)
				per := func(after, before uint64) float64 { return float64(after-before) / float64(n) }
				return per(after.HeapAlloc, before.HeapAlloc), per(after.HeapObjects, before.HeapObjects), gc
			}
			for b.Loop() {
				value, _, _ := measure(func() any {
					list := make([]*user.User, n)
					for i := range list {
						u := agent(user.ID(i + 1))
						list[i] = &u
					}
					return list
				})
				bytes, objects, gc := measure(func() any {
					s := memstore.New()
					fill(b, s, n)
					return s
				})
				theirBytes, theirObjects, theirGC := measure(func() any {
					p := newPlain()
					for i := range n {
						p.put(b, agent(user.ID(i+1)))
					}
					return p
				})
				b.ReportMetric(bytes-value, "B-over-value/user")
				b.ReportMetric(theirBytes-value, "memdb-B-over-value/user")
				b.ReportMetric(objects, "objects/user")
				b.ReportMetric(theirObjects, "memdb-objects/user")
				b.ReportMetric(float64(gc.Microseconds())/1000, "gc-ms")
				b.ReportMetric(float64(gc)/float64(theirGC), "gc-ratio")
			}
		})
	}
}
