package balance

import (
	"errors"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

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
	if got := plan(t, r).Postings[0]; got.FromAfter != MaxUnits-100 || got.ToAfter != 100 {
		t.Errorf("a user who has the most there is pays: %+v", got)
	}
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
