package balance

import (
	"math/bits"
	"strconv"
	"strings"
)

// Rate is the price of one unit of a currency in another: an exact fraction, above zero, its two halves at most
// MaxRateTerm. The zero Rate is none.
type Rate struct{ num, den uint64 }

// MaxRateTerm bounds both halves of a rate: 15 digits. A converted amount then fits in 128 bits before rounding.
const MaxRateTerm = 1_000_000_000_000_000

// Rates is where the embedding program says what currencies are worth. Rate returns how many units of to one unit of
// from is worth, and false when it does not know. It must be a fixed table for the time of a call to Plan: a lookup
// over a network belongs before it.
type Rates interface {
	Rate(from, to Currency) (Rate, bool)
}

// RatesFunc lets a function serve as Rates.
type RatesFunc func(from, to Currency) (Rate, bool)

// Rate calls f. A nil f knows no rate.
func (f RatesFunc) Rate(from, to Currency) (Rate, bool) {
	if f == nil {
		return Rate{}, false
	}
	return f(from, to)
}

// ParseRate reads "1.0834", or "1/92.5" for an exact quotient. Both halves are decimals without sign and exponent,
// of at most 15 digits before and after the point together. Anything else, zero included, is ErrNoRate.
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
	// a/10^x over b/10^y is a·10^y over b·10^x; only the difference of x and y is left over.
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

// parseRateTerm reads digits with at most one point between them, and returns the digits without trailing zeros of
// the fraction and how many stood behind the point.
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

// IsZero reports whether there is no rate.
func (r Rate) IsZero() bool { return r.num == 0 }

// String writes the rate so that ParseRate reads the same one: as a decimal where it has one within bounds
// ("1.0834"), else as a fraction ("2/185").
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

// Convert returns what u is worth at the rate, rounded once, half to even, to the given number of decimals, 0 to
// Scale. Half to even, so that many conversions favour nobody. ErrNoRate for the zero Rate, ErrOverflow when u or the
// result is beyond MaxUnits.
func (r Rate) Convert(u Units, decimals int) (Units, error) {
	if r.num == 0 {
		return 0, ErrNoRate
	}
	if !u.InRange() {
		return 0, ErrOverflow
	}
	step := uint64(coin(decimals))
	// |u| × num / (den × step): the product has at most 110 bits, the divisor is at most 1e19, below 2^64.
	hi, lo := bits.Mul64(magnitude(int64(u)), r.num)
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

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
