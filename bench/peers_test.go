package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// crowd is a world whose users are in maps and in SQLite too.
type crowd struct {
	*world
	guarded *guarded
	lite    *lite

	guardedNext, liteNext int // how many users each has been given
}

// treasure is what the account has to give away at the peers.
const treasure = 1_000_000_000_000_000

func newCrowd(tb testing.TB, size int) *crowd {
	tb.Helper()
	c := &crowd{world: newWorld(tb, size), guarded: newGuarded(), lite: newLite(tb), guardedNext: size, liteNext: size}
	c.plain.move(tb, -treasure, 0) // it has no other way to have money
	c.guarded.balances[0] = treasure
	_, err := c.lite.db.Exec("INSERT INTO balances VALUES (0, ?)", treasure)
	must(tb, err)
	var batch []user.User
	for u, err := range c.admin.All(ctx, roster.ListParams{}) {
		must(tb, err)
		must(tb, c.guarded.insert(u))
		c.guarded.balances[u.ID] = 0
		if batch = append(batch, u); len(batch) == 1000 {
			must(tb, c.lite.insert(batch...))
			batch = batch[:0]
		}
	}
	must(tb, c.lite.insert(batch...))
	_, err = c.lite.db.Exec("INSERT INTO balances SELECT id, 0 FROM users")
	must(tb, err)
	return c
}

// BenchmarkPeers does the same work through roster's front door and in what a host would otherwise
// write: go-memdb used plainly, maps behind a mutex, SQLite in memory. All four keep the same users
// by the same five keys, and the same money.
func BenchmarkPeers(b *testing.B) {
	for _, size := range sizes() {
		b.Run(fmt.Sprintf("users=%d", size), func(b *testing.B) {
			c := newCrowd(b, size)
			for _, work := range []struct {
				name  string
				sides func(*testing.B) []turns.Side
			}{
				{"get", c.getSides},
				{"patch", c.patchSides},
				{"page", c.pageSides},
				{"search", c.searchSides},
				{"count", c.countSides},
				{"transfer/payees=1", func(b *testing.B) []turns.Side { return c.transferSides(b, 1) }},
				{"transfer/payees=1000", func(b *testing.B) []turns.Side { return c.transferSides(b, 1000) }},
				{"create", c.createSides}, // last: it adds users
			} {
				b.Run(work.name, func(b *testing.B) { turns.Take(b, work.sides(b)...) })
			}
		})
	}
}

// named gives the sides the names that they have here.
func named(roster, memdb, maps, sqlite turns.Side) []turns.Side {
	roster.Name, memdb.Name, maps.Name, sqlite.Name = "roster", "memdb", "map", "sqlite"
	return []turns.Side{roster, memdb, maps, sqlite}
}

func (c *crowd) getSides(b *testing.B) []turns.Side {
	return named(c.gets(b), c.plainGets(b), c.repeated("", func(i int) {
		if u, err := c.guarded.get(c.some(i)); err != nil || u.ID != c.some(i) {
			b.Fatal(u.ID, err)
		}
	}), c.repeated("", func(i int) {
		if u, err := c.lite.get(c.some(i)); err != nil || u.ID != c.some(i) {
			b.Fatal(u.ID, err)
		}
	}))
}

func (c *crowd) patchSides(b *testing.B) []turns.Side {
	return named(c.patches(b), c.plainPatches(b),
		c.repeated("", func(i int) { must(b, c.guarded.setMaxChats(c.some(i), 5+i%37)) }),
		c.repeated("", func(i int) { must(b, c.lite.setMaxChats(c.some(i), 5+i%37)) }))
}

// pageSides read pages of 20 of one application, one after another, from the first one again after
// the last.
func (c *crowd) pageSides(b *testing.B) []turns.Side {
	pages := func(read func(after user.ID) []user.User) turns.Side {
		var after user.ID
		return c.repeated("", func(int) {
			page := read(after)
			if after == 0 && len(page) != roster.DefaultLimit {
				b.Fatal(len(page))
			}
			if after = 0; len(page) == roster.DefaultLimit {
				after = page[len(page)-1].ID
			}
		})
	}
	return named(c.pages(b, storage.OrderByID, true),
		pages(func(after user.ID) []user.User { return c.plain.page(b, theApplication, after, roster.DefaultLimit) }),
		pages(func(after user.ID) []user.User { return c.guarded.page(theApplication, after, roster.DefaultLimit) }),
		pages(func(after user.ID) []user.User {
			page, err := c.lite.page(theApplication, after, roster.DefaultLimit)
			must(b, err)
			return page
		}))
}

func (c *crowd) searchSides(b *testing.B) []turns.Side {
	want := c.plain.search(b, needle)
	searches := func(search func() (int, error)) turns.Side {
		return c.repeated("", func(int) {
			if n, err := search(); err != nil || n != want {
				b.Fatal(n, want, err)
			}
		})
	}
	return named(c.searches(b, needle), c.plainSearches(b, needle),
		searches(func() (int, error) { return c.guarded.search(needle), nil }),
		searches(func() (int, error) { return c.lite.search(needle) }))
}

func (c *crowd) countSides(b *testing.B) []turns.Side {
	want := c.plain.countByIndex(b, theApplication)
	counts := func(count func() (int, error)) turns.Side {
		return c.repeated("", func(int) {
			if n, err := count(); err != nil || n != want {
				b.Fatal(n, want, err)
			}
		})
	}
	return named(
		counts(func() (int, error) { return c.admin.Count(ctx, enabledAgents(theApplication)) }),
		counts(func() (int, error) { return c.plain.countByIndex(b, theApplication), nil }),
		counts(func() (int, error) { return c.guarded.count(theApplication), nil }),
		counts(func() (int, error) { return c.lite.count(theApplication) }))
}

func (c *crowd) transferSides(b *testing.B, payees int) []turns.Side {
	to := make([]user.ID, payees)
	moves := func(move func(to []user.ID) error) turns.Side {
		return c.repeated("", func(i int) {
			for k := range to {
				to[k] = c.some(i + k)
			}
			must(b, move(to))
		})
	}
	return named(c.transfers(b, payees), c.plainTransfers(b, payees),
		moves(func(to []user.ID) error { return c.guarded.move(100, to...) }),
		moves(func(to []user.ID) error { return c.lite.move(100, to...) }))
}

// createSides add users that no side has.
func (c *crowd) createSides(b *testing.B) []turns.Side {
	creates := func(next *int, insert func(user.User) error) turns.Side {
		return c.repeated("", func(int) {
			*next++
			u := member(*next, 1<<62)
			u.ID = user.ID(*next)
			must(b, insert(u))
		})
	}
	return named(c.creates(b), c.plainCreates(b),
		creates(&c.guardedNext, c.guarded.insert),
		creates(&c.liteNext, func(u user.User) error { return c.lite.insert(u) }))
}

// A comparison of speed is worth something only between sides that come to the same.
func TestPeersComeToTheSame(t *testing.T) {
	c := newCrowd(t, 1000)
	amount, err := balance.Parse("0.01", "USD")
	must(t, err)
	for i := range 50 {
		id := c.some(i)
		_, err := c.admin.Patch(ctx, id, user.Patch{MaxChats: user.Set(5 + i)})
		must(t, err)
		c.plain.setMaxChats(t, id, 5+i)
		must(t, c.guarded.setMaxChats(id, 5+i))
		must(t, c.lite.setMaxChats(id, 5+i))

		to := []user.ID{c.some(i), c.some(2*i + 1), c.some(3*i + 2)}
		slices.Sort(to)
		to = slices.Compact(to)
		_, err = c.admin.Transfer(ctx, roster.TransferParams{Users: to, Amount: amount})
		must(t, err)
		c.plain.move(t, 100, to...)
		must(t, c.guarded.move(100, to...))
		must(t, c.lite.move(100, to...))
	}
	for i := range 50 {
		id := c.some(i)
		want, err := c.admin.Get(ctx, id)
		must(t, err)
		inMaps, err := c.guarded.get(id)
		must(t, err)
		inSQLite, err := c.lite.get(id)
		must(t, err)
		for side, u := range map[string]user.User{"memdb": c.plain.get(t, id).User, "map": inMaps, "sqlite": inSQLite} {
			// The peers keep no revisions and no time of the last change.
			u.Version, u.ConfigVersion, u.Credentials.SignInStamp = want.Version, want.ConfigVersion, want.Credentials.SignInStamp
			u.Lifecycle.Updated = want.Lifecycle.Updated
			if !u.Equal(want) {
				t.Errorf("%s: %s", side, cmp.Diff(want, u))
			}
		}
		funds, err := c.admin.Balances(ctx, id)
		must(t, err)
		units, err := c.lite.balance(id)
		must(t, err)
		has := []int64{int64(funds[0].Own.Units()), c.plain.balance(t, id), c.guarded.balances[id], units}
		if has[0] == 0 || slices.Min(has) != slices.Max(has) {
			t.Errorf("user %d has %v", id, has)
		}
	}
	c.comparePages(t)
	found, err := c.lite.search(needle)
	must(t, err)
	counted, err := c.lite.count(theApplication)
	must(t, err)
	total, err := c.admin.Count(ctx, enabledAgents(theApplication))
	must(t, err)
	if diff := cmp.Diff([]int{10, 10, 10}, []int{found, c.guarded.search(needle), c.plain.search(t, needle)}); diff != "" {
		t.Error(diff)
	}
	counts := []int{counted, c.guarded.count(theApplication), c.plain.countByIndex(t, theApplication)}
	if diff := cmp.Diff([]int{total, total, total}, counts); diff != "" || total == 0 {
		t.Error(total, diff)
	}
}

// comparePages reads the second page of an application everywhere.
func (c *crowd) comparePages(t *testing.T) {
	t.Helper()
	l := roster.ListParams{}
	l.Limit = 5
	l.Applications = []user.ApplicationID{theApplication}
	first, err := c.admin.List(ctx, l)
	must(t, err)
	l.Cursor = first.Next
	second, err := c.admin.List(ctx, l)
	must(t, err)
	inSQLite, err := c.lite.page(theApplication, first.Users[4].ID, 5)
	must(t, err)
	for side, page := range map[string][]user.User{
		"memdb": c.plain.page(t, theApplication, first.Users[4].ID, 5),
		"map":   c.guarded.page(theApplication, first.Users[4].ID, 5), "sqlite": inSQLite,
	} {
		if diff := cmp.Diff(identities(second.Users), identities(page)); diff != "" {
			t.Errorf("%s: %s", side, diff)
		}
	}
}

func identities(users []user.User) (list []user.ID) {
	for _, u := range users {
		list = append(list, u.ID)
	}
	return list
}
