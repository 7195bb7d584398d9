package balance

import (
	"errors"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

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
	high := seedRequest(t)
	if high.Minimum = MaxUnits; !errors.Is(high.Validate(), ErrAmount) {
		t.Errorf("the greatest minimum: %v", high.Validate())
	}
	if high.Minimum = MaxUnits + 1; !errors.Is(high.Validate(), ErrLimits) {
		t.Errorf("a greater minimum: %v", high.Validate())
	}
	if high.Minimum, high.Overdraft = 0, MaxUnits; high.Validate() != nil {
		t.Errorf("the greatest overdraft: %v", high.Validate())
	}
}

// The smallest posting that there is, a ten-thousandth, can be reversed.
func TestTheSmallestAmountIsReversed(t *testing.T) {
	tr, err := PlanFunding(FundingRequest{Header: Header{ID: 7}, Amount: money(t, "0.0001", "CLF"), AccountCurrency: "CLF"})
	if err != nil || tr.Check() != nil || tr.Postings[0].Amount != 1 {
		t.Fatalf("%v, %+v", err, tr)
	}
	back, err := PlanReversal(ReversalRequest{Header: Header{ID: 8}, Original: tr, AccountCurrency: "CLF", Account: 1})
	if err != nil || back.Check() != nil {
		t.Errorf("%v, %v", err, back.Check())
	}
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
	var f Fingerprint
	if err := f.UnmarshalText([]byte("12")); err == nil || !strings.Contains(err.Error(), "64") {
		t.Errorf("%v", err)
	}
	if Account.String() == HolderOf(1).String() || Account.String() == World.String() || strings.Contains(Account.String(), "0") {
		t.Errorf("the account is %q", Account)
	}
}

func TestWordsAndPartsOfATransfer(t *testing.T) {
	if got := HolderOf(1234).String(); !strings.Contains(got, "1234") {
		t.Errorf("user 1234 is %q", got)
	}
	if a, b := (&TextError{Field: "key", Limit: 7, TooLong: true}).Error(), (&TextError{Field: "key"}).Error(); !strings.Contains(a, "longer than 7") || strings.Contains(b, "longer") {
		t.Errorf("%q, %q", a, b)
	}
	if _, ok := (Transfer{Postings: []Posting{{From: HolderOf(1), To: HolderOf(2), ToAfter: 5}}}).AccountAfter(); ok {
		t.Error("a line between two users says what the account has")
	}
	if ascending([]user.ID{1, 1}) || !ascending([]user.ID{1, 2}) || !ascending(nil) {
		t.Error("ascending")
	}
	r := seedRequest(t)
	r.Payees = append(r.Payees, Payee{ID: -3})
	var who *PayeeError
	if _, err := Plan(r); !errors.As(err, &who) || who.User != -3 || !errors.Is(err, ErrPayee) {
		t.Errorf("%v", err)
	}
	back, err := PlanReversal(seedReversal(t))
	if err != nil {
		t.Fatal(err)
	}
	for e := range back.Entries(Account) {
		if e.Currency != back.Currency || e.Reverses != back.Reverses || e.Reverses == 0 {
			t.Errorf("%+v", e)
		}
	}
}
