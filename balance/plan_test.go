package balance

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

var (
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	beyond = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) // no text form holds it
)

// seedRequest is the example of TransferMoneyToUser: 5.67 $ to the users 1 and 2, from an account
// of 100.00 $.
func seedRequest(t testing.TB) Request {
	return Request{
		Header:          Header{ID: 7, At: noon, Actor: 9, Reason: "bonus", Key: "k1"},
		Amount:          usd(t, "5.67"),
		Payees:          []Payee{{ID: 1, Name: "ann"}, {ID: 2, Name: "bob", Balance: 10_000}},
		Strict:          true,
		Account:         1_000_000,
		AccountCurrency: "USD",
	}
}

// plan returns the plan and proves its invariants.
func plan(t testing.TB, r Request) Transfer {
	t.Helper()
	return planned(t)(Plan(r))
}

// planned returns a function that returns the transfer of a plan without an error, and proves its
// invariants.
func planned(t testing.TB) func(Transfer, error) Transfer {
	return func(tr Transfer, err error) Transfer {
		t.Helper()
		if err != nil || tr.Check() != nil {
			t.Fatalf("planned %+v: %v, %v", tr, err, tr.Check())
		}
		return tr
	}
}

// "Transfer 5.67 $ to the user 1 and transfer 5.67 $ to the user 2 too. The account spends 2*5.67=
// 11.34 $ in total."
func TestTheAccountSpendsTheAmountForEachUser(t *testing.T) {
	r := seedRequest(t)
	got := plan(t, r)
	want := Transfer{
		ID: 7, Kind: Transferring, At: noon, Actor: 9, Reason: "bonus", Key: "k1", Currency: "USD",
		Requested: r.Amount, Strict: true, Users: FingerprintUsers([]user.ID{1, 2}),
		AccountDescription: "To user: ${user_name}", UserDescription: "From account",
		Postings: []Posting{
			{From: Account, To: 1, Amount: 56_700, FromAfter: 943_300, ToAfter: 56_700, Name: "ann"},
			{From: Account, To: 2, Amount: 56_700, FromAfter: 886_600, ToAfter: 66_700, Name: "bob"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if after, ok := got.AccountAfter(); !ok || after.String() != "88.66" {
		t.Errorf("the new account balance is %s, %v", after, ok)
	}
}

// "Transfer … the user's money to the account if the money amount is negative."
func TestANegativeAmountTakesTheUsersMoney(t *testing.T) {
	r := seedRequest(t)
	r.Amount = usd(t, "-1.00")
	r.Payees[0].Balance = 20_000
	got := plan(t, r)
	want := []Posting{
		{From: 1, To: Account, Amount: 10_000, FromAfter: 10_000, ToAfter: 1_010_000, Name: "ann"},
		{From: 2, To: Account, Amount: 10_000, FromAfter: 0, ToAfter: 1_020_000, Name: "bob"},
	}
	if diff := cmp.Diff(want, got.Postings); diff != "" {
		t.Error(diff)
	}
	if got.AccountDescription != "From user: ${user_name}" || got.UserDescription != "To account" {
		t.Errorf("texts %q, %q", got.AccountDescription, got.UserDescription)
	}
}

// "The absolute amount value must be equal or greater than 0.01"; a ruling: no more decimals than
// the currency has.
func TestAmountRules(t *testing.T) {
	tests := []struct {
		name, amount, currency string
		fault                  AmountFault
		text                   string
	}{
		{"the minimum", "0.01", "USD", 0, ""},
		{"the minimum, negative", "-0.01", "USD", 0, ""},
		{"zero", "0", "USD", TooSmall, "balance: invalid amount: must be equal or greater than 0.01"},
		{"below the minimum", "0.009", "KWD", TooSmall, "balance: invalid amount: must be equal or greater than 0.01"},
		{"below the minimum, negative", "-0.001", "KWD", TooSmall, "balance: invalid amount: must be equal or greater than 0.01"},
		{"three decimals of a dollar", "1.005", "USD", TooFine, "balance: invalid amount: more than 2 decimals"},
		{"a decimal of a yen", "1.5", "JPY", TooFine, "balance: invalid amount: more than 0 decimals"},
		{"three decimals of a dinar", "1.005", "KWD", 0, ""},
		{"too fine before too small", "0.001", "USD", TooFine, "balance: invalid amount: more than 2 decimals"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := seedRequest(t)
			r.Amount, r.AccountCurrency = money(t, tt.amount, tt.currency), Currency(tt.currency)
			r.Payees[0].Balance = 10_000
			_, err := Plan(r)
			if tt.fault == 0 {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var detail *AmountError
			if !errors.Is(err, ErrAmount) || !errors.As(err, &detail) || detail.Fault != tt.fault || err.Error() != tt.text {
				t.Errorf("got %v, want %s", err, tt.text)
			}
		})
	}
}

// Each row breaks a rule, and everything below it too: the first rule decides.
func TestErrorsComeInTheirDocumentedOrder(t *testing.T) {
	r := seedRequest(t)
	r.Payees = nil
	broken := []struct {
		name string
		want error
		mend func()
	}{
		{"limits", ErrLimits, func() { r.Overdraft = 0 }},
		{"no amount", ErrAmount, func() { r.Amount = usd(t, "0.001") }},
		{"amount", ErrAmount, func() { r.Amount = usd(t, "5.67") }},
		{"time", user.ErrTime, func() { r.At = noon }},
		{"text", ErrText, func() { r.UserDescription = "" }},
		{"the account's currency", ErrCurrency, func() { r.AccountCurrency = "EUR" }},
		{"rate", ErrNoRate, func() { r.AccountCurrency = "USD" }},
		{"no payees", ErrNoPayees, func() { r.Payees = make([]Payee, MaxPayees+1) }},
		{"too many payees", ErrTooManyPayees, func() {
			r.Payees = []Payee{{ID: 2, ParentAccounting: true, Balance: -1}, {ID: 0}, {ID: 3, Balance: MaxUnits}}
		}},
		{"payee", ErrPayee, func() { r.Payees[1].ID = 5 }},
		{"parent accounting", ErrParentAccounting, func() { r.Payees[0].ParentAccounting = false }},
		{"a user's balance", ErrBroken, func() { r.Payees[0].Balance = 0 }},
		{"the account's balance", ErrBroken, func() { r.Account = 100 }},
		{"shortage", ErrInsufficient, func() { r.Account = 1_000_000 }},
		{"overflow", ErrOverflow, func() { r.Payees[2].Balance = 0 }},
	}
	r.Overdraft, r.Amount, r.UserDescription, r.AccountCurrency = -1, Money{}, "\x00", "RUR"
	r.Account, r.At = math.MinInt64, beyond
	for _, tt := range broken {
		if _, err := Plan(r); !errors.Is(err, tt.want) {
			t.Fatalf("%s: got %v, want %v", tt.name, err, tt.want)
		}
		tt.mend()
	}
	if _, err := Plan(r); err != nil {
		t.Fatalf("all mended: %v", err)
	}
}

func TestLimitsAreChecked(t *testing.T) {
	for overdraft, want := range map[Units]error{-1: ErrLimits, MaxUnits + 1: ErrLimits, MaxUnits: nil} {
		r := seedRequest(t)
		r.Overdraft = overdraft
		if _, err := Plan(r); !errors.Is(err, want) {
			t.Errorf("overdraft %d: %v", overdraft, err)
		}
	}
}

// A list names a set: its order and its repetitions do not matter.
func TestAUserNamedTwiceIsPaidOnce(t *testing.T) {
	r := seedRequest(t)
	want := plan(t, r)
	r.Payees = []Payee{r.Payees[1], r.Payees[0], r.Payees[1], {ID: 1, Name: "later", Balance: 5}}
	given := slices.Clone(r.Payees)
	got := plan(t, r)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(given, r.Payees); diff != "" {
		t.Errorf("the caller's slice changed: %s", diff)
	}
}

// Voximplant's 573: "You cannot transfer funds to this user".
func TestAUserWithParentAccountingCannotBePaid(t *testing.T) {
	for _, strict := range []bool{true, false} {
		r := seedRequest(t)
		r.Strict, r.Payees[1].ParentAccounting = strict, true
		_, err := Plan(r)
		var detail *PayeeError
		if !errors.Is(err, ErrParentAccounting) || !errors.As(err, &detail) || detail.User != 2 {
			t.Errorf("strict %v: %v", strict, err)
		}
		r.Amount = usd(t, "-1.00")
		r.Payees[0].Balance = 10_000
		if got := plan(t, r); len(got.Postings) != 2 {
			t.Errorf("strict %v: the user cannot pay from the own balance: %+v", strict, got)
		}
	}
}

// TestASelectionLeavesParentAccountingOut: a rule such as "all" leaves these users out and names
// them, strict or not, whichever way the money goes; what they have does not count.
func TestASelectionLeavesParentAccountingOut(t *testing.T) {
	for _, amount := range []string{"1.00", "-1.00"} {
		for _, strict := range []bool{true, false} {
			r := seedRequest(t)
			r.Amount, r.Strict, r.Selection = usd(t, amount), strict, "all"
			r.Payees = []Payee{{ID: 3, ParentAccounting: true}, {ID: 1, Balance: 10_000}, {ID: 2, ParentAccounting: true, Balance: 50_000}}
			given := slices.Clone(r.Payees)
			got := plan(t, r)
			want := []Skip{{2, ParentAccounting}, {3, ParentAccounting}}
			if diff := cmp.Diff(want, got.Skipped); diff != "" || len(got.Postings) != 1 || got.Postings[0].Name != "" {
				t.Errorf("%s, strict %v: %+v %s", amount, strict, got.Postings, diff)
			}
			if diff := cmp.Diff(given, r.Payees); diff != "" {
				t.Errorf("the caller's slice changed: %s", diff)
			}
			r.Payees = r.Payees[:1]
			if got := plan(t, r); len(got.Postings) != 0 || len(got.Skipped) != 1 {
				t.Errorf("no payee is left: %+v", got)
			}
		}
	}
	r := seedRequest(t)
	r.Selection, r.Strict, r.Account = "all", true, 10_000
	r.Payees = []Payee{{ID: 1}, {ID: 2, ParentAccounting: true}}
	r.Amount = usd(t, "1.00") // the account has just this
	if got := plan(t, r); len(got.Postings) != 1 {
		t.Errorf("%+v", got)
	}
}

// Those of a selection who have a balance of their own are judged as payees that are named, whether
// it has others or not.
func TestASelectionIsJudgedAsPayeesAre(t *testing.T) {
	for _, others := range [][]Payee{nil, {{ID: 3, ParentAccounting: true}}} {
		for _, tt := range []struct {
			name   string
			payee  Payee
			amount string
			want   error
		}{
			{"a deleted payee", Payee{ID: 1, Deleted: true}, "1.00", ErrPayee},
			{"a balance out of range", Payee{ID: 1, Balance: -1}, "1.00", ErrBroken},
			{"a user without the money", Payee{ID: 1}, "-1.00", ErrInsufficient},
			{"an account without the money", Payee{ID: 1}, "1000.00", ErrInsufficient},
		} {
			r := seedRequest(t)
			r.Selection, r.Amount, r.Payees = "all", usd(t, tt.amount), append([]Payee{tt.payee}, others...)
			if _, err := Plan(r); !errors.Is(err, tt.want) {
				t.Errorf("%s beside %d others: %v", tt.name, len(others), err)
			}
		}
	}
}

// A ruling: another currency than the account's needs a rate from the embedding program; it is
// recorded.
func TestAnotherCurrencyNeedsARate(t *testing.T) {
	rates := RatesFunc(func(from, to Currency) (Rate, bool) {
		switch {
		case from == "RUB" && to == "USD":
			return rate(t, "1/92.5"), true
		case from == "JPY":
			return Rate{}, true // a source that is wrong
		case from == "GBP":
			return rate(t, "1.1"), false // a source that does not vouch for it
		case from == "EUR":
			return rate(t, "1000000000000000"), true
		}
		return Rate{}, false
	})
	r := seedRequest(t)
	r.Amount, r.Rates = money(t, "1000", "RUR"), rates
	got := plan(t, r)
	// 1000 / 92.5 = 10.81081…
	if got.Rate != "2/185" || got.Postings[0].Amount != 108_100 || got.Currency != "USD" || got.Requested != r.Amount {
		t.Errorf("converted to %+v", got)
	}
	for _, tt := range []struct {
		name, amount, currency string
		rates                  Rates
		want                   error
	}{
		{"no source", "1000", "RUB", nil, ErrNoRate},
		{"no function", "1000", "RUB", RatesFunc(nil), ErrNoRate},
		{"a source that does not know", "1", "GBP", rates, ErrNoRate},
		{"a source that is wrong", "1", "JPY", rates, ErrNoRate},
		{"nothing left", "0.01", "RUB", rates, ErrAmount},
		{"too much", "1", "EUR", rates, ErrOverflow},
	} {
		r.Amount, r.Rates = money(t, tt.amount, tt.currency), tt.rates
		if _, err := Plan(r); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	r.Amount = money(t, "1", "GBP")
	if _, err := Plan(r); err.Error() != `balance: no exchange rate from "GBP" to "USD"` {
		t.Errorf("the error does not name both: %v", err)
	}
}

// "length should be less than 120" (Voximplant, 234 and 235).
func TestTextsAreBounded(t *testing.T) {
	fields := map[string]struct {
		limit int
		set   func(*Request, string)
	}{
		"accountDescription": {119, func(r *Request, s string) { r.AccountDescription = s }},
		"userDescription":    {119, func(r *Request, s string) { r.UserDescription = s }},
		"key":                {255, func(r *Request, s string) { r.Key = s }},
		"reason":             {500, func(r *Request, s string) { r.Reason = s }},
	}
	for field, f := range fields {
		for name, tt := range map[string]struct {
			text    string
			ok      bool
			tooLong bool
		}{
			"as long as can be":      {strings.Repeat("𝄞", f.limit), true, false},
			"one too long":           {strings.Repeat("a", f.limit+1), false, true},
			"a mebibyte":             {strings.Repeat("a", 1<<20), false, true},
			"broken UTF-8":           {"a\xff", false, false},
			"NUL":                    {"a\x00", false, false},
			"a new line":             {"a\nb", false, false},
			"a control character C1": {"a\u0085b", false, false},
		} {
			r := seedRequest(t)
			f.set(&r, tt.text)
			_, err := Plan(r)
			var detail *TextError
			switch {
			case tt.ok && err != nil:
				t.Errorf("%s %s: %v", field, name, err)
			case !tt.ok && (!errors.Is(err, ErrText) || !errors.As(err, &detail) ||
				*detail != TextError{Field: field, Limit: f.limit, TooLong: tt.tooLong}):
				t.Errorf("%s %s: %v", field, name, err)
			case !tt.ok && (len(err.Error()) > 100 || strings.Contains(err.Error(), "longer") != tt.tooLong):
				t.Errorf("%s %s: the error says %v", field, name, err)
			}
		}
	}
}
