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
		if m.Text() != tt.text || m.String() != tt.str {
			t.Errorf("%s %s shows as %q and %q, want %q and %q", tt.amount, tt.currency, m.Text(), m, tt.text, tt.str)
		}
		_, decimals, _ := strings.Cut(tt.text, ".")
		if d := m.Decimal(); d.StringFixed(4) != m.units.text(4) || -int(d.Exponent()) != len(decimals) {
			t.Errorf("%s as a decimal is %s", m, d)
		}
	}
	if got := (Money{}).String(); got != "no amount" {
		t.Errorf("the zero Money shows as %q", got)
	}
}

func TestMoneyArithmetic(t *testing.T) {
	must := func(m Money, err error) Money {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	a, b := usd(t, "100.00"), usd(t, "5.67")
	if got := must(b.Mul(2)); got != usd(t, "11.34") {
		t.Errorf("2 × 5.67 = %s", got)
	}
	if got := must(a.Sub(must(b.Mul(2)))); got != usd(t, "88.66") {
		t.Errorf("100 - 11.34 = %s", got)
	}
	if got := must(a.Add(b.Neg())); got != usd(t, "94.33") || got.Sign() != 1 || got.IsZero() {
		t.Errorf("100 - 5.67 = %s", got)
	}
	if got := must(b.Sub(a)); got.Sign() != -1 || (Units(-1)).Sign() != -1 || Units(1).Sign() != 1 {
		t.Errorf("5.67 - 100 = %s", got)
	}
	if got := must(a.Sub(a)); !got.IsZero() || got.Sign() != 0 || got.Neg() != got {
		t.Errorf("100 - 100 = %s", got)
	}
	if a.Equal(b) || a.Equal(money(t, "100", "EUR")) || a.Equal(Money{}) || !a.Equal(usd(t, "100")) {
		t.Error("Equal is not ==")
	}
	for _, tt := range []struct {
		x, y Money
		want int
	}{{a, b, 1}, {b, a, -1}, {a, a, 0}, {b.Neg(), b, -1}, {must(FromUnits(MaxUnits, "USD")), must(FromUnits(-MaxUnits, "USD")), 1}} {
		if got, err := tt.x.Cmp(tt.y); got != tt.want || err != nil {
			t.Errorf("Cmp(%s, %s) = %d, %v", tt.x, tt.y, got, err)
		}
	}
}

func TestMoneyOfTwoCurrenciesDoesNotMix(t *testing.T) {
	a, b := usd(t, "1"), money(t, "1", "EUR")
	for name, op := range map[string]func(x, y Money) error{
		"Add": func(x, y Money) error { _, err := x.Add(y); return err },
		"Sub": func(x, y Money) error { _, err := x.Sub(y); return err },
		"Cmp": func(x, y Money) error { _, err := x.Cmp(y); return err },
	} {
		for _, pair := range [][2]Money{{a, b}, {a, {}}, {{}, a}, {{}, {}}} {
			if err := op(pair[0], pair[1]); !errors.Is(err, ErrCurrency) {
				t.Errorf("%s(%s, %s): %v", name, pair[0], pair[1], err)
			}
		}
	}
	if _, err := (Money{}).Mul(2); !errors.Is(err, ErrCurrency) {
		t.Errorf("Mul of no amount: %v", err)
	}
	if _, err := a.Add(b); err.Error() != `balance: invalid currency: "EUR" where "USD" is expected` {
		t.Errorf("the error does not name both: %v", err)
	}
}

func TestMoneyOverflow(t *testing.T) {
	top, err := FromUnits(MaxUnits, "USD")
	if err != nil {
		t.Fatal(err)
	}
	cent := usd(t, "0.01")
	_, addErr := top.Add(cent)
	_, subErr := top.Neg().Sub(cent)
	_, mulErr := top.Mul(2)
	_, unitsErr := FromUnits(MaxUnits+1, "USD")
	for i, err := range []error{addErr, subErr, mulErr, unitsErr} {
		if !errors.Is(err, ErrOverflow) {
			t.Errorf("%d: %v", i, err)
		}
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
		if tt.fixed && (!errors.As(err, &detail) || *detail != CurrencyError{Got: tt.next, Want: "USD"}) {
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
