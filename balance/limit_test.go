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

func TestWordsAndPartsOfATransfer(t *testing.T) {
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
	if _, err := Plan(r); err == nil || err.Error() != "balance: invalid payee: user -3" {
		t.Errorf("%v", err)
	}
	back := planned(t)(PlanReversal(seedReversal(t)))
	for e := range back.Entries(Account) {
		if e.Currency != back.Currency || e.Reverses != back.Reverses || e.Reverses == 0 {
			t.Errorf("%+v", e)
		}
	}
}
