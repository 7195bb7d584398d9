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
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

func TestTransfersListsByUserKindAndTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) { // transfers 1 and 2 are of noon
		hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
		pay := func(n int, users ...user.ID) {
			w.now = hour(n)
			w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{Users: users, Amount: usd("1.00")})))
		}
		pay(1, agent)                                                            // 3
		pay(2, other)                                                            // 4
		pay(2, agent, other)                                                     // 5
		pay(3, other)                                                            // 6
		pay(4, agent)                                                            // 7
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
			for _, newest := range []bool{false, true} {
				want := slices.Clone(c.want)
				if newest {
					slices.Reverse(want)
				}
				for limit := range 4 {
					q := c.p
					q.Newest, q.Limit = newest, limit
					var got []balance.TransferID
					for page := must(w.host.Transfers(w.ctx, q)); len(page) > 0; page = must(w.host.Transfers(w.ctx, q)) {
						for _, t := range page {
							got, q.After = append(got, t.ID), t.ID
						}
					}
					if !slices.Equal(got, want) {
						t.Errorf("%s, newest %t, pages of %d: %v, want %v", c.name, newest, limit, got, want)
					}
				}
			}
		}
	})
}

func TestTransfersShowsWhatGetTransferShows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("1.00")})))
		for name, h := range map[string]roster.Handle{
			"the host": w.host, "an administrator": w.as(boss),
			"an actor who may read statements only": w.as(agent).WithAuthorizer(refuses(permission.ErrDenied,
				func(r permission.Request) bool { return r.Action != permission.StatementRead })),
		} {
			list := must(h.Transfers(w.ctx, roster.TransferListParams{}))
			for _, got := range list {
				same(t, name, got, must(h.GetTransfer(w.ctx, got.ID)))
			}
			if len(list) != 3 {
				t.Errorf("%s sees %d transfers", name, len(list))
			}
		}
		for _, id := range []user.ID{agent, manager, noUser} {
			_, err := w.as(id).Transfers(w.ctx, roster.TransferListParams{UserID: id})
			w.is(err, permission.ErrDenied, "Transfers")
		}
		w.is(second(w.host.Transfers(w.ctx, roster.TransferListParams{Limit: -1})), storage.ErrInvalid, "Transfers")
		w.is(second(w.host.Transfers(w.ctx, roster.TransferListParams{UserID: -1})), storage.ErrInvalid, "Transfers")
	})
}

// TestChangesOfMoneySayWhatMoved checks the payer, the payees and the amount in the changes of
// transfers.
func TestChangesOfMoneySayWhatMoved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("-1.00"), Lenient: true})
		w.ok(err)
		for _, c := range must(w.host.Changes(w.ctx, storage.ChangeQuery{})) {
			if c.TransferID == 0 {
				if c.Money != nil {
					t.Errorf("%s moved %+v", c.Type, c.Money)
				}
				continue
			}
			same(t, string(c.Type), *c.Money, *must(storage.MovementOf(must(w.host.GetTransfer(w.ctx, c.TransferID)))))
		}
		list := must(w.host.Changes(w.ctx, storage.ChangeQuery{Newest: true, Limit: 1}))
		want := storage.Movement{Total: usd("1.00"), Count: 1, Payments: []storage.Payment{{From: 2, To: balance.Account, Amount: usd("1.00")}}}
		same(t, "money that an agent paid", *list[0].Money, want)
		w.ok(second(w.host.Erase(w.ctx, agent)))
		list = must(w.host.Changes(w.ctx, storage.ChangeQuery{UserID: agent, Types: []storage.ChangeType{storage.MoneyTransferred}, Newest: true}))
		if len(list) == 0 || list[len(list)-1].Money == nil {
			t.Errorf("after an erasure: %+v", list)
		}
	})
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

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
