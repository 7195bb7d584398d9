package balance

import (
	"math/bits"
	"strconv"
)

// Units is an amount in 1/10000 of a currency's unit: 5.67 USD is 56700 Units. Every balance and
// every amount is a whole number of Units, so nothing is ever rounded except by a currency
// conversion, once.
type Units int64

const (
	// Scale is the number of decimals that Units keep. Four is the finest that ISO 4217 has (CLF,
	// UYW) and the finest that Voximplant shows ("rounded to 4 decimals").
	Scale = 4

	// One is one whole unit of a currency: 1.0000.
	One Units = 10_000

	// MaxUnits bounds the magnitude of every amount and balance: 99,999,999,999,999.9999. These are
	// 18 digits, so that the sum of any nine fits in an int64, SQL's NUMERIC(18,4) holds each, and
	// no check can itself overflow.
	MaxUnits Units = 999_999_999_999_999_999
)

// InRange reports whether u is within -MaxUnits to MaxUnits.
func (u Units) InRange() bool { return u >= -MaxUnits && u <= MaxUnits }

// Add returns u + v, or ErrOverflow when the sum is beyond MaxUnits. It is exact for any two
// operands, in range or not.
func (u Units) Add(v Units) (Units, error) {
	sum := u + v
	// Two operands of one sign whose sum has the other sign wrapped around.
	if (u^sum)&(v^sum) < 0 || !sum.InRange() {
		return 0, ErrOverflow
	}
	return sum, nil
}

// Sub returns u - v, or ErrOverflow when the difference is beyond MaxUnits.
func (u Units) Sub(v Units) (Units, error) {
	diff := u - v
	if (u^v)&(u^diff) < 0 || !diff.InRange() {
		return 0, ErrOverflow
	}
	return diff, nil
}

// Mul returns u × n, or ErrOverflow when the product is beyond MaxUnits.
func (u Units) Mul(n int64) (Units, error) {
	hi, lo := bits.Mul64(magnitude(int64(u)), magnitude(n))
	if hi != 0 || lo > uint64(MaxUnits) {
		return 0, ErrOverflow
	}
	if (u < 0) != (n < 0) {
		return -Units(lo), nil
	}
	return Units(lo), nil
}

// Sign returns -1, 0 or 1.
func (u Units) Sign() int {
	switch {
	case u < 0:
		return -1
	case u > 0:
		return 1
	}
	return 0
}

// String writes u with as many decimals as it needs, none to four: "100", "5.67", "-0.0001".
func (u Units) String() string { return u.text(0) }

// MarshalText writes what String writes. Errors: ErrOverflow beyond MaxUnits.
func (u Units) MarshalText() ([]byte, error) {
	if !u.InRange() {
		return nil, ErrOverflow
	}
	return u.appendText(nil, 0), nil
}

// UnmarshalText reads an amount as Parse does. Errors: ErrAmount, ErrOverflow.
func (u *Units) UnmarshalText(b []byte) error {
	parsed, err := parseUnits(string(b))
	if err == nil {
		*u = parsed
	}
	return err
}

// text writes u with at least min decimals and at most Scale, min being 0 to Scale.
func (u Units) text(min int) string {
	return string(u.appendText(make([]byte, 0, 24), min))
}

func (u Units) appendText(b []byte, min int) []byte {
	m := magnitude(int64(u))
	if u < 0 {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, m/uint64(One), 10)
	shown := u.decimals()
	if shown < min {
		shown = min
	}
	if shown == 0 {
		return b
	}
	b = append(b, '.')
	frac := m % uint64(One)
	for i, place := 0, uint64(One)/10; i < shown; i, place = i+1, place/10 {
		b = append(b, byte('0'+frac/place%10))
	}
	return b
}

// decimals returns how many decimals u needs, 0 to Scale.
func (u Units) decimals() int {
	n := Scale
	for u %= One; n > 0 && u%10 == 0; n-- {
		u /= 10
	}
	return n
}

// coin returns the size of the smallest amount with the given number of decimals, 0 to Scale.
func coin(decimals int) Units {
	c := One
	for range decimals {
		c /= 10
	}
	return c
}

// magnitude returns |n|; it is right for the smallest int64 too, whose magnitude no int64 holds.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
