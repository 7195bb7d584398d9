package balance

import (
	"github.com/shopspring/decimal"
)

// Money is an exact amount in a currency, at most MaxUnits, with at most four decimals. Values
// can be compared with ==. The zero Money has no currency and means that no amount is given;
// operations refuse it.
type Money struct {
	units    Units
	currency Currency
}

// FromUnits returns the amount u as Money in the currency c.
//
// Errors, in this order: ErrOverflow if u is below -MaxUnits or above MaxUnits; ErrCurrency if c is
// unknown.
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

// Decimal returns the amount with as many decimals as Text. Compare two decimals with their
// method Equal: 1.1 and 1.10 differ under ==.
func (m Money) Decimal() decimal.Decimal {
	shown := max(m.units.decimals(), m.currency.Digits())
	return decimal.New(int64(m.units/coin(shown)), -int32(shown))
}

// Text returns the amount without the currency, with the decimals of the currency and up to four
// if needed: "5.67", "100.00", "0.1234", "3" for three yen.
func (m Money) Text() string { return m.units.text(m.currency.Digits()) }

// String returns the amount and its currency: "5.67 USD". For the zero Money it returns "no
// amount".
func (m Money) String() string {
	if m.currency == "" {
		return "no amount"
	}
	return m.Text() + " " + string(m.currency)
}

// Add returns m + o.
//
// Errors, in this order: ErrCurrency if the currencies differ or one is empty; ErrOverflow if the
// sum is beyond MaxUnits.
func (m Money) Add(o Money) (Money, error) {
	if err := m.alike(o); err != nil {
		return Money{}, err
	}
	u, err := m.units.Add(o.units)
	return m.with(u, err)
}

// Sub returns m - o.
//
// Errors, in this order: ErrCurrency if the currencies differ or one is empty; ErrOverflow if the
// difference is beyond MaxUnits.
func (m Money) Sub(o Money) (Money, error) {
	if err := m.alike(o); err != nil {
		return Money{}, err
	}
	u, err := m.units.Sub(o.units)
	return m.with(u, err)
}

// Mul returns m × n.
//
// Errors, in this order: ErrCurrency for the zero Money; ErrOverflow if the product is beyond
// MaxUnits.
func (m Money) Mul(n int64) (Money, error) {
	if err := m.alike(m); err != nil {
		return Money{}, err
	}
	u, err := m.units.Mul(n)
	return m.with(u, err)
}

// Neg returns -m.
func (m Money) Neg() Money {
	m.units = -m.units
	return m
}

// Cmp returns -1, 0 or 1 if m is less than, equal to or greater than o. It returns ErrCurrency if
// the currencies differ or one is empty.
func (m Money) Cmp(o Money) (int, error) {
	if err := m.alike(o); err != nil {
		return 0, err
	}
	return (m.units - o.units).Sign(), nil // cannot overflow: both are within MaxUnits
}

// Equal reports whether m == o. Tools such as go-cmp need it, because they cannot see the fields.
func (m Money) Equal(o Money) bool { return m == o }

// Sign returns -1, 0 or 1 for a negative, zero or positive amount.
func (m Money) Sign() int { return m.units.Sign() }

// IsZero reports whether the amount is zero, in any currency.
func (m Money) IsZero() bool { return m.units == 0 }

// alike returns ErrCurrency if the currencies differ or one is empty.
func (m Money) alike(o Money) error {
	if m.currency == "" || m.currency != o.currency {
		return &CurrencyError{Got: o.currency, Want: m.currency}
	}
	return nil
}

// with returns u in the currency of m, or err if it is not nil.
func (m Money) with(u Units, err error) (Money, error) {
	if err != nil {
		return Money{}, err
	}
	return Money{units: u, currency: m.currency}, nil
}
