package balance

import "fmt"

// Units is an amount in 1/10000 of a currency's unit: 5.67 USD is 56700 Units. Every balance and
// every amount is a whole number of Units, so only a currency conversion rounds.
type Units int64

const (
	// Scale is the number of decimals that Units have. Four is the greatest number of decimals
	// in ISO 4217 (CLF, UYW), and what Voximplant shows ("rounded to 4 decimals").
	Scale = 4

	// One is one unit of a currency: 1.0000.
	One Units = 10_000

	// MaxUnits is the greatest magnitude of an amount and a balance: 99,999,999,999,999.9999. It
	// has 18 digits, so the sum of nine such numbers fits in an int64, and SQL's NUMERIC(18,4)
	// holds each.
	MaxUnits Units = 999_999_999_999_999_999
)

// InRange reports whether u is from -MaxUnits to MaxUnits.
func (u Units) InRange() bool { return u >= -MaxUnits && u <= MaxUnits }

// Add returns u + v. It returns 0 and ErrOverflow if the sum is beyond MaxUnits. u and v may be out
// of range.
func (u Units) Add(v Units) (Units, error) {
	sum := u + v
	// The sum overflowed if both operands have the same sign and the sum has the other.
	if (u^sum)&(v^sum) < 0 || !sum.InRange() {
		return 0, ErrOverflow
	}
	return sum, nil
}

// String returns u with the decimals that it needs, none to four: "100", "5.67", "-0.0001".
func (u Units) String() string { return u.text(0) }

// MarshalText returns what String returns. Errors: ErrOverflow beyond MaxUnits.
func (u Units) MarshalText() ([]byte, error) {
	if !u.InRange() {
		return nil, ErrOverflow
	}
	return []byte(u.text(0)), nil
}

// UnmarshalText sets u to the decimal number in b, in the form that Parse accepts. After an error u
// is unchanged. Errors: ErrAmount for a malformed number or more than four decimals; ErrOverflow
// beyond MaxUnits.
func (u *Units) UnmarshalText(b []byte) error {
	parsed, err := parseUnits(string(b))
	if err == nil {
		*u = parsed
	}
	return err
}

// text returns u as a decimal number such as "-5.67". It has the decimals that u needs, and at
// least min, which must be from 0 to Scale.
func (u Units) text(min int) string {
	digits := fmt.Sprintf("%0*d", Scale+1, magnitude(u))
	whole, frac := digits[:len(digits)-Scale], digits[len(digits)-Scale:]
	if u < 0 {
		whole = "-" + whole
	}
	if shown := max(u.decimals(), min); shown > 0 {
		return whole + "." + frac[:shown]
	}
	return whole
}

// decimals returns how many decimals u needs, from 0 for a whole number to Scale.
func (u Units) decimals() int {
	n := Scale
	for u %= One; n > 0 && u%10 == 0; n-- {
		u /= 10
	}
	return n
}

// coin returns the least positive amount with the given number of decimals: 0.01 for 2. decimals
// must be from 0 to Scale.
func coin(decimals int) Units {
	c := One
	for range decimals {
		c /= 10
	}
	return c
}

// magnitude returns |u|, also for the least Units.
func magnitude(u Units) uint64 {
	if u < 0 {
		return -uint64(u)
	}
	return uint64(u)
}
