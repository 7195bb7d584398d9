package balance

import (
	"github.com/shopspring/decimal"
)

// Money is an amount in a currency: exact, bounded by MaxUnits, with four decimals at most. It is a value: compare
// two with ==. The zero Money has no currency; it stands for "no amount given" and no operation accepts it.
type Money struct {
	units    Units
	currency Currency
}

// FromUnits returns u in the currency.
//
// Errors, in this order: ErrOverflow when u is beyond MaxUnits; ErrCurrency when ISO 4217 does not list c.
func FromUnits(u Units, c Currency) (Money, error) {
	if !u.InRange() {
		return Money{}, ErrOverflow
	}
	c, err := ParseCurrency(string(c))
	if err != nil {
		return Money{}, err
	}
	return Money{units: u, currency: c}, nil
}

// Units returns the amount in 1/10000 of the currency's unit.
func (m Money) Units() Units { return m.units }

// Currency returns the currency, "" for the zero Money.
func (m Money) Currency() Currency { return m.currency }

// Decimal returns the amount with the decimals that Text shows. Compare decimals with their Equal method: 1.1 and
// 1.10 differ under ==.
func (m Money) Decimal() decimal.Decimal {
	shown := max(m.units.decimals(), m.currency.Digits())
	return decimal.New(int64(m.units/coin(shown)), -int32(shown))
}

// Text writes the amount without the currency, with at least the currency's own decimals and at most four: "5.67",
// "100.00", "0.1234", "3" for three yen.
func (m Money) Text() string { return m.units.text(m.currency.Digits()) }

// String writes the amount and its currency: "5.67 USD". The zero Money is "no amount".
func (m Money) String() string {
	if m.currency == "" {
		return "no amount"
	}
	return m.Text() + " " + string(m.currency)
}

// Add returns m + o.
//
// Errors, in this order: ErrCurrency when the currencies differ or one has none; ErrOverflow beyond MaxUnits.
func (m Money) Add(o Money) (Money, error) {
	if err := m.alike(o); err != nil {
		return Money{}, err
	}
	u, err := m.units.Add(o.units)
	return m.with(u, err)
}

// Sub returns m - o. Its errors are those of Add.
func (m Money) Sub(o Money) (Money, error) {
	if err := m.alike(o); err != nil {
		return Money{}, err
	}
	u, err := m.units.Sub(o.units)
	return m.with(u, err)
}

// Mul returns m × n: the price of one line, n times.
//
// Errors, in this order: ErrCurrency for the zero Money; ErrOverflow beyond MaxUnits.
func (m Money) Mul(n int64) (Money, error) {
	if err := m.alike(m); err != nil {
		return Money{}, err
	}
	u, err := m.units.Mul(n)
	return m.with(u, err)
}

// Neg returns -m. The bound is symmetric, so it cannot fail.
func (m Money) Neg() Money {
	m.units = -m.units
	return m
}

// Cmp returns -1, 0 or 1 as m is less than, equal to or greater than o, and ErrCurrency when the currencies differ
// or one has none.
func (m Money) Cmp(o Money) (int, error) {
	if err := m.alike(o); err != nil {
		return 0, err
	}
	return (m.units - o.units).Sign(), nil // both are within MaxUnits: the difference cannot wrap around
}

// Equal is ==, for comparing tools that cannot see the fields, such as go-cmp.
func (m Money) Equal(o Money) bool { return m == o }

// Sign returns -1, 0 or 1.
func (m Money) Sign() int { return m.units.Sign() }

// IsZero reports whether the amount is zero, in whatever currency.
func (m Money) IsZero() bool { return m.units == 0 }

func (m Money) alike(o Money) error {
	if m.currency == "" || m.currency != o.currency {
		return &CurrencyError{Got: o.currency, Want: m.currency}
	}
	return nil
}

func (m Money) with(u Units, err error) (Money, error) {
	if err != nil {
		return Money{}, err
	}
	return Money{units: u, currency: m.currency}, nil
}
