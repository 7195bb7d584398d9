package bench

import (
	"fmt"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// sites is how many values the custom attribute of the benchmark has.
const sites = 50

func siteOf(i int) user.Value { return user.TextValue(fmt.Sprint("site ", i%sites)) }

// customWorld returns 100,000 users of 50 sites, and the same users in plain rows.
func customWorld(tb testing.TB, size int) (roster.Handle, *plain) {
	tb.Helper()
	host := roster.New(memstore.New()).As("acme", roster.SystemActor())
	_, err := host.CreateAccount(ctx, user.Account{Currency: "USD", CustomAttributes: user.CustomSchemaOf(
		user.CustomAttribute{Name: "site", Type: user.CustomString},
		user.CustomAttribute{Name: "seniority", Type: user.CustomNumber},
	)})
	must(tb, err)
	p := newPlain(tb)
	for i := 0; i < size; {
		var batch []roster.CreateParams
		for ; i < size && len(batch) < 100; i++ {
			u := member(i, size)
			u.Custom = u.Custom.With("site", siteOf(i)).With("seniority", user.NumberValue(float64(i%40)))
			batch = append(batch, roster.CreateParams{User: u})
		}
		results, err := host.CreateMany(ctx, batch)
		must(tb, err)
		var users []user.User
		for _, r := range results {
			users = append(users, r.User)
		}
		must(tb, p.insert(users...))
	}
	return host, p
}

// BenchmarkCustom compares the total and the first page of a filter by one custom attribute with a
// scan of all users.
func BenchmarkCustom(b *testing.B) {
	const size = 100_000
	host, p := customWorld(b, size)
	site := func(i int) storage.Query {
		return storage.Query{Custom: user.Custom{}.With("site", siteOf(i)), Limit: 20}
	}
	scan := func(i int) (int, error) {
		q := site(i)
		return p.scan(func(u *user.User) bool { return q.Match(*u) })
	}
	next := 0
	run := func(name string, want int, find func(i int) (int, error)) {
		side := func(name string, find func(i int) (int, error), want int) turns.Side {
			return turns.Side{Name: name, Run: func(n int) {
				for range n {
					next++
					if found, err := find(next); err != nil || found != want {
						b.Fatalf("%s found %d users, want %d; %v", name, found, want, err)
					}
				}
			}}
		}
		b.Run(name, func(b *testing.B) { faster(b, side("roster", find, want), side("scan", scan, size/sites)) })
	}
	run("count", size/sites, func(i int) (int, error) { return host.Count(ctx, roster.ListParams{Query: site(i)}) })
	run("page", 20, func(i int) (int, error) {
		page, err := host.List(ctx, roster.ListParams{Query: site(i)})
		return len(page.Users), err
	})
}
