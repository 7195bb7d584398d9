package bench

import (
	"fmt"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Both sides find the same users, or their times would not be comparable.
func TestPlainAgrees(t *testing.T) {
	w := newWorld(t, 2000)
	found, err := w.admin.Count(ctx, roster.ListParams{Query: storage.Query{Text: needle}})
	must(t, err)
	if n := w.plain.search(t, needle); n != 10 || found != n {
		t.Errorf("%q: found %d, plain %d, want 10", needle, found, n)
	}
	counted, err := w.admin.Count(ctx, enabledAgents(theApplication))
	must(t, err)
	if n := w.plain.count(t, theApplication); n == 0 || counted != n {
		t.Errorf("enabled agents: counted %d, plain %d", counted, n)
	}
	u, err := w.admin.Get(ctx, 1234)
	must(t, err)
	if row := w.plain.get(t, 1234); !row.User.Equal(u) {
		t.Errorf("user 1234: %v, plain %v", u, row.User)
	}
}

func enabledAgents(a user.ApplicationID) roster.ListParams {
	return roster.ListParams{Query: storage.Query{
		Enabled: storage.Yes, Roles: user.RolesOf(user.Agent), Applications: []user.ApplicationID{a},
	}}
}

// BenchmarkFrontDoor compares calls of roster.Directory over memstore with the same work on plain
// go-memdb rows. The actor is a user, whose role each call reads and checks. At each size but the
// first, it also compares the calls with those on the smallest account.
func BenchmarkFrontDoor(b *testing.B) {
	var smallest *world
	for _, size := range sizes() {
		b.Run(fmt.Sprintf("users=%d", size), func(b *testing.B) {
			w := newWorld(b, size)
			b.Run("get", func(b *testing.B) { ratio(b, w.gets(b), w.plainGets(b)) })
			b.Run("patch", func(b *testing.B) { ratio(b, w.patches(b), w.plainPatches(b)) })
			b.Run("transfer/payees=1", func(b *testing.B) { ratio(b, w.transfers(b, 1), w.plainTransfers(b, 1)) })
			b.Run("transfer/payees=1000", func(b *testing.B) { ratio(b, w.transfers(b, 1000), w.plainTransfers(b, 1000)) })
			b.Run("transfer/growth", w.transferGrowth)
			b.Run("page/first", func(b *testing.B) { milliseconds(b, w.pages(b, storage.OrderByLogin, false)) })
			b.Run("page/any", func(b *testing.B) { milliseconds(b, w.pages(b, storage.OrderByLogin, true)) })
			b.Run("search", func(b *testing.B) { faster(b, w.searches(b, needle), w.plainSearches(b, needle)) })
			b.Run("search-in-vain", func(b *testing.B) { faster(b, w.searches(b, "qqqq"), w.plainSearches(b, "qqqq")) })
			b.Run("count", func(b *testing.B) { faster(b, w.counts(b), w.plainCounts(b)) })
			b.Run("create", func(b *testing.B) { ratio(b, w.creates(b), w.plainCreates(b)) }) // last: it adds users
			if smallest == nil {
				smallest = w
				return
			}
			b.Run("growth/get", func(b *testing.B) { ratio(b, w.gets(b), smallest.gets(b)) })
			b.Run("growth/patch", func(b *testing.B) { ratio(b, w.patches(b), smallest.patches(b)) })
			b.Run("growth/transfer", func(b *testing.B) { ratio(b, w.transfers(b, 1), smallest.transfers(b, 1)) })
			b.Run("growth/create", func(b *testing.B) { ratio(b, w.creates(b), smallest.creates(b)) })
		})
	}
}

// ratio reports the time of the first side divided by that of the second.
func ratio(b *testing.B, ours, theirs turns.Side) {
	took := turns.Take(b, ours, theirs)
	b.ReportMetric(took[0]/took[1], "ratio")
}

// faster reports the time of the second side divided by that of the first.
func faster(b *testing.B, ours, theirs turns.Side) {
	took := turns.Take(b, ours, theirs)
	b.ReportMetric(took[1]/took[0], "x-faster")
}

// milliseconds reports the time of one side.
func milliseconds(b *testing.B, side turns.Side) {
	b.ReportMetric(turns.Take(b, side)[0]/1e6, "ms")
}

// repeated returns a side that makes calls, each with a number that is new in this world. The
// testing package starts a benchmark several times, and a repeated patch would change nothing.
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
		// 37 divides no size, so a user gets another number at the next turn.
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
		r, err := w.admin.Transfer(ctx, roster.TransferParams{Users: ids, Amount: amount})
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

// transferGrowth reports what a payee costs in a transfer to 50,000 users, divided by what a payee
// costs in one to 1,000. A smaller account pays all its users.
func (w *world) transferGrowth(b *testing.B) {
	few, many := 1000, min(50_000, w.size)
	fewer, more := w.transfers(b, few), w.transfers(b, many)
	fewer.Name, more.Name = fmt.Sprint(few), fmt.Sprint(many)
	took := turns.Take(b, fewer, more)
	b.ReportMetric(took[1]/float64(many)/(took[0]/float64(few)), "payee-ratio")
}

// pages reads pages of one application, 20 users each: always the first one, or the next one, and
// the first again after the last.
func (w *world) pages(b *testing.B, order storage.Order, next bool) turns.Side {
	cursor := ""
	return w.repeated("roster", func(int) {
		l := roster.ListParams{Cursor: cursor}
		l.Applications, l.Order = []user.ApplicationID{theApplication}, order
		page, err := w.admin.List(ctx, l)
		if err != nil || cursor == "" && len(page.Users) != roster.DefaultLimit {
			b.Fatal(len(page.Users), err)
		}
		if next {
			cursor = page.Next
		}
	})
}

func (w *world) searches(b *testing.B, part string) turns.Side {
	want := w.plain.search(b, part)
	return w.repeated("roster", func(int) {
		page, err := w.admin.List(ctx, roster.ListParams{Query: storage.Query{Text: part}})
		if err != nil || len(page.Users) != want {
			b.Fatal(len(page.Users), err)
		}
	})
}

func (w *world) plainSearches(b *testing.B, part string) turns.Side {
	return w.repeated("plain", func(int) { w.plain.search(b, part) })
}

func (w *world) counts(b *testing.B) turns.Side {
	want := w.plain.count(b, theApplication)
	return w.repeated("roster", func(int) {
		if n, err := w.admin.Count(ctx, enabledAgents(theApplication)); err != nil || n != want {
			b.Fatal(n, err)
		}
	})
}

func (w *world) plainCounts(b *testing.B) turns.Side {
	return w.repeated("plain", func(int) { w.plain.count(b, theApplication) })
}

// creates adds users that the world does not have.
func (w *world) creates(b *testing.B) turns.Side {
	return w.repeated("roster", func(int) {
		w.next++
		if _, err := w.admin.Create(ctx, roster.CreateParams{User: member(w.next, 1<<62)}); err != nil {
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
