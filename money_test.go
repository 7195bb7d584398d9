package roster_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// has checks the balances of the account and of the users from 1 on.
func (w *world) has(what string, want ...string) {
	w.Helper()
	got := []string{must(w.host.Balance(w.ctx)).Text()}
	for i := range len(want) - 1 {
		got = append(got, must(w.host.Balances(w.ctx, user.ID(i+1)))[0].Own.Text())
	}
	if !slices.Equal(got, want) {
		w.Errorf("%s: balances %v, want %v", what, got, want)
	}
}

// TestParentAccountingDoesNotShowTheAccountsBalance checks that a user with parent accounting
// spends the money of the account. The user does not see the balance of the account, and neither
// does a supervisor who may read the balance of that user.
func TestParentAccountingDoesNotShowTheAccountsBalance(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{ParentAccounting: user.Set(true)})))
		supervisor, accountant := add(w.host, "supervisor", user.Supervisor), add(w.host, "accountant", user.Accountant)
		shown := roster.UserBalance{Own: usd("5"), Available: usd("95"), Parent: true}
		hidden := roster.UserBalance{Own: usd("5"), Parent: true}
		for id, want := range map[user.ID]roster.UserBalance{
			boss: shown, accountant.ID: shown, supervisor.ID: hidden, agent: hidden,
		} {
			h := w.as(id)
			if diff := cmp.Diff([]roster.UserBalance{want}, must(h.Balances(w.ctx, agent))); diff != "" {
				t.Errorf("user %d (-want +got):\n%s", id, diff)
			}
			var denied error
			if want == hidden {
				denied = permission.ErrDenied
			}
			w.is(second(h.Balance(w.ctx)), denied, "the account's balance")
			w.is(second(h.Statement(w.ctx, balance.Account, storage.EntryID{}, 0)), denied, "the account's statement")
			w.is(second(h.GetTransfer(w.ctx, 1)), denied, "a transfer")
		}
		if entries := must(w.as(agent).Statement(w.ctx, balance.HolderOf(agent), storage.EntryID{}, 0)); len(entries) != 1 {
			t.Errorf("the agent has %d entries", len(entries))
		}
		if got := must(w.host.Balances(w.ctx)); len(got) != 0 {
			t.Errorf("balances of no user: %v", got)
		}
		engine := &failingOn{Authorizer: permissive, fails: func(_ int, r permission.Request) bool { return r.Target.ID == 0 }}
		w.is(second(w.host.WithAuthorizer(engine).Balances(w.ctx, agent)), errEngineDown, "an Authorizer that fails")
	})
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
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

// TestTransfersListsByUserKindAndTime checks pages of each size, in both directions.
func TestTransfersListsByUserKindAndTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) { // transfers 1 and 2 are of noon
		hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
		for i, users := range [][]user.ID{{agent}, {other}, {agent, other}, {other}, {agent}} { // transfers 3 to 7
			w.now = hour([]int{1, 2, 2, 3, 4}[i])
			w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{Users: users, Amount: usd("1.00")})))
		}
		w.ok(second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 7}))) // 8
		type p = roster.TransferListParams
		for _, c := range []struct {
			name string
			p    p
			want []balance.TransferID
		}{
			{"all", p{}, []balance.TransferID{1, 2, 3, 4, 5, 6, 7, 8}},
			{"of a user and a kind", p{UserID: agent, Kinds: []balance.Kind{balance.Reversing}}, []balance.TransferID{8}},
			{"from a time", p{From: hour(2)}, []balance.TransferID{4, 5, 6, 7, 8}},
			{"until a time", p{Until: hour(2)}, []balance.TransferID{1, 2, 3}},
			{"between, of a user", p{UserID: other, From: hour(1), Until: hour(3)}, []balance.TransferID{4, 5}},
			{"before all", p{Until: noon}, nil},
			{"after all", p{From: hour(5)}, nil},
			{"nothing between", p{From: hour(3), Until: hour(2)}, nil},
			{"between two", p{From: hour(1).Add(1), Until: hour(2)}, nil},
		} {
			for i := range 8 {
				q, want := c.p, slices.Clone(c.want)
				if q.Newest, q.Limit = i%2 == 1, i/2; q.Newest {
					slices.Reverse(want)
				}
				var got []balance.TransferID
				for page := must(w.host.Transfers(w.ctx, q)); len(page) > 0; page = must(w.host.Transfers(w.ctx, q)) {
					for _, t := range page {
						got, q.After = append(got, t.ID), t.ID
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, newest %t, pages of %d: %v, want %v", c.name, q.Newest, q.Limit, got, want)
				}
			}
		}
	})
}

func TestTransfersShowsWhatGetTransferShows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("1.00")})))
		statements := refuses(permission.ErrDenied, func(r permission.Request) bool { return r.Action != permission.StatementRead })
		for _, h := range []roster.Handle{w.host, w.as(boss), w.as(agent).WithAuthorizer(statements)} {
			list := must(h.Transfers(w.ctx, roster.TransferListParams{}))
			for _, got := range list {
				same(t, "a transfer", got, must(h.GetTransfer(w.ctx, got.ID)))
			}
			if len(list) != 3 {
				t.Errorf("%d transfers", len(list))
			}
		}
		for _, id := range []user.ID{agent, manager, noUser} {
			_, err := w.as(id).Transfers(w.ctx, roster.TransferListParams{UserID: id})
			w.is(err, permission.ErrDenied, "Transfers")
		}
		for _, p := range []roster.TransferListParams{{Limit: -1}, {UserID: -1}} {
			w.is(second(w.host.Transfers(w.ctx, p)), storage.ErrInvalid, "Transfers")
		}
	})
}

// TestChangesOfMoneySayWhatMoved checks the payer, the payees and the amount in the changes of
// transfers. They stay when the user is erased.
func TestChangesOfMoneySayWhatMoved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ask := roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("-1.00"), Lenient: true}
		w.ok(second(w.host.Transfer(w.ctx, ask)))
		for _, c := range must(w.host.Changes(w.ctx, storage.ChangeQuery{})) {
			if c.TransferID != 0 {
				same(t, string(c.Type), *c.Money, *must(storage.MovementOf(must(w.host.GetTransfer(w.ctx, c.TransferID)))))
			} else if c.Money != nil {
				t.Errorf("%s moved %+v", c.Type, c.Money)
			}
		}
		list := must(w.host.Changes(w.ctx, storage.ChangeQuery{Newest: true, Limit: 1}))
		want := storage.Movement{Total: usd("1.00"), Count: 1, Payments: []storage.Payment{{From: 2, To: balance.Account, Amount: usd("1.00")}}}
		same(t, "money that an agent paid", *list[0].Money, want)
		w.ok(second(w.host.Erase(w.ctx, agent)))
		list = must(w.host.Changes(w.ctx, storage.ChangeQuery{UserID: agent, Types: []storage.ChangeType{storage.MoneyTransferred}}))
		if len(list) == 0 || list[0].Money == nil {
			t.Errorf("after an erasure: %+v", list)
		}
	})
}

// TestIdempotencyKeys checks that a second call with a key returns the first transfer, or names
// the arguments that differ, also after a payee was deleted.
func TestIdempotencyKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ask := roster.TransferParams{Users: []user.ID{other, agent}, Amount: usd("5.67"), Key: "k"}
		asked := must(w.host.Transfer(w.ctx, ask, roster.WithReason("first"), roster.IfVersion(0)))
		w.ok(second(w.host.Delete(w.ctx, other)))
		w.ok(second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("7")})))
		now := w.state().Revision
		w.unchanged("a replay", func() {
			ask.Users = []user.ID{agent, other, agent}
			for _, opts := range [][]roster.CommonOption{nil, {roster.DryRun()}, {roster.IfVersion(77), roster.WithReason("again")}} {
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
			ask.Key = "another"
			w.is(second(w.host.Transfer(w.ctx, ask)), storage.ErrNotFound, "a new request to a deleted user")
		})
	})
}

// TestAReplayShowsNothingHidden checks that an actor who could not make the transfer does not see
// it by giving its key.
func TestAReplayShowsNothingHidden(t *testing.T) {
	policy := policyOf(permission.Row{
		Actions: permission.ActionsOf(permission.MoneyTransfer), Scope: permission.ManagedGroup, Roles: user.RolesOf(user.AgentManager),
	})
	each(t, func(t *testing.T, w *world) {
		ask := roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("1"), Key: "guessable"}
		w.ok(second(w.host.Transfer(w.ctx, ask)))
		h := w.as(manager).WithAuthorizer(policy)
		w.is(second(h.Transfer(w.ctx, ask)), storage.ErrNotFound, "another group")
		w.ok(second(h.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("1")})))
	})
}

// TestBalancesOfAList checks a list that does not ask for balances, one without an account, and an
// Authorizer that fails. internal/systemtest/lists compares balances in lists with Balances.
func TestBalancesOfAList(t *testing.T) {
	w := newWorld(t, memstore.New())
	if list := must(w.host.List(w.ctx, roster.ListParams{})).Balances; list != nil {
		t.Errorf("balances that the list does not ask for: %v", list)
	}
	ask, elsewhere := roster.ListParams{Balances: true}, w.dir.As("never-written", roster.SystemActor())
	w.is(second(elsewhere.List(w.ctx, ask)), storage.ErrNotFound, "no account")
	down := refuses(errEngineDown, func(r permission.Request) bool { return r.Action == permission.MoneyRead && r.Target.ID == other })
	w.is(second(w.as(boss).WithAuthorizer(down).List(w.ctx, ask)), errEngineDown, "an Authorizer that fails")
}
