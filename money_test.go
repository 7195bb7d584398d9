package roster_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
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
