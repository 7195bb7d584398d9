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

// eachFunded runs a test on each of the stores, in a world with 100.00 USD in the account, which
// may be overdrawn by 20.00, and the users 1 to 3. User 3 has parent accounting.
func eachFunded(t *testing.T, test func(t *testing.T, w *world)) {
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) {
			w := empty(t, s.open())
			w.ok(second(w.host.CreateAccount(w.ctx, user.Account{Currency: "USD", Overdraft: 200_000})))
			w.ok(second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("100.00")})))
			for _, login := range []string{"ann", "bob", "cid"} {
				add(w.host, login)
			}
			w.ok(second(w.host.Patch(w.ctx, 3, user.Patch{ParentAccounting: user.Set(true)})))
			test(t, w)
		})
	}
}

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

// TestTransfers checks what each request leaves in the account and with the users 1 and 2, and that
// a dry run returns the same. The arithmetic is in the tests of package balance.
func TestTransfers(t *testing.T) {
	both := []user.ID{1, 2}
	type pay = roster.TransferParams
	untouched := []string{"100.00", "0.00", "0.00"}
	for _, tt := range []struct {
		name string
		ask  pay
		want error
		left []string
	}{
		{"a user named twice", pay{Users: []user.ID{2, 1, 2, 1}, Amount: usd("5.67")}, nil, []string{"88.66", "5.67", "5.67"}},
		{"users below zero", pay{Users: both, Amount: usd("-0.01")}, balance.ErrInsufficient, untouched},
		{"the overdraft", pay{Users: both, Amount: usd("60")}, nil, []string{"-20.00", "60.00", "60.00"}},
		{"more than the overdraft", pay{Users: both, Amount: usd("60.01")}, balance.ErrInsufficient, untouched},
		{"lenient", pay{Users: both, Amount: usd("60.01"), Lenient: true}, nil, []string{"39.99", "60.01", "0.00"}},
		{"no amount", pay{Users: both}, balance.ErrAmount, untouched},
		{"no user", pay{Amount: usd("1")}, balance.ErrNoPayees, untouched},
		{"a missing user", pay{Users: []user.ID{1, 99}, Amount: usd("1")}, storage.ErrNotFound, untouched},
		{"parent accounting", pay{Users: []user.ID{1, 3}, Amount: usd("1"), Lenient: true}, balance.ErrParentAccounting, untouched},
		{"all, without parent accounting", pay{All: true, Amount: usd("50")}, nil, []string{"0.00", "50.00", "50.00"}},
		{"another currency", pay{Users: both, Amount: balance.MustParse("1", "EUR")}, balance.ErrNoRate, untouched},
	} {
		eachFunded(t, func(t *testing.T, w *world) {
			preview, perr := w.host.Transfer(w.ctx, tt.ask, roster.DryRun())
			r, err := w.host.Transfer(w.ctx, tt.ask)
			w.is(err, tt.want, tt.name)
			if diff := cmp.Diff(preview, r); diff != "" || fmt.Sprint(perr) != fmt.Sprint(err) {
				t.Errorf("%s: the preview differs: %v, %v\n%s", tt.name, perr, err, diff)
			}
			w.has(tt.name, tt.left...)
		})
	}
}

// TestTransferToAllOfAnApplication checks which users a transfer to all pays, and that its receipt
// names the users that it leaves out.
func TestTransferToAllOfAnApplication(t *testing.T) {
	eachFunded(t, func(t *testing.T, w *world) {
		shop := user.Patch{Applications: user.Set(user.IDSetOf[user.ApplicationID](7))}
		for _, id := range []user.ID{2, 3} {
			w.ok(second(w.host.Patch(w.ctx, id, shop)))
		}
		all := roster.TransferParams{All: true, Application: 7, Amount: usd("1"), Key: "all7"}
		r := must(w.host.Transfer(w.ctx, all))
		left := []balance.Skip{{User: 3, Reason: balance.ParentAccounting}}
		if p := r.Transfer.Postings; len(p) != 1 || p[0].To != balance.HolderOf(2) || !slices.Equal(r.Transfer.Skipped, left) {
			t.Errorf("postings %v, left out %v", p, r.Transfer.Skipped)
		}
		if diff := cmp.Diff(r.Transfer, must(w.host.GetTransfer(w.ctx, r.Transfer.ID))); diff != "" {
			t.Error(diff)
		}
		// The same request replays, even though All would now select other users.
		w.ok(second(w.host.Patch(w.ctx, 1, shop)))
		again := must(w.host.Transfer(w.ctx, all))
		if !again.Replayed || again.Transfer.ID != r.Transfer.ID {
			t.Errorf("transfer %d, replayed %t", again.Transfer.ID, again.Replayed)
		}
		none := roster.TransferParams{All: true, Application: 8, Amount: usd("1")}
		w.is(second(w.host.Transfer(w.ctx, none)), balance.ErrNoPayees, "an application without users")
	})
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
		engine := &failingOn{Authorizer: allowEverything, fails: func(_ int, r permission.Request) bool { return r.Target.ID == 0 }}
		w.is(second(w.host.WithAuthorizer(engine).Balances(w.ctx, agent)), errEngineDown, "an Authorizer that fails")
	})
}

// TestAStatementContinuesBehindAnEntry checks that pages of one entry make the whole statement.
func TestAStatementContinuesBehindAnEntry(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("1.00")})))
		var pages []balance.Entry
		var before storage.EntryID
		for page := []balance.Entry{{}}; len(page) > 0; {
			if page = must(w.host.Statement(w.ctx, balance.Account, before, 1)); len(page) == 1 {
				before = storage.EntryID{Transfer: page[0].Transfer, Index: page[0].Index}
				pages = append(pages, page...)
			}
		}
		same(t, "the pages", pages, must(w.host.Statement(w.ctx, balance.Account, storage.EntryID{}, 0)))
	})
}

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
