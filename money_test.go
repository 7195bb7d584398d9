package roster_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// fundedAccount returns a world with 100.00 USD in the account and the users 1 to 3. User 3 has
// parent accounting.
func fundedAccount(t testing.TB, store storage.Storage, a user.Account, opts ...roster.Option) *world {
	w := empty(t, store, opts...)
	a.Currency = "USD"
	w.ok(second(w.host.CreateAccount(w.ctx, a)))
	w.ok(second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("100.00")})))
	add(w.host, "ann")
	add(w.host, "bob")
	w.ok(second(w.host.Create(w.ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "cid"}, Billing: user.Billing{ParentAccounting: true},
	}})))
	return w
}

// has checks the balances of the account and of the users from 1 on.
func (w *world) has(what string, want ...string) {
	w.Helper()
	var got []string
	account, err := w.host.Balance(w.ctx)
	w.ok(err)
	got = append(got, account.Text())
	var ids []user.ID
	for i := range len(want) - 1 {
		ids = append(ids, user.ID(i+1))
	}
	funds, err := w.host.Balances(w.ctx, ids...)
	w.ok(err)
	for _, f := range funds {
		got = append(got, f.Own.Text())
	}
	if !slices.Equal(got, want) {
		w.Errorf("%s: balances %v, want %v", what, got, want)
	}
}

func TestTransfers(t *testing.T) {
	both := []user.ID{1, 2}
	type moves []roster.TransferParams
	for _, tt := range []struct {
		name    string
		account user.Account
		moves   moves // all but the last one must succeed
		want    error
		left    []string
	}{
		{"two users × 5.67 from 100.00 leave 88.66", user.Account{}, moves{{Users: both, Amount: usd("5.67")}}, nil, []string{"88.66", "5.67", "5.67"}},
		{"a user named twice takes part once", user.Account{}, moves{{Users: []user.ID{2, 1, 2, 1}, Amount: usd("5.67")}}, nil, []string{"88.66", "5.67", "5.67"}},
		{"a negative amount goes back", user.Account{}, moves{{Users: both, Amount: usd("5.67")}, {Users: both, Amount: usd("-5.00")}}, nil, []string{"98.66", "0.67", "0.67"}},
		{"users never go below zero", user.Account{}, moves{{Users: both, Amount: usd("-0.01")}}, balance.ErrInsufficient, []string{"100.00", "0.00", "0.00"}},
		{"strict: all or none", user.Account{}, moves{{Users: both, Amount: usd("50.01")}}, balance.ErrInsufficient, []string{"100.00", "0.00", "0.00"}},
		{"lenient: in the order of ids", user.Account{}, moves{{Users: both, Amount: usd("50.01"), Lenient: true}}, nil, []string{"49.99", "50.01", "0.00"}},
		{"lenient: who lacks it is left out", user.Account{}, moves{{Users: []user.ID{2}, Amount: usd("5")}, {Users: both, Amount: usd("-5"), Lenient: true}}, nil, []string{"100.00", "0.00", "0.00"}},
		{"lenient: no user is served", user.Account{}, moves{{Users: both, Amount: usd("-5"), Lenient: true}}, nil, []string{"100.00", "0.00", "0.00"}},
		{"the last cent", user.Account{}, moves{{Users: both, Amount: usd("50")}}, nil, []string{"0.00", "50.00", "50.00"}},
		{"overdraft", user.Account{Overdraft: 200_000}, moves{{Users: both, Amount: usd("60")}}, nil, []string{"-20.00", "60.00", "60.00"}},
		{"beyond the overdraft", user.Account{Overdraft: 200_000}, moves{{Users: both, Amount: usd("60.01")}}, balance.ErrInsufficient, []string{"100.00", "0.00", "0.00"}},
		{"less than a cent", user.Account{}, moves{{Users: both, Amount: usd("0.009")}}, balance.ErrAmount, []string{"100.00", "0.00", "0.00"}},
		{"no amount", user.Account{}, moves{{Users: both}}, balance.ErrAmount, []string{"100.00", "0.00", "0.00"}},
		{"no user", user.Account{}, moves{{Amount: usd("1")}}, balance.ErrNoPayees, []string{"100.00", "0.00", "0.00"}},
		{"who is not there", user.Account{}, moves{{Users: []user.ID{1, 99}, Amount: usd("1")}}, storage.ErrNotFound, []string{"100.00", "0.00", "0.00"}},
		{"parent accounting is not paid", user.Account{}, moves{{Users: []user.ID{1, 3}, Amount: usd("1"), Lenient: true}}, balance.ErrParentAccounting, []string{"100.00", "0.00", "0.00"}},
		{"all leaves parent accounting out", user.Account{}, moves{{All: true, Amount: usd("50")}}, nil, []string{"0.00", "50.00", "50.00"}},
		{"all but parent accounting pays back", user.Account{}, moves{{All: true, Amount: usd("50")}, {All: true, Amount: usd("-50")}}, nil, []string{"100.00", "0.00", "0.00"}},
		{"all but parent accounting lacks money", user.Account{}, moves{{All: true, Amount: usd("50.01")}}, balance.ErrInsufficient, []string{"100.00", "0.00", "0.00"}},
		{"another currency without a rate", user.Account{}, moves{{Users: both, Amount: must(balance.Parse("1", "EUR"))}}, balance.ErrNoRate, []string{"100.00", "0.00", "0.00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, s := range stores {
				w := fundedAccount(t, s.open(), tt.account)
				for i, m := range tt.moves {
					preview, perr := w.host.Transfer(w.ctx, m, roster.DryRun())
					r, err := w.host.Transfer(w.ctx, m)
					if diff := cmp.Diff(preview, r); diff != "" || fmt.Sprint(perr) != fmt.Sprint(err) {
						t.Errorf("the preview differs: %v, %v\n%s", perr, err, diff)
					}
					want := tt.want
					if i < len(tt.moves)-1 {
						want = nil
					}
					w.is(err, want, tt.name)
					if err == nil {
						w.ok(r.Transfer.Check())
					}
				}
				w.has(tt.name, tt.left...)
			}
		})
	}
}

// TestAReceiptNamesWhoIsLeftOutOfAll checks that users with parent accounting are not paid, and
// that the receipt names them.
func TestAReceiptNamesWhoIsLeftOutOfAll(t *testing.T) {
	for _, s := range stores {
		w := fundedAccount(t, s.open(), user.Account{})
		r, err := w.host.Transfer(w.ctx, roster.TransferParams{All: true, Amount: usd("5.67"), Key: "all"})
		w.ok(err)
		want := []balance.Skip{{User: 3, Reason: balance.ParentAccounting}}
		if diff := cmp.Diff(want, r.Transfer.Skipped); diff != "" {
			t.Error(diff)
		}
		stored, err := w.host.GetTransfer(w.ctx, r.Transfer.ID)
		w.ok(err)
		if diff := cmp.Diff(want, stored.Skipped); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTransferToAllOfAnApplication(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, other, user.Patch{Applications: user.Set(user.IDSetOf[user.ApplicationID](7))})))
		r, err := w.host.Transfer(w.ctx, roster.TransferParams{All: true, Application: 7, Amount: usd("1"), Key: "all7"})
		w.ok(err)
		if len(r.Transfer.Postings) != 1 || r.Transfer.Postings[0].To != balance.HolderOf(other) {
			t.Errorf("postings %v", r.Transfer.Postings)
		}
		// The same request replays, even though All would now select other users.
		w.ok(second(w.host.Patch(w.ctx, boss, user.Patch{Applications: user.Set(user.IDSetOf[user.ApplicationID](7))})))
		again, err := w.host.Transfer(w.ctx, roster.TransferParams{All: true, Application: 7, Amount: usd("1"), Key: "all7"})
		w.ok(err)
		if !again.Replayed || again.Transfer.ID != r.Transfer.ID {
			t.Errorf("transfer %d, replayed %t", again.Transfer.ID, again.Replayed)
		}
		_, err = w.host.Transfer(w.ctx, roster.TransferParams{All: true, Application: 8, Amount: usd("1")})
		w.is(err, balance.ErrNoPayees, "an application without users")
	})
}

func TestReversals(t *testing.T) {
	for _, s := range stores {
		w := fundedAccount(t, s.open(), user.Account{})
		r, err := w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{1, 2}, Amount: usd("5.67")})
		w.ok(err)
		back, err := w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: r.Transfer.ID, Key: "back"})
		w.ok(err)
		if back.Transfer.Reverses != r.Transfer.ID || back.Account != usd("100.00") {
			t.Errorf("reversed: %+v", back)
		}
		w.has("taken back", "100.00", "0.00", "0.00")
		w.unchanged("a second time", func() {
			_, err = w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: r.Transfer.ID})
			var already *balance.ReversedError
			if !errors.As(err, &already) || already.By != back.Transfer.ID {
				t.Errorf("reversed twice: %v", err)
			}
			_, err = w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: back.Transfer.ID})
			w.is(err, balance.ErrNotReversible, "the reversal of a reversal")
			_, err = w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 99})
			w.is(err, storage.ErrNotFound, "what never was")
			again, err := w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: r.Transfer.ID, Key: "back"})
			if err != nil || !again.Replayed {
				t.Errorf("under its key: %v", err)
			}
		})
		r, err = w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{1}, Amount: usd("10")})
		w.ok(err)
		w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{1}, Amount: usd("-4")})))
		_, err = w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: r.Transfer.ID})
		w.is(err, balance.ErrInsufficient, "what was spent")
		_, err = w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 1})
		w.is(err, balance.ErrInsufficient, "a funding that was spent")
	}
}

func TestParentAccountingSpendsTheAccountsMoney(t *testing.T) {
	w := fundedAccount(t, memstore.New(), user.Account{})
	funds, err := w.host.Balances(w.ctx, 3, 1)
	w.ok(err)
	want := []roster.UserBalance{
		{Own: usd("0"), Available: usd("100.00"), Parent: true}, {Own: usd("0"), Available: usd("0")},
	}
	if diff := cmp.Diff(want, funds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.ok(second(w.host.Balances(w.ctx)))
}

// TestParentAccountingDoesNotShowTheAccountsBalance checks that a user with parent accounting
// does not see the balance of the account, and neither does a supervisor who may read the balance
// of that user.
func TestParentAccountingDoesNotShowTheAccountsBalance(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{ParentAccounting: user.Set(true)})))
		supervisor, accountant := add(w.host, "supervisor"), add(w.host, "accountant")
		for id, role := range map[user.ID]user.Role{supervisor.ID: user.Supervisor, accountant.ID: user.Accountant} {
			w.ok(second(w.host.SetRoles(w.ctx, id, user.RolesOf(role))))
		}
		shown, hidden := roster.UserBalance{Own: usd("5"), Available: usd("95"), Parent: true}, roster.UserBalance{Own: usd("5"), Parent: true}
		for id, want := range map[user.ID]roster.UserBalance{
			boss: shown, accountant.ID: shown, supervisor.ID: hidden, agent: hidden,
		} {
			h := w.as(id)
			got, err := h.Balances(w.ctx, agent)
			w.ok(err)
			if diff := cmp.Diff([]roster.UserBalance{want}, got); diff != "" {
				t.Errorf("user %d (-want +got):\n%s", id, diff)
			}
			_, err = h.Balance(w.ctx)
			if denied := errors.Is(err, permission.ErrDenied); denied != (want == hidden) {
				t.Errorf("user %d reads the account's balance: %v", id, err)
			}
		}
		broken := errors.New("the engine is down")
		_, err := w.host.WithAuthorizer(permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
			if r.Action == permission.MoneyRead && r.Target.ID == 0 {
				return broken
			}
			return nil
		})).Balances(w.ctx, agent)
		w.is(err, broken, "a question that was not answered")
	})
}

func TestAmountsInAnotherCurrency(t *testing.T) {
	rates := balance.RatesFunc(func(from, to balance.Currency) (balance.Rate, bool) {
		r, err := balance.ParseRate("1.0834")
		return r, err == nil && from == "EUR"
	})
	for _, s := range stores {
		w := fundedAccount(t, s.open(), user.Account{}, roster.WithRates(rates))
		r, err := w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{1, 2}, Amount: must(balance.Parse("10.00", "EUR"))})
		w.ok(err)
		w.has("at 1.0834", "78.34", "10.83", "10.83")
		if r.Transfer.Rate != "1.0834" || r.Transfer.Requested.String() != "10.00 EUR" {
			t.Errorf("rate %s, requested %v", r.Transfer.Rate, r.Transfer.Requested)
		}
	}
}

// TestConcurrentTransfersKeepTheSum checks that the sum of all balances stays the same under
// concurrent transfers.
func TestConcurrentTransfersKeepTheSum(t *testing.T) {
	w := fundedAccount(t, memstore.New(), user.Account{})
	const workers, each = 4, 100
	var done sync.WaitGroup
	for i := range workers {
		done.Go(func() {
			for n := range each {
				amount := usd(fmt.Sprintf("%d.%02d", n%3, 1+i))
				if n%2 == 1 {
					amount = amount.Neg()
				}
				_, err := w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{1, 2}, Amount: amount, Lenient: n%3 == 0})
				if err != nil && !errors.Is(err, balance.ErrInsufficient) {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	sum := must(w.host.Balance(w.ctx))
	for _, f := range must(w.host.Balances(w.ctx, 1, 2, 3)) {
		if f.Own.Sign() < 0 {
			t.Errorf("a user has %v", f.Own)
		}
		sum = must(sum.Add(f.Own))
	}
	if sum != usd("100.00") {
		t.Errorf("all together have %v", sum)
	}
}

func TestFiftyThousandPayees(t *testing.T) {
	const n = 50_000
	w := empty(t, memstore.New())
	crowd(w, n)
	w.ok(second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("567000.00")})))
	r, err := w.host.Transfer(w.ctx, roster.TransferParams{All: true, Amount: usd("5.67")})
	w.ok(err)
	if len(r.Transfer.Postings) != n || r.Account != usd("283500.00") {
		t.Errorf("%d postings, %v left", len(r.Transfer.Postings), r.Account)
	}
	funds, err := w.host.Balances(w.ctx, 1, n/2, n)
	w.ok(err)
	for _, f := range funds {
		if f.Own != usd("5.67") {
			t.Errorf("one has %v", f.Own)
		}
	}
	back, err := w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: r.Transfer.ID})
	w.ok(err)
	if back.Account != usd("567000.00") {
		t.Errorf("%v after the reversal", back.Account)
	}
}

// TestWhoSeesMoney checks what an agent may read of balances, statements and transfers.
func TestWhoSeesMoney(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.as(agent)
		funds, err := h.Balances(w.ctx, agent)
		w.ok(err)
		if funds[0].Own != usd("5.00") {
			t.Errorf("the agent has %v", funds[0].Own)
		}
		entries, err := h.Statement(w.ctx, balance.HolderOf(agent), storage.EntryID{}, 0)
		if err != nil || len(entries) != 1 {
			t.Errorf("%d entries, %v", len(entries), err)
		}
		w.is(second(h.Balance(w.ctx)), permission.ErrDenied, "the account's balance")
		w.is(second(h.Statement(w.ctx, balance.Account, storage.EntryID{}, 0)), permission.ErrDenied, "the account's statement")
		w.is(second(h.GetTransfer(w.ctx, 1)), permission.ErrDenied, "a transfer")
		w.is(second(h.Balances(w.ctx, agent, boss)), storage.ErrNotFound, "the balance of another user")
		w.is(second(w.host.GetTransfer(w.ctx, 77)), storage.ErrNotFound, "what never was")
	})
}
