package balance

import (
	"math/bits"
	"strconv"
	"strings"
)

// Rate is the price of one unit of a currency in another one: an exact fraction above zero, with
// numerator and denominator up to MaxRateTerm. The zero Rate means that there is none.
type Rate struct{ num, den uint64 }

// MaxRateTerm is the greatest numerator and denominator of a rate: 15 digits. A converted amount
// then fits in 128 bits before rounding.
const MaxRateTerm = 1_000_000_000_000_000

// Rates are the exchange rates of the host. Rate returns how many units of to one unit of from is
// worth, and false if it does not know. It must return the same rate during a call of Plan, and
// must not wait for a network.
type Rates interface {
	Rate(from, to Currency) (Rate, bool)
}

// RatesFunc is a function that implements Rates.
type RatesFunc func(from, to Currency) (Rate, bool)

// Rate calls f. A nil f knows no rate.
func (f RatesFunc) Rate(from, to Currency) (Rate, bool) {
	if f == nil {
		return Rate{}, false
	}
	return f(from, to)
}

// ParseRate returns the rate in a text such as "1.0834", or "1/92.5" for an exact quotient.
// Numerator and denominator are decimals without sign and exponent. To make both integers,
// ParseRate multiplies them by a power of ten; neither may then exceed MaxRateTerm. Trailing zeros
// of the decimals do not count. The text has at most 64 bytes. ParseRate returns ErrNoRate for any
// other text, and if the numerator or the denominator is zero.
func ParseRate(text string) (Rate, error) {
	if len(text) > 64 {
		return Rate{}, ErrNoRate
	}
	numText, denText, isFraction := strings.Cut(text, "/")
	num, numDecimals, ok := parseRateTerm(numText)
	den, denDecimals := uint64(1), 0
	if ok && isFraction {
		den, denDecimals, ok = parseRateTerm(denText)
	}
	if !ok || num == 0 || den == 0 {
		return Rate{}, ErrNoRate
	}
	// a/10^x over b/10^y is a·10^y over b·10^x, so only the difference of x and y matters.
	for ; denDecimals > numDecimals; denDecimals-- {
		if num *= 10; num > MaxRateTerm {
			return Rate{}, ErrNoRate
		}
	}
	for ; numDecimals > denDecimals; numDecimals-- {
		if den *= 10; den > MaxRateTerm {
			return Rate{}, ErrNoRate
		}
	}
	g := gcd(num, den)
	return Rate{num: num / g, den: den / g}, nil
}

// parseRateTerm reads an unsigned decimal number, such as "1.080". It returns the digits of the
// number as an integer, and how many of the digits are decimals: 108 and 2, because zeros at the
// end do not count. It returns false if text is no such number or the integer is greater than
// MaxRateTerm.
func parseRateTerm(text string) (n uint64, decimals int, ok bool) {
	whole, frac, hasPoint := strings.Cut(text, ".")
	if whole == "" || hasPoint && frac == "" {
		return 0, 0, false
	}
	frac = strings.TrimRight(frac, "0")
	for _, part := range [2]string{whole, frac} {
		for i := range len(part) {
			d := part[i] - '0'
			if d > 9 {
				return 0, 0, false
			}
			if n = n*10 + uint64(d); n > MaxRateTerm {
				return 0, 0, false
			}
		}
	}
	return n, len(frac), true
}

// IsZero reports whether r is the zero Rate.
func (r Rate) IsZero() bool { return r.num == 0 }

// String returns the rate as a text that ParseRate reads as the same rate. The text is a decimal
// such as "1.0834". It is a fraction such as "2/185" if no decimal is exact or the decimal would be
// too long. String returns "" for the zero Rate.
func (r Rate) String() string {
	if r.num == 0 {
		return ""
	}
	ten, digits := uint64(1), 0
	for ten%r.den != 0 && ten < MaxRateTerm {
		ten, digits = ten*10, digits+1
	}
	hi, n := bits.Mul64(r.num, ten/r.den)
	if ten%r.den != 0 || hi != 0 || n > MaxRateTerm {
		return strconv.FormatUint(r.num, 10) + "/" + strconv.FormatUint(r.den, 10)
	}
	text := strconv.FormatUint(n, 10)
	if digits == 0 {
		return text
	}
	if len(text) <= digits {
		text = strings.Repeat("0", digits-len(text)+1) + text
	}
	return text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// Convert returns u × r, rounded to the given number of decimals. decimals must be from 0 to Scale.
// Convert rounds once, half to even. Errors: ErrNoRate for the zero Rate; ErrOverflow if u or the
// result is beyond MaxUnits.
func (r Rate) Convert(u Units, decimals int) (Units, error) {
	if r.num == 0 {
		return 0, ErrNoRate
	}
	if !u.InRange() {
		return 0, ErrOverflow
	}
	step := uint64(coin(decimals))
	// |u| × num / (den × step). The product has at most 110 bits. The divisor is at most 1e19,
	// which is below 2^64.

	hi, lo := bits.Mul64(magnitude(u), r.num)
	divisor := r.den * step
	if hi >= divisor {
		return 0, ErrOverflow
	}
	q, rest := bits.Div64(hi, lo, divisor)
	if half := divisor - rest; rest > half || rest == half && q%2 == 1 {
		q++
	}
	if q > uint64(MaxUnits)/step {
		return 0, ErrOverflow
	}
	if u < 0 {
		return -Units(q * step), nil
	}
	return Units(q * step), nil
}

// gcd returns the greatest common divisor.
func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
