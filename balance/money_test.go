package balance

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

// usd reads an amount of US dollars; tests write the amounts.
func usd(t testing.TB, text string) Money {
	t.Helper()
	return money(t, text, "USD")
}

func money(t testing.TB, text, currency string) Money {
	t.Helper()
	m, err := Parse(text, currency)
	if err != nil {
		t.Fatalf("Parse(%q, %q): %v", text, currency, err)
	}
	return m
}

// Voximplant shows balances "rounded to 4 decimals"; a currency shows at least its own.
func TestMoneyShowsItsCurrencysDecimalsAndAtMostFour(t *testing.T) {
	tests := []struct{ amount, currency, text, str string }{
		{"5.67", "USD", "5.67", "5.67 USD"},
		{"100", "USD", "100.00", "100.00 USD"},
		{"-0.5", "USD", "-0.50", "-0.50 USD"},
		{"0.1234", "USD", "0.1234", "0.1234 USD"},
		{"0.125", "USD", "0.125", "0.125 USD"},
		{"3", "JPY", "3", "3 JPY"},
		{"3.25", "JPY", "3.25", "3.25 JPY"},
		{"1.5", "KWD", "1.500", "1.500 KWD"},
		{"1", "CLF", "1.0000", "1.0000 CLF"},
		{"7", "RUR", "7.00", "7.00 RUB"},
	}
	for _, tt := range tests {
		m := money(t, tt.amount, tt.currency)
		if m.Text() != tt.text || m.String() != tt.str || m.IsZero() || m.Equal(Money{}) {
			t.Errorf("%s %s shows as %q and %q, want %q and %q", tt.amount, tt.currency, m.Text(), m, tt.text, tt.str)
		}
		_, decimals, _ := strings.Cut(tt.text, ".")
		if d := m.Decimal(); d.StringFixed(4) != m.units.text(4) || -int(d.Exponent()) != len(decimals) {
			t.Errorf("%s as a decimal is %s", m, d)
		}
	}
	if got := (Money{}).String(); got != "no amount" || !usd(t, "0").IsZero() {
		t.Errorf("the zero Money shows as %q", got)
	}
	if _, err := FromUnits(MaxUnits+1, "USD"); !errors.Is(err, ErrOverflow) {
		t.Errorf("beyond the largest amount: %v", err)
	}
}

func TestCurrency(t *testing.T) {
	for code, want := range map[string]Currency{"USD": "USD", "RUR": "RUB", "RUB": "RUB", "VED": "VED", "XCG": "XCG"} {
		if got, err := ParseCurrency(code); got != want || err != nil {
			t.Errorf("ParseCurrency(%q) = %q, %v", code, got, err)
		}
	}
	for _, code := range []string{"", "US", "USDX", "ZZZ", "U\x00D", strings.Repeat("A", 1<<20)} {
		if got, err := ParseCurrency(code); got != "" || !errors.Is(err, ErrCurrency) {
			t.Errorf("ParseCurrency(%.10q) = %q, %v", code, got, err)
		}
	}
	for c, want := range map[Currency]int{"USD": 2, "JPY": 0, "KWD": 3, "IQD": 3, "CLF": 4, "UYW": 4, "ZZZ": 0, "": 0} {
		if got := c.Digits(); got != want {
			t.Errorf("%q has %d digits, want %d", c, got, want)
		}
	}
}

func TestMoneyJSON(t *testing.T) {
	for _, tt := range []struct {
		m    Money
		want string
	}{
		{usd(t, "5.67"), `{"amount":"5.67","currency":"USD"}`},
		{usd(t, "-100"), `{"amount":"-100.00","currency":"USD"}`},
		{money(t, "3", "JPY"), `{"amount":"3","currency":"JPY"}`},
		{Money{}, `null`},
	} {
		b, err := json.Marshal(tt.m)
		if string(b) != tt.want || err != nil {
			t.Errorf("Marshal(%s) = %s, %v; want %s", tt.m, b, err, tt.want)
		}
		back := usd(t, "1")
		if err := json.Unmarshal(b, &back); err != nil || back != tt.m {
			t.Errorf("%s came back as %s, %v", b, back, err)
		}
	}
	var m Money
	number := `{"amount": 0.1, "currency": "USD"}`
	if err := m.UnmarshalJSON([]byte(number + strings.Repeat(" ", 256-len(number)))); err != nil || m != usd(t, "0.1") {
		t.Errorf("a number as amount: %s, %v", m, err)
	}
}

func TestMoneyJSONRefuses(t *testing.T) {
	for in, want := range map[string]error{
		`{"amount":"x","currency":"USD"}`:                                 ErrAmount,
		`{"amount":1e9,"currency":"USD"}`:                                 ErrAmount,
		`{"amount":{},"currency":"USD"}`:                                  ErrAmount,
		`{"currency":"USD"}`:                                              ErrAmount,
		`{"amount":"` + strings.Repeat("9", 300) + `","currency":"USD"}`:  ErrAmount,
		`{"amount":"99999999999999999","currency":"USD"}`:                 ErrOverflow,
		`{"amount":"1"}`:                                                  ErrCurrency,
		`{"amount":"1","currency":"USD"` + strings.Repeat(" ", 226) + `}`: ErrAmount, // 257 bytes
		`{"amount":"1","currency":"USD","rate":2}`:                        nil,
		`{"amount":"1","currency":7}`:                                     nil,
		`"5.67 USD"`:                                                      nil,
		`{"amount":"\ud800","currency":"USD"}`:                            ErrAmount,
	} {
		m := usd(t, "1")
		err := json.Unmarshal([]byte(in), &m)
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%.60s: %v, want %v", in, err, want)
		}
		if m != usd(t, "1") {
			t.Errorf("%.60s: changed the value to %s", in, m)
		}
	}
	if err := new(Money).UnmarshalJSON([]byte(`{"amount":"1`)); err == nil {
		t.Error("half an object was read")
	}
}

func TestTheCurrencyIsFixedOnceMoneyHasMoved(t *testing.T) {
	for _, tt := range []struct {
		next  Currency
		moved bool
		fixed bool
	}{
		{"USD", false, false}, {"USD", true, false}, {"EUR", false, false}, {"EUR", true, true}, {"", true, true},
	} {
		err := Currency("USD").CheckChange(tt.next, tt.moved)
		if errors.Is(err, ErrCurrency) != tt.fixed || (err == nil) == tt.fixed {
			t.Errorf("from USD to %q, moved %t: %v", tt.next, tt.moved, err)
		}
		var detail *CurrencyError
		if tt.fixed && (!errors.As(err, &detail) || *detail != CurrencyError{Got: tt.next, Want: "USD"} ||
			!strings.HasSuffix(err.Error(), `where "USD" is expected`)) {
			t.Errorf("detail %+v", detail)
		}
	}
}

// Voximplant parent_accounting: "Whether the user uses the parent account's money, 'false' if the
// user has a separate balance".
func TestAUserWithParentAccountingSpendsTheAccountsMoney(t *testing.T) {
	u := user.User{ID: 7}
	if got := PayerFor(u); got != HolderOf(7) {
		t.Errorf("a separate balance: %s pays", got)
	}
	u.Billing.ParentAccounting = true
	if got := PayerFor(u); got != Account {
		t.Errorf("parent accounting: %s pays", got)
	}
}
