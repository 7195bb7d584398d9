package balance

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/ca74b63c/roster/user"
)

// A decimal's coefficient is read up to 256 bits; what is longer is refused without a computation,
// as too much or as too fine, whichever its size can tell.
func TestADecimalIsReadUpTo256Bits(t *testing.T) {
	ten := func(times, zeros int64) *big.Int {
		return new(big.Int).Mul(big.NewInt(times), new(big.Int).Exp(big.NewInt(10), big.NewInt(zeros), nil))
	}
	for _, tt := range []struct {
		name string
		in   decimal.Decimal
		want error // nil: 1.00 USD
	}{
		{"256 bits", decimal.NewFromBigInt(ten(1, 77), -77), nil},
		{"257 bits", decimal.NewFromBigInt(ten(2, 77), -77), ErrAmount},
		{"257 bits, the largest that is too fine", decimal.NewFromBigInt(ten(2, 77), -50), ErrAmount},
		{"257 bits, the smallest that is too much", decimal.NewFromBigInt(ten(2, 77), -49), ErrOverflow},
		{"78 digits behind the fourth decimal", decimal.NewFromBigInt(ten(1, 77), -82), ErrAmount},
		{"far behind the fourth decimal", decimal.New(1, -500), ErrAmount},
	} {
		got, err := FromDecimal(tt.in, "USD")
		if !errors.Is(err, tt.want) || err == nil && got != usd(t, "1") {
			t.Errorf("%s: %s, %v; want %v", tt.name, got, err, tt.want)
		}
		var fine *AmountError
		if tt.want == ErrAmount && (!errors.As(err, &fine) || *fine != AmountError{Fault: TooFine, Decimals: Scale}) {
			t.Errorf("%s: %+v, want too fine, at most %d decimals", tt.name, fine, Scale)
		}
	}
}

// A decimal is the same amount however its coefficient and its exponent share it.
func TestADecimalsExponentIsItsOwnAffair(t *testing.T) {
	for exp := int32(-20); exp <= 0; exp++ {
		d := decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-exp)), nil), exp)
		if got, err := FromDecimal(d, "USD"); err != nil || got != usd(t, "1") {
			t.Errorf("10^%d e%d is %s, %v", -exp, exp, got, err)
		}
	}
	for exp, want := Units(-4), Units(1); exp <= 13; exp, want = exp+1, want*10 {
		if got, err := FromDecimal(decimal.New(1, int32(exp)), "CLF"); err != nil || got.Units() != want {
			t.Errorf("1e%d is %d units, %v; want %d", exp, got.Units(), err, want)
		}
	}
}

// 2^64 units of a currency are too many, and not none of it.
func TestAnAmountDoesNotWrapAround(t *testing.T) {
	for _, text := range []string{"18446744073709551616", "-18446744073709551616", "100000000000000"} {
		if m, err := Parse(text, "USD"); !errors.Is(err, ErrOverflow) {
			t.Errorf("%s is %s, %v", text, m, err)
		}
	}
}

// The neighbours of the digits in ASCII are no digits.
func TestWhatStandsBesideTheDigits(t *testing.T) {
	for _, text := range []string{":", "1:", "/", "1/", "1.:", "1./"} {
		if m, err := Parse(text, "USD"); !errors.Is(err, ErrAmount) {
			t.Errorf("%q is %s, %v", text, m, err)
		}
	}
}

// Each error of this package that has a detail is one sentinel and no other, the ledger's too.
func TestConflictsAreTheirOwnAlone(t *testing.T) {
	for _, err := range []error{&ReversedError{}, &KeyConflict{}} {
		_, reversed := err.(*ReversedError)
		if errors.Is(err, ErrReversed) != reversed || errors.Is(err, ErrKeyConflict) == reversed || errors.Is(err, ErrBroken) {
			t.Errorf("%T is another's sentinel", err)
		}
	}
	for _, sentinel := range []error{ErrNoRate, ErrCurrency, ErrAmount} {
		if err := (&CurrencyError{NoRate: true}); errors.Is(err, sentinel) != (sentinel == ErrNoRate) {
			t.Errorf("a missing rate and %v", sentinel)
		}
	}
}

// Equal is ==, of both the amount and the currency.
func TestMoneyIsEqualToItselfAlone(t *testing.T) {
	one := usd(t, "1")
	for _, other := range []Money{usd(t, "2"), usd(t, "-1"), money(t, "1", "EUR"), {}} {
		if one.Equal(other) || other.Equal(one) || !other.Equal(other) {
			t.Errorf("%s and %s", one, other)
		}
	}
	if n, err := one.Cmp(money(t, "2", "EUR")); n != 0 || !errors.Is(err, ErrCurrency) {
		t.Errorf("1 USD compares with 2 EUR: %d, %v", n, err)
	}
}

// JSON of 256 bytes is looked into, of 257 not.
func TestMoneyInJSONIsBoundedInBytes(t *testing.T) {
	text := `{"amount":"5.67","currency":"USD"}`
	text += strings.Repeat(" ", 256-len(text))
	var m Money
	if err := m.UnmarshalJSON([]byte(text)); err != nil || m != usd(t, "5.67") {
		t.Errorf("%d bytes: %s, %v", len(text), m, err)
	}
	var bad *AmountError
	if err := m.UnmarshalJSON([]byte(text + " ")); !errors.As(err, &bad) || bad.Fault != Malformed {
		t.Errorf("%d bytes: %v", len(text)+1, err)
	}
}

// Funding has no minimum but the smallest unit, and the greatest overdraft serves it.
func TestTheBoundsOfFunding(t *testing.T) {
	var small *AmountError
	err := FundingRequest{Amount: usd(t, "0")}.Validate()
	if !errors.As(err, &small) || *small != (AmountError{Fault: TooSmall, Minimum: 1}) {
		t.Errorf("a funding of nothing: %v", err)
	}
	r := FundingRequest{Amount: usd(t, "-1"), AccountCurrency: "USD", Overdraft: MaxUnits}
	if tr, err := PlanFunding(r); err != nil || tr.Check() != nil {
		t.Errorf("the greatest overdraft: %v, %v", err, tr.Check())
	}
	r.Overdraft = 0
	var short *Shortage
	if _, err := PlanFunding(r); !errors.As(err, &short) ||
		*short != (Shortage{Holder: Account, Needed: One, Currency: "USD"}) {
		t.Errorf("without it: %+v", short)
	}
}

// The most that there is moves, is proved, and goes back.
func TestTheLargestAmountMovesAndIsTakenBack(t *testing.T) {
	most, err := FromUnits(MaxUnits, "USD")
	if err != nil {
		t.Fatal(err)
	}
	in, err := PlanFunding(FundingRequest{Header: Header{ID: 1}, Amount: most, AccountCurrency: "USD"})
	if err != nil || in.Check() != nil {
		t.Fatalf("%v, %v", err, in.Check())
	}
	back, err := PlanReversal(ReversalRequest{
		Header: Header{ID: 2}, Original: in, Account: MaxUnits, AccountCurrency: "USD", Overdraft: MaxUnits,
	})
	if err != nil || back.Check() != nil {
		t.Errorf("%v, %v", err, back.Check())
	}
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
	r.Rates = RatesFunc(func(Currency, Currency) (Rate, bool) { return rate(t, "0.0001"), true })
	tr := plan(t, r)
	if tr.Postings[0].Amount != 1 {
		t.Fatalf("%+v", tr.Postings[0])
	}
	var small *AmountError
	r.Rates = RatesFunc(func(Currency, Currency) (Rate, bool) { return rate(t, "0.00001"), true })
	if _, err := Plan(r); !errors.As(err, &small) || *small != (AmountError{Fault: TooSmall, Minimum: 1}) {
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
