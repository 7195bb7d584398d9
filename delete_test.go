package roster_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
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
// users stay. DeleteMany takes as many.
func TestDeleteAllIsOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const n = storage.MaxPage + 1
		w.crowd(n + 1)
		ids := make([]user.ID, n)
		for i := range ids {
			ids[i] = user.ID(101 + i)
		}
		results := must(w.host.DeleteMany(w.ctx, ids, roster.DryRun()))
		if len(results) != n || results[n-1].User.ID != ids[n-1] || results[n-1].User.Live() {
			t.Errorf("%d results of DeleteMany", len(results))
		}
		before := w.state().Revision
		got := must(w.host.DeleteAll(w.ctx, roster.ListParams{ApplicationName: "shop"}, []user.ID{100}))
		if !slices.Equal(got.IDs, ids) || got.Revision != before+1 {
			t.Fatalf("%d deleted, revision %d after %d", len(got.IDs), got.Revision, before)
		}
		if left := must(w.host.Count(w.ctx, roster.ListParams{})); left != 5 {
			t.Errorf("%d users are left; want four and the spared one", left)
		}
		if u := w.user(ids[n-1]); u.Live() || u.Version != got.Revision {
			t.Errorf("version %d, live %v", u.Version, u.Live())
		}
	})
}

// TestDeleteAllTakesTheFilterAlone checks that DeleteAll ignores order, page and total of the
// list, and deleted users. An actor that may delete no user is refused, also if no user matches.
func TestDeleteAllTakesTheFilterAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.unchanged("no user matches", func() {
			none := roster.ListParams{ApplicationName: "no such"}
			w.is(second(w.as(agent).DeleteAll(w.ctx, none, nil)), permission.ErrDenied, "the actor may delete no user")
			w.is(second(w.host.DeleteAll(w.ctx, none, nil, roster.IfRevision(1))), roster.ErrStale, "another revision")
			w.is(second(w.host.DeleteAll(w.ctx, roster.ListParams{Cursor: "?"}, nil)), validate.ErrInvalid, "a bad list")
			for _, l := range []roster.ListParams{
				none, {Query: storage.Query{IDs: []user.ID{}}}, {Query: storage.Query{Deleted: storage.OnlyDeleted}},
			} {
				if got := must(w.host.DeleteAll(w.ctx, l, nil)); len(got.IDs) != 0 || got.Revision != w.state().Revision {
					t.Errorf("deleted %v", got)
				}
			}
		})
		l := roster.ListParams{Total: true, Balances: true, Query: storage.Query{
			Deleted: storage.WithDeleted, Order: storage.OrderByLogin, Descending: true, Offset: 1, Limit: 1,
			Roles: user.RolesOf(user.Agent), IDs: []user.ID{agent, other, boss, gone},
		}}
		if got := must(w.host.DeleteAll(w.ctx, l, nil)); !slices.Equal(got.IDs, []user.ID{agent, other}) {
			t.Errorf("deleted %v", got.IDs)
		}
	})
}

// Deleting and restoring a user does not get around a lock on the user's status.
func TestDeleteAndRestoreKeepAStatusLock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		locked := must(w.host.LockStatus(w.ctx, agent, user.Banned))
		w.ok(second(w.as(boss).Delete(w.ctx, agent)))
		r := must(w.as(boss).Restore(w.ctx, agent))
		if got, want := r.User.Presence, locked.User.Presence; got != want {
			t.Errorf("restored with presence %+v, want %+v", got, want)
		}
		w.unchanged("a locked status", func() {
			w.is(second(w.as(boss).SetStatus(w.ctx, agent, user.Ready, 0)), user.ErrStatusLocked, "the status of a restored user")
		})
	})
}

// TestEraseLeavesNothingPersonal checks that after Erase no text of the user is in the user, the
// changes, the secret or the transfers.
func TestEraseLeavesNothingPersonal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		personal := []string{"agent", "p2", "Ann", "ann@example.com", "+31612345678", "$argon2"}
		w.ok(second(w.host.Release(w.ctx, agent, "chat")))
		before := w.state()
		w.now = w.now.Add(time.Minute)
		r := must(w.host.Erase(w.ctx, agent))
		after := w.state()
		if r.Changed.Has(user.AttrUpdated) || !r.Changed.HasAny(user.AttributesOf(user.AttrLogin)) {
			t.Errorf("changed: %v", r.Changed) // without the time of the update
		}
		u := after.Users[1]
		if u.ID != agent || u.Live() || !u.Lifecycle.Erased || !u.Equal(r.User) || after.Secrets[1] != "" {
			t.Errorf("what remains: %+v", u)
		}
		for _, c := range after.Changes {
			if c.UserID == agent && (c.Created != nil || c.Diff != nil || c.Detail != "") {
				t.Errorf("change %v still tells: %+v", c.ID, c)
			}
		}
		leak := func(v any) {
			texts(reflect.ValueOf(v), func(s string) {
				for _, p := range personal {
					if strings.Contains(s, p) && s != "Agents" && s != "Managers" && s != "manager" {
						t.Errorf("%q is still there", s)
					}
				}
			})
		}
		leak(u)
		leak(after.Transfer)
		for _, e := range must(w.host.Statement(w.ctx, balance.Account, storage.EntryID{}, 0)) {
			leak(e)
		}
		if diff := cmp.Diff(before.Transfer, after.Transfer[:len(before.Transfer)], cmpopts.IgnoreFields(balance.Posting{}, "Name")); diff != "" {
			t.Errorf("the ledger's history changed:\n%s", diff)
		}
		w.unchanged("what is erased", func() {
			w.is(second(w.host.Erase(w.ctx, agent)), user.ErrErased, "erased twice")
			w.is(second(w.host.Restore(w.ctx, agent)), user.ErrErased, "restored")
			w.is(second(w.dir.SignIn(w.ctx, "acme", "agent", oldPhrase)), roster.ErrCredentials, "signs in")
		})
		w.ok(second(w.host.Create(w.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "agent", PID: "p2"}}})))
	})
}
