package roster_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

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
// the transaction of the deletion, as one transfer with its own change and an entry in both
// statements. It needs no permission for money.
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
			for _, holder := range []balance.Holder{balance.Account, balance.HolderOf(agent)} {
				e := must(w.host.Statement(w.ctx, holder, storage.EntryID{}, 1))
				if len(e) != 1 || e[0].Kind != balance.Returning || e[0].Transfer != 3 {
					t.Errorf("%s, %s: %+v", name, holder, e)
				}
			}
		})
	}
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

// TestDeleteAllReturnsTheMoneyOfAll pays more users than a page holds, previews a reversal, and
// checks that one transfer returns the money of all when they are deleted.
func TestDeleteAllReturnsTheMoneyOfAll(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const n = storage.MaxPage + 1
		w.crowd(n)
		paid := must(w.host.Transfer(w.ctx, roster.TransferParams{All: true, Application: 3, Amount: usd("0.05")}))
		back := must(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: paid.Transfer.ID}, roster.DryRun()))
		if len(paid.Transfer.Postings) != n || len(back.Transfer.Postings) != n || back.Account != usd("95.00") {
			t.Errorf("%d paid, %d would pay back, to %v", len(paid.Transfer.Postings), len(back.Transfer.Postings), back.Account)
		}
		d := must(w.as(boss).DeleteAll(w.ctx, roster.ListParams{Query: storage.Query{Applications: []user.ApplicationID{3}}}, nil))
		s := w.state()
		last := s.Transfer[len(s.Transfer)-1]
		if len(d.IDs) != n || last.Kind != balance.Returning || len(last.Postings) != n || last.Check() != nil {
			t.Fatalf("%d deleted, %d postings, %v", len(d.IDs), len(last.Postings), last.Check())
		}
		w.has("returned", "95.00", "0.00", "5.00")
		if paid := slices.ContainsFunc(s.Balances[6:], func(units balance.Units) bool { return units != 0 }); paid {
			t.Errorf("a deleted user has money: %v", s.Balances)
		}
	})
}

// TestDeleteAllAsksNothingAboutItsUsersMoney checks that DeleteAll does not ask the policy about
// balances, because its result has none.
func TestDeleteAllAsksNothingAboutItsUsersMoney(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, del := range deletions {
			engine := &failingOn{Authorizer: allowEverything, fails: func(_ int, r permission.Request) bool {
				return r.Action == permission.MoneyRead
			}}
			w.unchanged(name, func() {
				_, err := del(w, w.as(boss).WithAuthorizer(engine), agent, roster.DryRun())
				if asked := engine.failed > 0; asked == (name == "DeleteAll") || asked != errors.Is(err, errEngineDown) {
					t.Errorf("%s: asked %v, error %v", name, asked, err)
				}
			})
		}
	})
}
