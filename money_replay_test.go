package roster_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// TestIdempotencyKeys checks that a second call with a key returns the first transfer, or names
// the arguments that differ, also after a payee was deleted.
func TestIdempotencyKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ask := roster.TransferParams{Users: []user.ID{other, agent}, Amount: usd("5.67"), Key: "k"}
		asked := must(w.host.Transfer(w.ctx, ask, roster.WithReason("first")))
		w.ok(second(w.host.Delete(w.ctx, other)))
		w.ok(second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("7")})))
		now := w.state().Revision
		w.unchanged("a replay", func() {
			for _, opts := range [][]roster.CommonOption{nil, {roster.DryRun()}, {roster.IfVersion(77), roster.WithReason("again")}} {
				ask.Users = []user.ID{agent, other, agent}
				again := must(w.host.Transfer(w.ctx, ask, opts...))
				if !again.Replayed || again.Revision != now || again.Account != asked.Account || !cmp.Equal(again.Transfer, asked.Transfer) {
					t.Errorf("again: %+v", again)
				}
			}
			for fields, p := range map[string]roster.TransferParams{
				"[users]":         {Users: []user.ID{noUser}, Amount: ask.Amount, Key: "k"},
				"[amount strict]": {Users: ask.Users, Amount: usd("5.68"), Lenient: true, Key: "k"},
			} {
				_, err := w.host.Transfer(w.ctx, p)
				var conflict *balance.KeyConflict
				if !errors.As(err, &conflict) || fmt.Sprint(conflict.Fields) != fields || conflict.Earlier != asked.Transfer.ID {
					t.Errorf("want a conflict of %s: %v", fields, err)
				}
			}
			w.is(second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("5.67"), Key: "k"})), balance.ErrKeyConflict, "a funding under it")
			w.is(second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 1, Key: "k"})), balance.ErrKeyConflict, "a reversal under it")
			w.is(second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 99})), storage.ErrNotFound, "a missing transfer")
			ask.Key = "another"
			w.is(second(w.host.Transfer(w.ctx, ask)), storage.ErrNotFound, "a new request to a deleted user")
		})
		// A reversal has a key, and so has a transfer that moves nothing.
		back := roster.ReverseParams{TransferID: asked.Transfer.ID + 2, Key: "back"}
		reversed := must(w.host.Reverse(w.ctx, back))
		if again := must(w.host.Reverse(w.ctx, back)); !again.Replayed || !cmp.Equal(again.Transfer, reversed.Transfer) {
			t.Errorf("a reversal again: %+v", again)
		}
		none := roster.TransferParams{Users: []user.ID{boss}, Amount: usd("-1"), Lenient: true, Key: "none"}
		for _, replayed := range []bool{false, true} {
			r := must(w.host.Transfer(w.ctx, none))
			if r.Replayed != replayed || r.Account != must(w.host.Balance(w.ctx)) || len(r.Transfer.Skipped) != 1 {
				t.Errorf("nothing moved: %+v", r)
			}
		}
	})
}

// TestAReplayShowsNothingHidden checks that an actor who could not make the transfer does not see
// it by giving its key.
func TestAReplayShowsNothingHidden(t *testing.T) {
	policy := must(permission.New(permission.Spec{Name: "own group", Source: "test", Rows: []permission.Row{{
		Name: "managers-pay", Actions: permission.ActionsOf(permission.MoneyTransfer), Scope: permission.ManagedGroup,
		Roles: user.RolesOf(user.AgentManager),
	}}}))
	each(t, func(t *testing.T, w *world) {
		ask := roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("1"), Key: "guessable"}
		w.ok(second(w.host.Transfer(w.ctx, ask)))
		h := w.as(manager).WithAuthorizer(policy)
		w.is(second(h.Transfer(w.ctx, ask)), storage.ErrNotFound, "another group")
		w.ok(second(h.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("1")})))
	})
}

// TestReplayNeedsNoWrite checks that a replay succeeds on a storage that cannot write.
func TestReplayNeedsNoWrite(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ask := roster.TransferParams{Users: []user.ID{agent}, Amount: usd("5.67"), Key: "k"}
		first := must(w.host.Transfer(w.ctx, ask))
		refused := map[string]bool{}
		for n, fired := 1, true; fired; n++ {
			var method string
			faulty := storagetest.Faults(w.store, n)
			again, err := roster.New(faulty).As("acme", roster.SystemActor()).Transfer(w.ctx, ask)
			method, fired = faulty.Fired()
			writes := method == "NextID" || method == "PostTransfer"
			if refused[method] = writes; writes && (err != nil || !again.Replayed || again.Transfer.ID != first.Transfer.ID) {
				t.Errorf("%s failed: %+v, %v", method, again, err)
			}
		}
		if !refused["NextID"] || !refused["PostTransfer"] {
			t.Errorf("what failed: %v", refused)
		}
	})
}

// TestListWithFundsHidesWhatBalancesRefuses checks that a list has the zero UserBalance for a
// user whose balance the actor may not read, and does not show the balance of the account.
func TestListWithFundsHidesWhatBalancesRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{ParentAccounting: user.Set(true)})))
		refusing := func(err error) roster.Handle {
			return w.as(boss).WithAuthorizer(refuses(err, func(r permission.Request) bool {
				return r.Action == permission.MoneyRead && (r.Target.ID == other || r.Target.ID == 0)
			}))
		}
		if list := must(w.host.List(w.ctx, roster.ListParams{})).Balances; list != nil {
			t.Errorf("balances that the list does not ask for: %v", list)
		}
		h := refusing(&permission.Denied{})
		page := must(h.List(w.ctx, roster.ListParams{Balances: true}))
		for i, u := range page.Users {
			want := []roster.UserBalance{{}}
			if u.ID != other {
				want = must(h.Balances(w.ctx, u.ID))
			}
			if diff := cmp.Diff(want[0], page.Balances[i]); diff != "" {
				t.Errorf("user %d (-Balances +List):\n%s", u.ID, diff)
			}
		}
		w.is(second(h.Balances(w.ctx, other)), permission.ErrDenied, "Balances of a user whose balance is hidden")
		elsewhere := w.dir.As("never-written", roster.SystemActor())
		w.is(second(elsewhere.List(w.ctx, roster.ListParams{Balances: true})), storage.ErrNotFound, "no account")
		down := errors.New("down")
		w.is(second(refusing(down).List(w.ctx, roster.ListParams{Balances: true})), down, "an Authorizer that fails")
	})
}
