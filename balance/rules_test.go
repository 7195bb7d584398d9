package balance

import (
	"errors"
	"strings"
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

// A limit of characters is one of characters, whatever each takes in bytes.
func TestATextOfTheLongestCharacters(t *testing.T) {
	r := seedRequest(t)
	r.AccountDescription = strings.Repeat("𝄞", MaxDescription)
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
	tr := plan(t, r)
	tr.Reason = "\x00"
	if err := tr.Check(); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "reason") {
		t.Errorf("a reason with NUL: %v", err)
	}
}

// TestTheLastSkippedUserIsNotServed checks that no user is in both Postings and Skipped.
func TestTheLastSkippedUserIsNotServed(t *testing.T) {
	r := seedRequest(t)
	r.Strict, r.Account = false, 56_700
	tr := plan(t, r)
	if len(tr.Skipped) != 1 {
		t.Fatalf("%+v", tr.Skipped)
	}
	tr.Skipped[0].User = 1
	if err := tr.Check(); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "both served and skipped") {
		t.Errorf("%v", err)
	}
}

// TestNobodyStandsInForAUserOfTheOriginal checks that a reversal is refused if a user of the
// original is not in Payees.
func TestNobodyStandsInForAUserOfTheOriginal(t *testing.T) {
	r := seedReversal(t)
	r.Payees[1].ID = 3
	var who *PayeeError
	if tr, err := PlanReversal(r); !errors.As(err, &who) || who.User != 2 {
		t.Errorf("%+v, %v", tr.Postings, err)
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

// A rate's text and its halves are within their bounds at the bound itself.
func TestTheBoundsOfARate(t *testing.T) {
	long := "1." + strings.Repeat("0", 62)
	if r, err := ParseRate(long); err != nil || r != rate(t, "1") {
		t.Errorf("64 bytes: %s, %v", r, err)
	}
	if r, err := ParseRate(long + "0"); !errors.Is(err, ErrNoRate) {
		t.Errorf("65 bytes: %s, %v", r, err)
	}
	if r, err := ParseRate("1/0.000000000000001"); err != nil || r != (Rate{num: MaxRateTerm, den: 1}) {
		t.Errorf("the greatest half: %s, %v", r, err)
	}
	if r, ok := RatesFunc(nil).Rate("USD", "EUR"); ok || !r.IsZero() {
		t.Errorf("no function knows the rate %s", r)
	}
	if r, err := ParseRate("1:"); !errors.Is(err, ErrNoRate) {
		t.Errorf("a colon is a digit of %s, %v", r, err)
	}
	// 1/65536 has 16 decimals, one more than are read.
	for _, text := range []string{"1/65536", "1/32768"} {
		r := rate(t, text)
		if back, err := ParseRate(r.String()); err != nil || back != r {
			t.Errorf("%s is written as %s and read as %s, %v", text, r, back, err)
		}
	}
}

// Each holder whose balance changed is named once, and nobody when nothing moved.
func TestBalancesNameEachHolderOnce(t *testing.T) {
	for _, amount := range []string{"1", "-1"} {
		tr, err := PlanFunding(FundingRequest{Amount: usd(t, amount), AccountCurrency: "USD", Overdraft: One})
		if err != nil {
			t.Fatal(err)
		}
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

// The bounds of texts are the numbers that the documents name: the last that fits, and the first
// that does not.
func TestTheBoundsOfTexts(t *testing.T) {
	text := func(n int) string { return strings.Repeat("a", n) }
	for _, tt := range []struct {
		field string
		most  int
		set   func(r *Request, n int)
	}{
		{"accountDescription", 119, func(r *Request, n int) { r.AccountDescription = text(n) }},
		{"userDescription", 119, func(r *Request, n int) { r.UserDescription = text(n) }},
		{"key", 255, func(r *Request, n int) { r.Key = text(n) }},
		{"reason", 500, func(r *Request, n int) { r.Reason = text(n) }},
	} {
		r := seedRequest(t)
		if tt.set(&r, tt.most); r.Validate() != nil {
			t.Errorf("%s of %d characters: %v", tt.field, tt.most, r.Validate())
		}
		tt.set(&r, tt.most+1)
		var long *TextError
		if err := r.Validate(); !errors.As(err, &long) || *long != (TextError{Field: tt.field, Limit: tt.most, TooLong: true}) {
			t.Errorf("%s of %d characters: %v", tt.field, tt.most+1, err)
		}
	}
	if m, err := Parse(strings.Repeat("0", 39)+"1", "USD"); err != nil || m != usd(t, "1") {
		t.Errorf("an amount of 40 bytes: %s, %v", m, err)
	}
	if m, err := Parse(strings.Repeat("0", 40)+"1", "USD"); !errors.Is(err, ErrAmount) {
		t.Errorf("an amount of 41 bytes: %s, %v", m, err)
	}
}

// Sign tells the smallest unit from nothing.
func TestTheSmallestUnitHasASign(t *testing.T) {
	for u, want := range map[Units]int{-2: -1, -1: -1, 0: 0, 1: 1, 2: 1, MaxUnits: 1, -MaxUnits: -1} {
		if u.Sign() != want {
			t.Errorf("the sign of %d is %d", int64(u), u.Sign())
		}
	}
}
