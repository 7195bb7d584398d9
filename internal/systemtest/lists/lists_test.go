// Package lists tests that a list returns exactly what single reads return. For random policies,
// users and queries it compares List, Count, All, DeleteAll, transfers to all users, balances and
// views with Get and its neighbors.
package lists

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// trial is one actor under one authorizer.
type trial struct {
	*testing.T
	ctx   context.Context
	r     *rand.Rand
	h     roster.Handle
	all   []user.User // as the storage has them
	seen  map[user.ID]user.User
	tally map[string]int
}

// TestListsReturnWhatSingleReadsReturn is the proof on memstore and, with fewer cases, on SQLite.
// With CI=true the cases are ten times as many.
func TestListsReturnWhatSingleReadsReturn(t *testing.T) {
	times := 1
	if os.Getenv("CI") == "true" {
		times = 10
	}
	for _, c := range []struct {
		name           string
		open           func(t *testing.T) storage.Storage
		worlds, actors int
	}{
		{"memory", func(*testing.T) storage.Storage { return memstore.New() }, 6 * times, 40},
		{"sqlite", func(t *testing.T) storage.Storage {
			return engine.SQLite(t, filepath.Join(t.TempDir(), "roster.db"))
		}, times, 40},
	} {
		t.Run(c.name, func(t *testing.T) {
			tally := map[string]int{}
			for seed := range c.worlds {
				r := rand.New(rand.NewPCG(uint64(seed), 14))
				s := c.open(t)
				d := populated(t, r, s)
				var all []user.User
				must(t, s.View(t.Context(), "acme", func(ctx context.Context, reader storage.Reader) (err error) {
					all, err = reader.Users(ctx, storage.Query{Deleted: storage.WithDeleted})
					return err
				}))
				for range c.actors {
					a := randomAuthorizer(r)
					x := &trial{t, t.Context(), r, d.As("acme", randomActor(r)).WithAuthorizer(a), all, map[user.ID]user.User{}, tally}
					x.readSingly()
					for range 3 {
						x.list(randomList(r))
					}
					x.toAll(a)
					if t.Failed() {
						t.Fatalf("%s, world %d: %T %+v", c.name, seed, a, a)
					}
				}
			}
			for _, what := range []string{"refused", "some users", "all users", "no user", "several pages", "hidden balance", "hidden views"} {
				if tally[what] == 0 {
					t.Errorf("the proof never saw: %s", what)
				}
			}
			t.Logf("%v", tally)
		})
	}
}

// readSingly asks for every user by itself.
func (x *trial) readSingly() {
	for _, u := range x.all {
		got, err := x.h.GetDeleted(x.ctx, u.ID)
		if err == nil {
			x.seen[u.ID] = got
		}
		live, err := x.h.Get(x.ctx, u.ID)
		if _, seen := x.seen[u.ID]; (err == nil) != (seen && u.Live()) || err == nil && !cmp.Equal(live, got) {
			x.Errorf("Get and GetDeleted of user %d differ: %v", u.ID, err)
		}
	}
}

// want returns the users that a list must return on all its pages.
func (x *trial) want(q storage.Query) (list []user.User) {
	for _, u := range x.all {
		if got, ok := x.seen[u.ID]; ok && q.Match(u) {
			list = append(list, got)
		}
	}
	slices.SortFunc(list, func(a, b user.User) int { return q.Compare(q.PositionOf(a), q.PositionOf(b)) })
	return list
}

func (x *trial) list(l roster.ListParams) {
	want := x.want(l.Query)
	n, err := x.h.Count(x.ctx, l)
	if err != nil {
		e, explained := x.h.Explain(x.ctx, permission.UserList, 0)
		if !errors.Is(err, permission.ErrDenied) || explained != nil || e.Allowed || e.Scoped {
			x.Errorf("Count: %v; listing is %v", err, e)
		}
		_, err = x.h.List(x.ctx, l)
		if !errors.Is(err, permission.ErrDenied) {
			x.Errorf("Count is denied, List: %v", err)
		}
		x.tally["refused"]++
		return
	}
	if n != len(want) {
		x.Errorf("Count %+v: got %d, want %d", l.Query, n, len(want))
	}
	switch len(x.seen) {
	case 0:
		x.tally["no user"]++
	case len(x.all):
		x.tally["all users"]++
	default:
		x.tally["some users"]++
	}
	x.pages(l, want)
	var all []user.User
	for u, err := range x.h.All(x.ctx, l) {
		if err != nil {
			x.Fatal(err)
		}
		all = append(all, u)
	}
	x.same("All", want, all)
	skipped := l
	skipped.Offset = x.r.IntN(10)
	page, err := x.h.List(x.ctx, skipped)
	if err != nil {
		x.Fatal(err)
	}
	from := min(skipped.Offset, len(want))
	x.same("a page by offset", want[from:min(from+l.Limit, len(want))], page.Users)
}

// pages reads a list page by page.
func (x *trial) pages(l roster.ListParams, want []user.User) {
	l.Total, l.Balances = true, true
	for rest := want; ; {
		page, err := x.h.List(x.ctx, l)
		if err != nil {
			x.Fatal(err)
		}
		if page.Total != len(want) {
			x.Errorf("List %+v: total %d, want %d", l.Query, page.Total, len(want))
		}
		here := rest[:min(l.Limit, len(rest))]
		x.same("a page", here, page.Users)
		x.details(page)
		rest = rest[len(here):]
		if (page.Next == "") != (len(rest) == 0) {
			x.Errorf("List %+v: the next page is %q, and %d users are left", l.Query, page.Next, len(rest))
		}
		if page.Next == "" || x.Failed() {
			return
		}
		x.tally["several pages"]++
		l.Cursor = page.Next
	}
}

// details compares what a page says of each user with Balances and Views.
func (x *trial) details(page roster.Page) {
	if len(page.Balances) != len(page.Users) {
		x.Errorf("%d funds of %d users", len(page.Balances), len(page.Users))
		return
	}
	for i, u := range page.Users {
		funds, err := x.h.Balances(x.ctx, u.ID)
		if err != nil {
			funds = []roster.UserBalance{{}}
			x.tally["hidden balance"]++
		}
		if diff := cmp.Diff(funds[0], page.Balances[i]); diff != "" {
			x.Errorf("user %d, %v (-Balances +List):\n%s", u.ID, err, diff)
		}
		if !u.Live() {
			continue // Views is about live users
		}
		var ids []user.ViewID
		views, err := x.h.Views(x.ctx, u.ID)
		if err != nil {
			x.tally["hidden views"]++
		}
		for _, ref := range views {
			ids = append(ids, user.ViewID(ref.ID))
		}
		if !user.IDSetOf(ids...).Equal(u.Preferences.Views) {
			x.Errorf("user %d has the views %v in the list, and Views returns %v, %v", u.ID, u.Preferences.Views, ids, err)
		}
	}
}

// toAll deletes and pays all, in dry runs, with a policy that allows both for every user.
func (x *trial) toAll(a permission.Authorizer) {
	h := x.h.WithAuthorizer(permission.Any(a, deletesAndPays))
	want := idsOf(x.want(storage.Query{}))
	if _, err := x.h.Count(x.ctx, roster.ListParams{}); err == nil {
		done, err := h.DeleteAll(x.ctx, roster.ListParams{}, nil, roster.DryRun())
		if err != nil && !errors.Is(err, permission.ErrDenied) || err == nil && !slices.Equal(done.IDs, want) {
			x.Errorf("DeleteAll: %v, %v, want %v", done.IDs, err, want)
		}
		if err == nil {
			x.tally["deletes all"]++
		}
	}
	receipt, err := h.Transfer(x.ctx, roster.TransferParams{All: true, Amount: usd("0.01")}, roster.DryRun())
	if err != nil {
		return // the actor may do nothing, or there is no user to pay
	}
	var paid []user.ID
	for _, p := range receipt.Transfer.Postings {
		id, _ := p.User()
		paid = append(paid, id)
	}
	if !slices.Equal(paid, want) {
		x.Errorf("a transfer to all pays %v, want %v", paid, want)
	}
	x.tally["pays all"]++
}

// deletesAndPays allows any user to delete and to pay every user.
var deletesAndPays = permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
	if r.Action == permission.UserDelete || r.Action == permission.MoneyTransfer {
		return nil
	}
	return &permission.Denied{}
})

func (x *trial) same(what string, want, got []user.User) {
	x.Helper()
	if !slices.Equal(idsOf(want), idsOf(got)) {
		x.Errorf("%s has the users %v, want %v", what, idsOf(got), idsOf(want))
		return
	}
	for i := range want {
		if diff := cmp.Diff(want[i], got[i]); diff != "" {
			x.Errorf("%s, user %d (-Get +List):\n%s", what, got[i].ID, diff)
		}
	}
}

func idsOf(users []user.User) []user.ID {
	ids := make([]user.ID, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	return ids
}
