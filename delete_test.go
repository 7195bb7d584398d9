package roster_test

import (
	"context"
	"encoding/json"
	"errors"
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

// TestErasingADeletedUserReturnsItsMoney checks a user that was deleted with money, as one that
// was imported may be.
func TestErasingADeletedUserReturnsItsMoney(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.store.Update(w.ctx, "acme", func(ctx context.Context, x storage.Writer) error {
			return x.PostTransfer(ctx, balance.Transfer{
				ID: 9, Kind: balance.Transferring, At: noon, Currency: "USD", Requested: usd("1.00"), Strict: true,
				Postings: []balance.Posting{{
					From: balance.Account, To: balance.HolderOf(gone), Amount: 10_000, FromAfter: 940_000, ToAfter: 10_000, Name: "gone",
				}},
			})
		})
		w.ok(err)
		r := must(w.as(boss).Erase(w.ctx, gone))
		if r.Returned != usd("1.00") {
			t.Errorf("returned %v", r.Returned)
		}
		w.has("returned", "95.00", "0.00", "5.00", "0.00", "0.00")
		if b := must(json.Marshal(w.state().Transfer)); strings.Contains(string(b), `"gone"`) {
			t.Errorf("a transfer still has the name: %s", b)
		}
	})
}

// TestReversalsPayNoDeletedUser checks that a reversal does not pay a deleted user, and that the
// return of a deleted user's money cannot be reversed.
func TestReversalsPayNoDeletedUser(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		taken := must(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("-2.00")}))
		w.ok(second(w.host.Delete(w.ctx, agent)))
		list := w.state().Transfer
		w.unchanged("refused", func() {
			_, err := w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: taken.Transfer.ID})
			var payee *balance.PayeeError
			if !errors.Is(err, balance.ErrPayee) || !errors.As(err, &payee) || payee.User != agent {
				t.Errorf("a deleted user is paid: %v", err)
			}
			_, err = w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: list[len(list)-1].ID})
			w.is(err, balance.ErrNotReversible, "the return of a deleted user's money")
			_, err = w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 2})
			w.is(err, balance.ErrInsufficient, "money that returned already")
		})
		w.ok(second(w.host.Restore(w.ctx, agent)))
		w.ok(second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: taken.Transfer.ID})))
	})
}

// deletions are the calls that delete one user.
var deletions = map[string]func(w *world, h roster.Handle, id user.ID, o ...roster.CallOption) (roster.Result, error){
	"Delete": func(w *world, h roster.Handle, id user.ID, o ...roster.CallOption) (roster.Result, error) {
		return h.Delete(w.ctx, id, o...)
	},
	"DeleteMany": func(w *world, h roster.Handle, id user.ID, o ...roster.CallOption) (roster.Result, error) {
		r, err := h.DeleteMany(w.ctx, []user.ID{other, id}, o...)
		return append(r, roster.Result{}, roster.Result{})[1], err
	},
	"DeleteAll": func(w *world, h roster.Handle, id user.ID, o ...roster.CallOption) (roster.Result, error) {
		d, err := h.DeleteAll(w.ctx, list([]user.ID{other, id}), nil, o...)
		return roster.Result{User: user.User{ID: id}, Revision: d.Revision, Returned: usd("5.00")}, err
	},
	"Erase": func(w *world, h roster.Handle, id user.ID, o ...roster.CallOption) (roster.Result, error) {
		return h.Erase(w.ctx, id, o...)
	},
}

// TestADeletedUsersMoneyReturns checks that the money of a deleted user returns to the account in
// the transaction of the deletion, as one transfer with its own change. It needs no permission for
// money. DeleteAll does not ask the policy about balances, because its result has none.
func TestADeletedUsersMoneyReturns(t *testing.T) {
	deleting := permission.ActionsOf(permission.UserDelete, permission.UserErase, permission.UserList, permission.UserRead)
	mayDelete := refuses(&permission.Denied{}, func(r permission.Request) bool { return !deleting.Has(r.Action) })
	for name, del := range deletions {
		each(t, func(t *testing.T, w *world) {
			before := w.state()
			w.unchanged("a dry run", func() {
				if r := must(del(w, w.as(boss), agent, roster.DryRun())); r.Returned != usd("5.00") {
					t.Errorf("%s: a dry run returns %v", name, r.Returned)
				}
				engine := &failingOn{Authorizer: permissive, fails: func(_ int, r permission.Request) bool {
					return r.Action == permission.MoneyRead
				}}
				_, err := del(w, w.as(boss).WithAuthorizer(engine), agent, roster.DryRun())
				if asked := engine.failed > 0; asked == (name == "DeleteAll") || asked != errors.Is(err, errEngineDown) {
					t.Errorf("%s: asked about money: %t, error %v", name, asked, err)
				}
			})
			r := must(del(w, w.as(boss).WithAuthorizer(mayDelete), agent, roster.WithReason("left")))
			if name != "DeleteAll" && r.Returned != (balance.Money{}) {
				t.Errorf("%s: an actor that may not read the balance is told %v", name, r.Returned)
			}
			w.has(name, "100.00", "0.00", "0.00", "0.00")
			after := w.state()
			want := balance.Transfer{
				ID: 3, Kind: balance.Returning, At: noon, Actor: boss, Reason: "left", Currency: "USD", Strict: true,
				AccountDescription: "From user: ${user_name}", UserDescription: "To account",
				Postings: []balance.Posting{
					{From: balance.HolderOf(agent), To: balance.Account, Amount: 50_000, ToAfter: 1_000_000, Name: "agent"},
				},
			}
			if name == "Erase" {
				want.Postings[0].Name = ""
			}
			same(t, name, after.Transfer[len(before.Transfer):], []balance.Transfer{want})
			c := after.Changes[len(before.Changes)]
			if c.Type != storage.MoneyTransferred || c.TransferID != 3 || c.UserID != agent || c.Actor != boss || c.Reason != "left" ||
				c.ID.Revision != r.Revision || r.Revision != before.Revision+1 {
				t.Errorf("%s: the first change is %+v, in revision %d after %d", name, c, r.Revision, before.Revision)
			}
		})
	}
}

// TestDeleteAllIsOneTransaction deletes more users than a page holds, in one revision, and returns
// their money by one transfer. Other users stay. DeleteMany, Transfer and Reverse take as many.
func TestDeleteAllIsOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const n = storage.MaxPage + 1
		w.crowd(n + 1)
		ids := make([]user.ID, n)
		for i := range ids {
			ids[i] = user.ID(101 + i)
		}
		paid := must(w.host.Transfer(w.ctx, roster.TransferParams{All: true, Application: 3, Amount: usd("0.05")}))
		back := must(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: paid.Transfer.ID}, roster.DryRun()))
		if len(paid.Transfer.Postings) != n+1 || len(back.Transfer.Postings) != n+1 || back.Account != usd("95.00") {
			t.Errorf("%d paid, %d would pay back, to %v", len(paid.Transfer.Postings), len(back.Transfer.Postings), back.Account)
		}
		results := must(w.host.DeleteMany(w.ctx, ids, roster.DryRun()))
		if len(results) != n || results[n-1].User.ID != ids[n-1] || results[n-1].User.Live() {
			t.Errorf("%d results of DeleteMany", len(results))
		}
		before := w.state().Revision
		got := must(w.host.DeleteAll(w.ctx, roster.ListParams{ApplicationName: "shop"}, []user.ID{100}))
		s := w.state()
		last := s.Transfer[len(s.Transfer)-1]
		if !slices.Equal(got.IDs, ids) || got.Revision != before+1 || last.Kind != balance.Returning || len(last.Postings) != n || last.Check() != nil {
			t.Fatalf("%d deleted, revision %d after %d, %d postings, %v", len(got.IDs), got.Revision, before, len(last.Postings), last.Check())
		}
		w.has("returned", "94.95", "0.00", "5.00")
		if paid := slices.ContainsFunc(s.Balances[7:], func(units balance.Units) bool { return units != 0 }); paid {
			t.Errorf("a deleted user has money: %v", s.Balances)
		}
		if left := must(w.host.Count(w.ctx, roster.ListParams{})); left != 5 {
			t.Errorf("%d users are left; want four and the spared one", left)
		}
		if u := w.user(ids[n-1]); u.Live() || u.Version != got.Revision {
			t.Errorf("version %d, live %v", u.Version, u.Live())
		}
	})
}
