package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/user"
)

// peer is a directory with the name that it has in docs/performance.md.
type peer struct {
	name string
	directory
}

// newPeers returns the same users in roster and in each peer: go-memdb used plainly, maps behind a
// mutex, SQLite in memory.
func newPeers(tb testing.TB, size int) (*world, []peer) {
	tb.Helper()
	w, maps, lite := newWorld(tb, size), newGuarded(), newLite(tb)
	w.fill(tb, maps, 1000)
	w.fill(tb, lite, 1000)
	return w, []peer{{"roster", w.front}, {"memdb", w.plain}, {"map", maps}, {"sqlite", lite}}
}

// BenchmarkPeers does the same work through roster's front door and in what a host would otherwise
// write. All four keep the same users by the same five keys, and the same money.
func BenchmarkPeers(b *testing.B) {
	for _, size := range sizes() {
		b.Run(fmt.Sprintf("users=%d", size), func(b *testing.B) {
			w, peers := newPeers(b, size)
			run := func(name string, do func() work) {
				b.Run(name, func(b *testing.B) {
					var sides []turns.Side
					for _, p := range peers {
						sides = append(sides, w.side(b, p.name, p.directory, do()))
					}
					turns.Take(b, sides...)
				})
			}
			run("get", func() work { return w.get })
			run("patch", func() work { return w.patch })
			run("page", nextPage)
			run("search", func() work { return w.search(b, needle) })
			run("count", func() work { return w.count(b) })
			run("transfer/payees=1", func() work { return w.transfer(1) })
			run("transfer/payees=1000", func() work { return w.transfer(1000) })
			run("create", func() work { return w.create }) // last: it adds users
		})
	}
}

// nextPage reads the pages of one application, 20 users each, and the first again after the last.
func nextPage() work {
	var after user.ID
	return func(d directory, _ int) error {
		page, err := d.page(theApplication, after, roster.DefaultLimit)
		if err == nil && after == 0 && len(page) != roster.DefaultLimit {
			return fmt.Errorf("a page of %d users", len(page))
		}
		if after = 0; len(page) == roster.DefaultLimit {
			after = page[len(page)-1].ID
		}
		return err
	}
}

// TestPeersComeToTheSame does the same work on each side. A comparison of speed is worth something
// only between sides that come to the same.
func TestPeersComeToTheSame(t *testing.T) {
	w, peers := newPeers(t, 1000)
	for i := range 50 {
		to := []user.ID{w.some(i), w.some(2*i + 1), w.some(3*i + 2)}
		slices.Sort(to)
		to = slices.Compact(to)
		for _, p := range peers {
			must(t, w.patch(p.directory, i))
			must(t, p.move(100, to...))
			must(t, p.get(w.some(i)))
		}
	}
	found, err := w.front.search(needle)
	must(t, err)
	total, err := w.front.count(theApplication)
	must(t, err)
	page, err := w.front.page(theApplication, 300, 10)
	must(t, err)
	if found != 10 || total == 0 || len(page) != 10 {
		t.Errorf("found %d users, counted %d, read %d", found, total, len(page))
	}
	for _, p := range append(peers, peer{"scan", scanned{w.plain}}) {
		must(t, w.search(t, needle)(p.directory, 0))
		must(t, w.count(t)(p.directory, 0))
		got, err := p.page(theApplication, 300, 10)
		must(t, err)
		for i := range got { // the peers keep no revisions and no time of the last change
			u, want := &got[i], page[i]
			u.Version, u.ConfigVersion, u.Credentials.SignInStamp = want.Version, want.ConfigVersion, want.Credentials.SignInStamp
			u.Lifecycle.Updated = want.Lifecycle.Updated
		}
		if diff := cmp.Diff(page, got); diff != "" {
			t.Errorf("%s: %s", p.name, diff)
		}
		for i := range 150 {
			want, err := w.front.balance(w.some(i))
			must(t, err)
			if got, err := p.balance(w.some(i)); err != nil || got != want {
				t.Errorf("%s: user %d has %d, want %d; %v", p.name, w.some(i), got, want, err)
			}
		}
	}
}
