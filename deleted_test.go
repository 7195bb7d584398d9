package roster_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Deleting and restoring a user does not get around a lock on the user's status.
func TestDeleteAndRestoreKeepAStatusLock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		locked, err := w.host.LockStatus(w.ctx, agent, user.Banned)
		w.ok(err)
		w.ok(second(w.as(boss).Delete(w.ctx, agent)))
		r, err := w.as(boss).Restore(w.ctx, agent)
		w.ok(err)
		if got, want := r.User.Presence, locked.User.Presence; got != want {
			t.Errorf("restored with presence %+v, want %+v", got, want)
		}
		w.unchanged("a locked status", func() {
			_, err = w.as(boss).SetStatus(w.ctx, agent, user.Ready, 0)
			w.is(err, user.ErrStatusLocked, "the status of a restored user")
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
		r, err := w.host.Erase(w.ctx, agent)
		w.ok(err)
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

// TestTheDeletedAreThereForWhoAsks checks that only calls that ask for deleted users return them.
func TestTheDeletedAreThereForWhoAsks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Delete(w.ctx, agent)))
		for name, err := range map[string]error{
			"Patch":  second(w.host.Patch(w.ctx, agent, user.Patch{LastName: user.Set("x")})),
			"Delete": second(w.host.Delete(w.ctx, agent)),
			"Get":    second(w.host.Get(w.ctx, agent)),
		} {
			w.is(err, storage.ErrNotFound, name)
		}
		funds, err := w.host.Balances(w.ctx, agent)
		w.ok(err)
		if funds[0].Own != usd("0") {
			t.Errorf("the deleted user has %v", funds[0].Own)
		}
		var l roster.ListParams
		for deleted, want := range map[storage.Deleted]int{storage.NotDeleted: 3, storage.WithDeleted: 5, storage.OnlyDeleted: 2} {
			l.Deleted = deleted
			n, err := w.host.Count(w.ctx, l)
			if err != nil || n != want {
				t.Errorf("deleted %d: %d users, %v", deleted, n, err)
			}
		}
	})
}
