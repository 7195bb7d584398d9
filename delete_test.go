package roster_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// crowd adds n agents with application 3, whose ids begin at 100.
func (w *world) crowd(n int) {
	w.Helper()
	w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceApplication, ID: 3, Name: "Shop"})))
	for begin := 0; begin < n; begin += storage.MaxPage {
		list := make([]roster.CreateParams, min(storage.MaxPage, n-begin))
		for i := range list {
			id := user.ID(100 + begin + i)
			list[i].User = user.User{
				ID: id, Identity: user.Identity{Login: fmt.Sprint("crowd", id)},
				Access: user.Access{Applications: user.IDSetOf[user.ApplicationID](3)},
			}
		}
		w.ok(second(w.host.CreateMany(w.ctx, list)))
	}
}

// TestDeleteAllIsOneTransaction deletes more users than a page holds, in one revision. Other
// users stay.
func TestDeleteAllIsOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.crowd(2*storage.MaxPage + 1)
		before := w.state().Revision
		got, err := w.host.DeleteAll(w.ctx, roster.ListParams{ApplicationName: "shop"}, []user.ID{100})
		w.ok(err)
		if len(got.IDs) != 2*storage.MaxPage || !slices.IsSorted(got.IDs) || got.IDs[0] != 101 || got.Revision != before+1 {
			t.Fatalf("%d deleted from %d on, revision %d after %d", len(got.IDs), got.IDs[0], got.Revision, before)
		}
		if n, err := w.host.Count(w.ctx, roster.ListParams{}); n != 5 || err != nil {
			t.Errorf("%d users are left, %v; want four and the spared one", n, err)
		}
		if u, err := w.host.GetDeleted(w.ctx, 2100); err != nil || u.Live() || u.Version != got.Revision {
			t.Errorf("version %d, live %v, %v", u.Version, u.Live(), err)
		}
	})
}

// TestDeleteManyTakesMoreThanAPage checks that DeleteMany takes as many users as DeleteAll.
func TestDeleteManyTakesMoreThanAPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.crowd(storage.MaxPage + 1)
		ids := make([]user.ID, storage.MaxPage+1)
		for i := range ids {
			ids[i] = user.ID(100 + i)
		}
		results, err := w.host.DeleteMany(w.ctx, ids)
		w.ok(err)
		if n := len(results); n != len(ids) || results[n-1].User.ID != ids[n-1] || results[n-1].User.Live() {
			t.Errorf("%d results", n)
		}
	})
}

// TestDeleteAllTakesTheFilterAlone checks that DeleteAll ignores order, page and total of the
// list, and deleted users.
func TestDeleteAllTakesTheFilterAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := roster.ListParams{Total: true, Balances: true, Query: storage.Query{
			Deleted: storage.WithDeleted, Order: storage.OrderByLogin, Descending: true, Offset: 1, Limit: 1,
			Roles: user.RolesOf(user.Agent), IDs: []user.ID{agent, other, boss, gone},
		}}
		got, err := w.host.DeleteAll(w.ctx, l, nil)
		w.ok(err)
		if !slices.Equal(got.IDs, []user.ID{agent, other}) {
			t.Errorf("deleted %v", got.IDs)
		}
	})
}

func TestDeleteAllOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.unchanged("nobody", func() {
			for _, l := range []roster.ListParams{
				{Query: storage.Query{IDs: []user.ID{nobody}}}, {ApplicationName: "no such"}, {Query: storage.Query{IDs: []user.ID{}}},
			} {
				got, err := w.host.DeleteAll(w.ctx, l, nil)
				if err != nil || len(got.IDs) != 0 || got.Revision != w.state().Revision {
					t.Errorf("%v, %v", got, err)
				}
				w.is(second(w.host.DeleteAll(w.ctx, l, nil, roster.IfRevision(1))), roster.ErrStale, "no user matches, another revision")
				w.is(second(w.as(agent).DeleteAll(w.ctx, l, nil)), permission.ErrDenied, "no user matches, the actor may delete none")
			}
			w.is(second(w.host.DeleteAll(w.ctx, roster.ListParams{Cursor: "?"}, nil)), validate.ErrInvalid, "a bad list")
		})
	})
}

// TestDeleteAllIsWhole checks that DeleteAll deletes no user if the actor may not delete one of
// them, or one has another version.
func TestDeleteAllIsWhole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.unchanged("refused", func() {
			butBoss := w.as(boss).WithAuthorizer(permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
				if r.Action == permission.UserDelete && r.Target.ID == manager {
					return &permission.Denied{Reason: permission.Reason{Rule: "not-this-user"}}
				}
				return nil
			}))
			_, err := butBoss.DeleteAll(w.ctx, roster.ListParams{}, []user.ID{boss})
			var denied *permission.Denied
			if !errors.As(err, &denied) || denied.Rule != "not-this-user" {
				t.Errorf("%v", err)
			}
			_, err = w.host.DeleteAll(w.ctx, roster.ListParams{}, nil, roster.IfVersion(w.user(manager).Version))
			w.is(err, roster.ErrStale, "another version")
		})
	})
}
