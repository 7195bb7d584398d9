package balance

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

func TestFundingMovesMoneyBetweenTheWorldAndTheAccount(t *testing.T) {
	tests := []struct {
		name, amount       string
		account, overdraft Units
		want               Posting
		text               string
		err                error
	}{
		{"in", "100.00", 0, 0, Posting{From: World, To: Account, Amount: 1_000_000, ToAfter: 1_000_000}, "Funds added", nil},
		{"out", "-0.5", 5_000, 0, Posting{From: Account, To: World, Amount: 5_000}, "Funds withdrawn", nil},
		{"out, into the overdraft", "-0.5", 0, 5_000, Posting{From: Account, To: World, Amount: 5_000, FromAfter: -5_000}, "Funds withdrawn", nil},
		{"in small steps, as meters count", "-0.0035", 100, 0, Posting{From: Account, To: World, Amount: 35, FromAfter: 65}, "Funds withdrawn", nil},
		{"out of a debt that is too deep", "0.5", -9_000, 0, Posting{From: World, To: Account, Amount: 5_000, ToAfter: -4_000}, "Funds added", nil},
		{"out, into the greatest overdraft", "-0.5", 0, MaxUnits, Posting{From: Account, To: World, Amount: 5_000, FromAfter: -5_000}, "Funds withdrawn", nil},
		{"more than there is", "-0.51", 5_000, 0, Posting{}, "", ErrInsufficient},
		{"beyond the overdraft", "-0.51", 0, 5_000, Posting{}, "", ErrInsufficient},
		{"beyond the largest", "0.01", MaxUnits, 0, Posting{}, "", ErrOverflow},
		{"nothing", "0", 5_000, 0, Posting{}, "", ErrAmount},
		{"a negative overdraft", "1", 0, -1, Posting{}, "", ErrLimits},
		{"an overdraft too large", "1", 0, MaxUnits + 1, Posting{}, "", ErrLimits},
		{"a balance out of range", "1", MaxUnits + 1, 0, Posting{}, "", ErrBroken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := PlanFunding(FundingRequest{
				Header: Header{ID: 1, At: noon}, Amount: usd(t, tt.amount),
				Account: tt.account, AccountCurrency: "USD", Overdraft: tt.overdraft,
			})
			if !errors.Is(err, tt.err) {
				t.Fatalf("got %v, want %v", err, tt.err)
			}
			var small *AmountError
			if errors.As(err, &small) && *small != (AmountError{Fault: TooSmall, Minimum: 1}) {
				t.Errorf("got %+v", small)
			}
			if tt.err != nil {
				return
			}
			if diff := cmp.Diff([]Posting{tt.want}, got.Postings); diff != "" {
				t.Error(diff)
			}
			if got.AccountDescription != tt.text {
				t.Errorf("text %q, want %q", got.AccountDescription, tt.text)
			}
			if err := got.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFundingRefusesWhatATransferRefuses(t *testing.T) {
	r := FundingRequest{Amount: usd(t, "1"), AccountCurrency: "USD"}
	for name, tt := range map[string]struct {
		change func(*FundingRequest)
		want   error
	}{
		"no amount":           {func(r *FundingRequest) { r.Amount = Money{} }, ErrAmount},
		"time":                {func(r *FundingRequest) { r.At = beyond }, user.ErrTime},
		"text":                {func(r *FundingRequest) { r.AccountDescription = "\x00" }, ErrText},
		"no account currency": {func(r *FundingRequest) { r.AccountCurrency = "" }, ErrCurrency},
		"no rate":             {func(r *FundingRequest) { r.AccountCurrency = "EUR" }, ErrNoRate},
	} {
		r := r
		tt.change(&r)
		if _, err := PlanFunding(r); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	r.AccountCurrency, r.AccountDescription = "EUR", "salary ${user_name}"
	r.Rates = rates(t, "0.925")
	got, err := PlanFunding(r)
	if err != nil || got.Check() != nil || got.Rate != "0.925" || got.Postings[0].Amount != 9_200 {
		t.Errorf("converted: %+v, %v", got, err) // 0.925 is half way; 0.92 is even
	}
	for e := range got.Entries(Account) {
		if e.Description != "salary ${user_name}" {
			t.Errorf("without a user, nothing is expanded: %q", e.Description)
		}
	}
}
