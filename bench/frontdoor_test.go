package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Both sides must find the same before it means anything that one finds it faster.
func TestPlainAgrees(t *testing.T) {
	w := newWorld(t, 2000)
	found, err := w.admin.Count(ctx, roster.List{Query: storage.Query{Text: needle}})
	must(t, err)
	if n := w.plain.search(t, needle); n != 10 || found != n {
		t.Errorf("%q: found %d, plain %d, want 10", needle, found, n)
	}
	counted, err := w.admin.Count(ctx, enabledAgents(7))
	must(t, err)
	if n := w.plain.count(t, 7); n == 0 || counted != n {
		t.Errorf("enabled agents: counted %d, plain %d", counted, n)
	}
	u, err := w.admin.Get(ctx, 1234)
	must(t, err)
	if row := w.plain.get(t, 1234); !row.User.Equal(u) {
		t.Errorf("user 1234: %v, plain %v", u, row.User)
	}
}

func enabledAgents(a user.ApplicationID) roster.List {
	return roster.List{Query: storage.Query{
		Enabled: storage.Yes, Roles: user.RolesOf(user.Agent), Applications: []user.ApplicationID{a},
	}}
}

// BenchmarkFrontDoor compares whole calls of the front door, as a user whose role is read and judged in each, with what
// plain go-memdb rows take for the bare work.
func BenchmarkFrontDoor(b *testing.B) {
	for _, size := range sizes() {
		b.Run(fmt.Sprintf("users=%d", size), func(b *testing.B) {
			w := newWorld(b, size)
			b.Run("get", func(b *testing.B) { ratio(b, w.gets(b), w.plainGets(b)) })
			b.Run("patch", func(b *testing.B) { ratio(b, w.patches(b), w.plainPatches(b)) })
			b.Run("transfer/payees=1", func(b *testing.B) { ratio(b, w.transfers(b, 1), w.plainTransfers(b, 1)) })
			b.Run("transfer/payees=1000", func(b *testing.B) { ratio(b, w.transfers(b, 1000), w.plainTransfers(b, 1000)) })
			b.Run("transfer/growth", w.transferGrowth)
			b.Run("page", func(b *testing.B) { turns.Take(b, w.pages(b)) })
			b.Run("search", func(b *testing.B) { faster(b, w.searches(b, needle), w.plainSearches(b, needle)) })
			b.Run("search-none", func(b *testing.B) { faster(b, w.searches(b, "qqqq"), w.plainSearches(b, "qqqq")) })
			b.Run("count", func(b *testing.B) { faster(b, w.counts(b), w.plainCounts(b)) })
			b.Run("create", func(b *testing.B) { ratio(b, w.creates(b), w.plainCreates(b)) }) // last: it adds users
		})
	}
}

// BenchmarkGrowth compares calls on the largest account with those on one of ten thousand users.
func BenchmarkGrowth(b *testing.B) {
	small, large := newWorld(b, sizes()[0]), newWorld(b, slices.Max(sizes()))
	for _, c := range []struct {
		name string
		call func(*world, *testing.B) turns.Side
	}{
		{"get", (*world).gets},
		{"patch", (*world).patches},
		{"transfer", func(w *world, b *testing.B) turns.Side { return w.transfers(b, 1) }},
		{"page", (*world).pages},
		{"count", (*world).counts},
		{"create", (*world).creates},
	} {
		b.Run(c.name, func(b *testing.B) {
			more, less := c.call(large, b), c.call(small, b)
			more.Name, less.Name = fmt.Sprint(large.size), fmt.Sprint(small.size)
			ratio(b, more, less)
		})
	}
}

// ratio reports how much the first side takes of what the second does.
func ratio(b *testing.B, ours, theirs turns.Side) {
	took := turns.Take(b, ours, theirs)
	b.ReportMetric(took[0]/took[1], "ratio")
}

// faster reports how many times faster the first side is.
func faster(b *testing.B, ours, theirs turns.Side) {
	took := turns.Take(b, ours, theirs)
	b.ReportMetric(took[1]/took[0], "x-faster")
}

// repeated calls one after another, each with a number that never comes again in this world: the testing package starts
// a benchmark several times, and a patch that is repeated changes nothing.
func (w *world) repeated(name string, call func(i int)) turns.Side {
	return turns.Side{Name: name, Run: func(n int) {
		for range n {
			w.serial++
			call(w.serial)
		}
	}}
}

func (w *world) gets(b *testing.B) turns.Side {
	return w.repeated("roster", func(i int) {
		u, err := w.admin.Get(ctx, w.some(i))
		if err != nil || u.ID != w.some(i) {
			b.Fatal(u.ID, err)
		}
	})
}

func (w *world) plainGets(b *testing.B) turns.Side {
	return w.repeated("plain", func(i int) {
		if w.plain.get(b, w.some(i)).ID != w.some(i) {
			b.Fatal("another user")
		}
	})
}

func (w *world) patches(b *testing.B) turns.Side {
	return w.repeated("roster", func(i int) {
		// The modulus shares no factor with any size, so that a user who comes again gets another number.
		r, err := w.admin.Patch(ctx, w.some(i), user.Patch{MaxChats: user.Set(5 + i%37)})
		if err != nil || r.User.Capacity.MaxChats != 5+i%37 {
			b.Fatal(r.Changed, err)
		}
	})
}

func (w *world) plainPatches(b *testing.B) turns.Side {
	return w.repeated("plain", func(i int) { w.plain.setMaxChats(b, w.some(i), 5+i%37) })
}

func (w *world) transfers(b *testing.B, payees int) turns.Side {
	amount, err := balance.Parse("0.01", "USD")
	must(b, err)
	ids := make([]user.ID, payees)
	return w.repeated("roster", func(i int) {
		for k := range ids {
			ids[k] = w.some(i + k)
		}
		r, err := w.admin.Transfer(ctx, roster.Transfer{Users: ids, Amount: amount})
		if err != nil || len(r.Transfer.Postings) != payees {
			b.Fatal(len(r.Transfer.Postings), err)
		}
	})
}

func (w *world) plainTransfers(b *testing.B, payees int) turns.Side {
	ids := make([]user.ID, payees)
	return w.repeated("plain", func(i int) {
		for k := range ids {
			ids[k] = w.some(i + k)
		}
		w.plain.move(b, 100, ids...)
	})
}

// transferGrowth reports what a payee costs among 5,000 and 50,000, in payees among 1,000.
func (w *world) transferGrowth(b *testing.B) {
	payees := []int{1000, 5000, 50_000}
	if w.size < 50_000 {
		payees = payees[:2]
	}
	var sides []turns.Side
	for _, n := range payees {
		s := w.transfers(b, n)
		s.Name = fmt.Sprint(n)
		sides = append(sides, s)
	}
	took := turns.Take(b, sides...)
	for i, n := range payees[1:] {
		b.ReportMetric(took[i+1]/float64(n)/(took[0]/1000), fmt.Sprintf("payee-of-%d", n))
	}
}

// pages reads pages of 20 of one application, one after another, from the first one again after the last.
func (w *world) pages(b *testing.B) turns.Side {
	cursor := ""
	return w.repeated("roster", func(int) {
		l := roster.List{Cursor: cursor}
		l.Applications = []user.ApplicationID{7}
		page, err := w.admin.List(ctx, l)
		if err != nil || cursor == "" && len(page.Users) != roster.DefaultLimit {
			b.Fatal(len(page.Users), err)
		}
		cursor = page.Next
	})
}

func (w *world) searches(b *testing.B, part string) turns.Side {
	want := w.plain.search(b, part)
	return w.repeated("roster", func(int) {
		page, err := w.admin.List(ctx, roster.List{Query: storage.Query{Text: part}})
		if err != nil || len(page.Users) != want {
			b.Fatal(len(page.Users), err)
		}
	})
}

func (w *world) plainSearches(b *testing.B, part string) turns.Side {
	return w.repeated("plain", func(int) { w.plain.search(b, part) })
}

func (w *world) counts(b *testing.B) turns.Side {
	want := w.plain.count(b, 7)
	return w.repeated("roster", func(int) {
		if n, err := w.admin.Count(ctx, enabledAgents(7)); err != nil || n < want {
			b.Fatal(n, err)
		}
	})
}

func (w *world) plainCounts(b *testing.B) turns.Side {
	return w.repeated("plain", func(int) { w.plain.count(b, 7) })
}

// creates adds users whom neither side has.
func (w *world) creates(b *testing.B) turns.Side {
	return w.repeated("roster", func(int) {
		w.next++
		if _, err := w.admin.Create(ctx, roster.NewUser{User: member(w.next, 1<<62)}); err != nil {
			b.Fatal(err)
		}
	})
}

func (w *world) plainCreates(b *testing.B) turns.Side {
	return w.repeated("plain", func(int) {
		w.plainNext++
		u := member(w.plainNext, 1<<62)
		u.ID = user.ID(w.plainNext)
		w.plain.insert(b, u)
	})
}
