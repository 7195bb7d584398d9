package balance

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// "Returns error if strict_mode is true and a user or the account does not have enough money."
func TestStrictRefusesEverything(t *testing.T) {
	tests := []struct {
		name      string
		amount    string
		account   Units
		overdraft Units
		want      *Shortage
	}{
		{"the account has all", "5.67", 113_400, 0, nil},
		{"the account lacks 0.0001", "5.67", 113_399, 0, &Shortage{Account, 113_400, 113_399, "USD", false}},
		{"the overdraft helps", "5.67", 0, 113_400, nil},
		{"the overdraft does not suffice", "5.67", 1, 113_398, &Shortage{Account, 113_400, 113_399, "USD", false}},
		{"the overdraft is exceeded already", "0.01", -5, 4, &Shortage{Account, 200, 0, "USD", false}},
		{"two users have it", "-1", 0, 0, nil},
		{"the second lacks it", "-1.01", 0, 0, &Shortage{2, 10_100, 10_000, "USD", false}},
		{"both lack it", "-2.01", 0, 0, &Shortage{1, 20_100, 20_000, "USD", false}},
		{"more than any balance", "99999999999999.99", 0, MaxUnits, &Shortage{Account, MaxUnits, MaxUnits, "USD", false}},
		{"users have no overdraft", "-1.01", 0, MaxUnits, &Shortage{2, 10_100, 10_000, "USD", false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := seedRequest(t)
			r.Amount, r.Account, r.Overdraft = usd(t, tt.amount), tt.account, tt.overdraft
			r.Payees[0].Balance = 20_000
			_, err := Plan(r)
			if tt.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var got *Shortage
			if !errors.Is(err, ErrInsufficient) || !errors.As(err, &got) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	r := seedRequest(t)
	r.Account = 50_000
	if _, err := Plan(r); err.Error() != "balance: insufficient money: account has 5 of 11.34 USD" {
		t.Errorf("the error says %q", err)
	}
}

// A transfer of more than MaxUnits in all is possible when an overdraft as large stands behind it.
func TestTheTotalMayExceedTheLargestBalance(t *testing.T) {
	r := seedRequest(t)
	r.Amount = usd(t, "99999999999999.99")
	r.Account, r.Overdraft = MaxUnits, MaxUnits
	r.Payees[1].Balance = 0
	plan(t, r)
}

// A ruling: lines in ascending user id, a line whose payer lacks the money is skipped, no user goes
// below zero.
func TestLenientSkipsWhoLacksMoney(t *testing.T) {
	payees := []Payee{{ID: 30, Balance: 50_000}, {ID: 10, Balance: 9_999}, {ID: 20, Balance: 10_000}}
	tests := []struct {
		name, amount       string
		account, overdraft Units
		served             []user.ID
		skipped            []Skip
		after              string
	}{
		{"the account pays as far as its money goes", "1", 25_000, 0, []user.ID{10, 20}, []Skip{{30, AccountShort}}, "0.5"},
		{"and into its overdraft", "1", 25_000, 5_000, []user.ID{10, 20, 30}, nil, "-0.5"},
		{"but no further", "1", 25_000, 4_999, []user.ID{10, 20}, []Skip{{30, AccountShort}}, "0.5"},
		{"users pay who can", "-1", 0, 0, []user.ID{20, 30}, []Skip{{10, UserShort}}, "2"},
		{"no user can", "-9", 70_000, 0, nil, []Skip{{10, UserShort}, {20, UserShort}, {30, UserShort}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := seedRequest(t)
			r.Strict, r.Payees = false, payees
			r.Amount, r.Account, r.Overdraft = usd(t, tt.amount), tt.account, tt.overdraft
			got := plan(t, r)
			var served []user.ID
			for _, p := range got.Postings {
				id, _ := p.User()
				served = append(served, id)
			}
			if diff := cmp.Diff(tt.served, served); diff != "" {
				t.Errorf("served: %s", diff)
			}
			if diff := cmp.Diff(tt.skipped, got.Skipped); diff != "" {
				t.Errorf("skipped: %s", diff)
			}
			after, ok := got.AccountAfter()
			if ok != (tt.after != "") || ok && after.String() != tt.after {
				t.Errorf("the account has %s, %v; want %s", after, ok, tt.after)
			}
		})
	}
}

// The most that there is moves, is proved, and goes back.
func TestTheLargestAmountMovesAndIsTakenBack(t *testing.T) {
	most, err := FromUnits(MaxUnits, "USD")
	if err != nil {
		t.Fatal(err)
	}
	in := planned(t)(PlanFunding(FundingRequest{Header: Header{ID: 1}, Amount: most, AccountCurrency: "USD"}))
	planned(t)(PlanReversal(ReversalRequest{
		Header: Header{ID: 2}, Original: in, Account: MaxUnits, AccountCurrency: "USD", Overdraft: MaxUnits,
	}))
	r := seedRequest(t)
	r.Amount, r.Account = usd(t, "-0.01"), 0
	r.Payees = []Payee{{ID: 1, Balance: MaxUnits}}
	paid := plan(t, r)
	if got := paid.Postings[0]; got.FromAfter != MaxUnits-100 || got.ToAfter != 100 {
		t.Errorf("a user who has the most there is pays: %+v", got)
	}
	planned(t)(PlanReversal(ReversalRequest{
		Header: Header{ID: 8}, Original: paid, Account: 100, AccountCurrency: "USD", Payees: []Payee{{ID: 1, Balance: MaxUnits - 100}},
	}))
}

// The smallest unit may be what a conversion leaves, nothing may not.
func TestAConversionLeavesSomething(t *testing.T) {
	r := seedRequest(t)
	r.Amount, r.AccountCurrency = money(t, "1", "USD"), "CLF"
	r.Rates = rates(t, "0.0001")
	tr := plan(t, r)
	if tr.Postings[0].Amount != 1 {
		t.Fatalf("%+v", tr.Postings[0])
	}
	var small *AmountError
	r.Rates = rates(t, "0.00001")
	var p validate.Problem
	if _, err := Plan(r); !errors.As(err, &small) || *small != (AmountError{Fault: TooSmall, Minimum: 1}) ||
		!errors.As(err, &p) || p.Code != validate.OutOfRange {
		t.Errorf("less than the smallest unit: %v", err)
	}
	tr.Rate = "0.00001"
	for i := range tr.Postings {
		tr.Postings[i].Amount = 0
	}
	if err := tr.Check(); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "cannot be converted") {
		t.Errorf("a conversion that leaves nothing: %v", err)
	}
}

// MaxPayees counts postings and skips together, and is within the bound.
func TestAsManyUsersAsATransferHolds(t *testing.T) {
	r := seedRequest(t)
	r.Amount, r.Account, r.Strict = usd(t, "0.01"), 100*(MaxPayees-1), false
	r.Payees = make([]Payee, MaxPayees)
	for i := range r.Payees {
		r.Payees[i].ID = user.ID(i + 1)
	}
	tr := plan(t, r)
	if len(tr.Postings) != MaxPayees-1 || len(tr.Skipped) != 1 {
		t.Fatalf("%d served, %d skipped", len(tr.Postings), len(tr.Skipped))
	}
	tr.Skipped = append(tr.Skipped, Skip{User: MaxPayees + 1, Reason: AccountShort})
	if err := tr.Check(); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "more than 100000") {
		t.Errorf("one more: %v", err)
	}
}

// What is exactly at a limit is within it.
func TestAtTheLimit(t *testing.T) {
	full := seedRequest(t)
	full.Amount, full.Account = usd(t, "1"), 1_000_000
	full.Payees = []Payee{{ID: 2, Balance: MaxUnits - 10_000}}
	if tr, err := Plan(full); err != nil || tr.Check() != nil || tr.Postings[0].ToAfter != MaxUnits {
		t.Errorf("a user who has the most there is: %v, %v", err, tr.Check())
	}
	full.Payees[0].Balance++
	if _, err := Plan(full); !errors.Is(err, ErrOverflow) {
		t.Errorf("a user who has more: %v", err)
	}
}

// The smallest posting that there is, a ten-thousandth, can be reversed.
func TestTheSmallestAmountIsReversed(t *testing.T) {
	tr := planned(t)(PlanFunding(FundingRequest{Header: Header{ID: 7}, Amount: money(t, "0.0001", "CLF"), AccountCurrency: "CLF"}))
	back := planned(t)(PlanReversal(ReversalRequest{Header: Header{ID: 8}, Original: tr, AccountCurrency: "CLF", Account: 1}))
	back.Postings[0].Amount = 0
	if back.Check() == nil {
		t.Error("a posting of nothing passes")
	}
}

// Each error is its own sentinel's and no other's.
func TestErrorsAreTheirOwnAlone(t *testing.T) {
	sentinels := []error{ErrAmount, ErrCurrency, ErrText, ErrLimits, ErrInsufficient, ErrOverflow, ErrNoRate, ErrPayee, ErrBroken,
		ErrReversed, ErrKeyConflict}
	for _, tt := range []struct{ err, is error }{
		{&TextError{}, ErrText}, {&AmountError{}, ErrAmount}, {&Shortage{}, ErrInsufficient}, {broken("x"), ErrBroken},
		{&CurrencyError{}, ErrCurrency}, {&CurrencyError{NoRate: true}, ErrNoRate}, {&ReversedError{}, ErrReversed},
		{&KeyConflict{}, ErrKeyConflict},
	} {
		for _, s := range sentinels {
			if errors.Is(tt.err, s) != (s == tt.is) {
				t.Errorf("%T is %v: %v", tt.err, s, s != tt.is)
			}
		}
	}
}
