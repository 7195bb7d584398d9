package balance

import (
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster/validate"
)

// A line of a statement has the time of its transfer, and the user's number in decimal.
func TestALineHasItsTimeAndItsUser(t *testing.T) {
	r := seedRequest(t)
	r.AccountDescription, r.Payees = "${user_id}", []Payee{{ID: 1234567890}}
	e, ok := plan(t, r).Entry(0, Debit)
	if !ok || e.At != noon || e.At.IsZero() || e.At.Location() != time.UTC || e.Description != "1234567890" {
		t.Errorf("%+v", e)
	}
}

// A refusal names both currencies, and a request's payees stay in the order in which they were
// given.
func TestAReversalLeavesItsRequestAlone(t *testing.T) {
	r := seedReversal(t)
	r.Payees[0], r.Payees[1] = r.Payees[1], r.Payees[0]
	if _, err := PlanReversal(r); err != nil || r.Payees[0].ID != 2 || r.Payees[1].ID != 1 {
		t.Errorf("%v, payees %+v", err, r.Payees)
	}
	r.AccountCurrency = "EUR"
	var other *CurrencyError
	if _, err := PlanReversal(r); !errors.As(err, &other) || *other != (CurrencyError{Got: "EUR", Want: "USD"}) {
		t.Errorf("another currency by now: %v", err)
	}
}

// An amount that was forgotten is refused before the account is known, and the problem says so.
func TestAForgottenAmountIsRequired(t *testing.T) {
	r := seedRequest(t)
	r.Amount = Money{}
	for what, err := range map[string]error{"a transfer": r.Validate(), "a funding": (FundingRequest{}).Validate()} {
		var p validate.Problem
		if !errors.Is(err, ErrAmount) || !errors.As(err, &p) || p.Path != "/amount" || p.Code != validate.Required {
			t.Errorf("%s: %v, %v", what, err, p)
		}
	}
}

// Each holder whose balance changed is named once, and nobody when nothing moved.
func TestBalancesNameEachHolderOnce(t *testing.T) {
	for _, amount := range []string{"1", "-1"} {
		tr := planned(t)(PlanFunding(FundingRequest{Amount: usd(t, amount), AccountCurrency: "USD", Overdraft: One}))
		var holders []Holder
		for h, after := range tr.Balances() {
			holders = append(holders, h)
			if after != tr.Requested.Units() {
				t.Errorf("%s has %s after %s", h, after, amount)
			}
		}
		if len(holders) != 1 || holders[0] != Account {
			t.Errorf("a funding of %s changes %v", amount, holders)
		}
	}
	var none Transfer
	if after, ok := none.AccountAfter(); ok || after != 0 {
		t.Errorf("nothing moved, and the account has %s", after)
	}
	for h := range none.Balances() {
		t.Errorf("nothing moved, and %s is named", h)
	}
}

// A rule that picked the payees stands for them in the terms: who they are by now does not matter.
func TestASelectionStandsForItsUsers(t *testing.T) {
	r := seedRequest(t)
	listed := r.Terms()
	r.Selection = "all"
	all := r.Terms()
	if all.Users != FingerprintSelection("all") || all.Users == listed.Users {
		t.Errorf("all users: %s, as a list: %s", all.Users, listed.Users)
	}
	if r.Payees = r.Payees[:1]; r.Terms() != all {
		t.Error("who was selected matters")
	}
	if r.Selection = "some"; r.Terms() == all {
		t.Error("the rule does not matter")
	}
}
