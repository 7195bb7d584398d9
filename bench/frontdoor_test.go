package bench

import (
	"fmt"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// work is one call to a directory. i is a number that no other call has.
type work func(d directory, i int) error

func (w *world) get(d directory, i int) error { return d.get(w.some(i)) }

// patch sets a number. 37 divides no size, so a user gets another number at the next turn.
func (w *world) patch(d directory, i int) error { return d.setMaxChats(w.some(i), 5+i%37) }

// create adds a user that the directory does not have.
func (w *world) create(d directory, _ int) error {
	w.made[d]++
	u := member(w.size+w.made[d], 1<<62)
	u.ID = user.ID(w.size + w.made[d])
	return d.insert(u)
}

func (w *world) transfer(payees int) work {
	to := make([]user.ID, payees)
	return func(d directory, i int) error {
		for k := range to {
			to[k] = w.some(i + k)
		}
		return d.move(100, to...)
	}
}

// expect returns work whose result must be want.
func expect(want int, count func(d directory) (int, error)) work {
	return func(d directory, _ int) error {
		n, err := count(d)
		if err == nil && n != want {
			return fmt.Errorf("found %d, want %d", n, want)
		}
		return err
	}
}

// search finds the users with a part of a name.
func (w *world) search(tb testing.TB, part string) work {
	want, err := w.plain.search(part)
	must(tb, err)
	return expect(want, func(d directory) (int, error) { return d.search(part) })
}

// count counts the enabled agents of an application.
func (w *world) count(tb testing.TB) work {
	want, err := w.plain.count(theApplication)
	must(tb, err)
	return expect(want, func(d directory) (int, error) { return d.count(theApplication) })
}

// side returns a side that repeats the work, each time with a number that is new in this world. The
// testing package starts a benchmark several times, and a repeated patch would change nothing.
func (w *world) side(tb testing.TB, name string, d directory, do work) turns.Side {
	return turns.Side{Name: name, Run: func(n int) {
		for range n {
			w.serial++
			must(tb, do(d, w.serial))
		}
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
			run := func(name string, report func(b *testing.B, ours, theirs turns.Side), do work) {
				b.Run(name, func(b *testing.B) {
					report(b, w.side(b, "roster", w.front, do), w.side(b, "plain", scanned{w.plain}, do))
				})
			}
			run("get", ratio, w.get)
			run("patch", ratio, w.patch)
			run("transfer/payees=1", ratio, w.transfer(1))
			run("transfer/payees=1000", ratio, w.transfer(1000))
			b.Run("transfer/growth", w.transferGrowth)
			b.Run("page/first", func(b *testing.B) { w.pages(b, false) })
			b.Run("page/any", func(b *testing.B) { w.pages(b, true) })
			run("search", faster, w.search(b, needle))
			run("search-in-vain", faster, w.search(b, "qqqq"))
			run("count", faster, w.count(b))
			run("create", ratio, w.create) // last: it adds users
			if smallest == nil {
				smallest = w
				return
			}
			growth := func(name string, do func(*world) work) {
				b.Run("growth/"+name, func(b *testing.B) {
					ratio(b, w.side(b, "roster", w.front, do(w)), smallest.side(b, "smallest", smallest.front, do(smallest)))
				})
			}
			growth("get", func(w *world) work { return w.get })
			growth("patch", func(w *world) work { return w.patch })
			growth("transfer", func(w *world) work { return w.transfer(1) })
			growth("create", func(w *world) work { return w.create })
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

// transferGrowth reports what a payee costs in a transfer to 50,000 users, divided by what a payee
// costs in one to 1,000. A smaller account pays all its users.
func (w *world) transferGrowth(b *testing.B) {
	few, many := 1000, min(50_000, w.size)
	took := turns.Take(b,
		w.side(b, fmt.Sprint(few), w.front, w.transfer(few)), w.side(b, fmt.Sprint(many), w.front, w.transfer(many)))
	b.ReportMetric(took[1]/float64(many)/(took[0]/float64(few)), "payee-ratio")
}

// pages reports the milliseconds of reading a page of one application in the order of login, 20
// users: always the first page, or the next one, and the first again after the last.
func (w *world) pages(b *testing.B, next bool) {
	cursor := ""
	took := turns.Take(b, w.side(b, "roster", w.front, func(directory, int) error {
		l := roster.ListParams{Cursor: cursor}
		l.Applications, l.Order = []user.ApplicationID{theApplication}, storage.OrderByLogin
		page, err := w.front.List(ctx, l)
		if err == nil && cursor == "" && len(page.Users) != roster.DefaultLimit {
			return fmt.Errorf("a page of %d users", len(page.Users))
		}
		if next {
			cursor = page.Next
		}
		return err
	}))
	b.ReportMetric(took[0]/1e6, "ms")
}
