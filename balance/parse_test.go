package balance

import (
	"errors"
	"math"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// The amount is read before the currency.
func TestParseRefusesCurrencies(t *testing.T) {
	for _, tt := range []struct {
		text, currency string
		want           error
	}{
		{"5.67", "", ErrCurrency}, {"5.67", "ZZZ", ErrCurrency}, {"5.67", strings.Repeat("USD", 1000), ErrCurrency},
		{"x", "ZZZ", ErrAmount}, {"100000000000000", "ZZZ", ErrOverflow},
	} {
		if got, err := Parse(tt.text, tt.currency); !errors.Is(err, tt.want) || got != (Money{}) {
			t.Errorf("Parse(%q, %.5q) = %v, %v; want %v", tt.text, tt.currency, got, err, tt.want)
		}
	}
}

var plainDecimal = regexp.MustCompile(`\A[+-]?[0-9]+(\.[0-9]+)?\z`)

// faultOf returns the fault of an error that is an *AmountError, and 0 for any other error.
func faultOf(err error) AmountFault {
	var e *AmountError
	if !errors.As(err, &e) || e.Fault == TooFine && e.Decimals != Scale {
		return 0
	}
	return e.Fault
}

// FuzzParse proves Parse equal to its grammar and to math/big. Its seeds are the texts that are
// nearly amounts: signs, points, exponents, other digits, and the bounds of the length and the
// value.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"5.67", "-11.34", "100", "0.01", "0.00001", "1e5", "1_000", "NaN", "inf", "+0", "-0.0", "99999999999999.9999",
		"100000000000000", ".5", "5.", "", "-", "0x1", "5.670000000000000", strings.Repeat("0", 41), "1/3", "+5.67", "007.5",
		"0.0001", "-99999999999999.9999", strings.Repeat("0", 39) + "1", "18446744073709551616", "-18446744073709551616",
		":", "1:", "/", "1/", "1.:", "1./", "--1", "5.-1", "5.6.7", "5,67", " 5.67", "1e1000000", "1e2", "0x10", "٥", "−5",
		"5\x00", strings.Repeat("0", 40) + "1", "999999999999999.00001", "-" + strings.Repeat("9", 39),
		"1e2147483647", strings.Repeat("9", 1<<20), "0." + strings.Repeat("9", 1<<20),
	} {
		f.Add(s)
	}
	scale, bound := big.NewRat(int64(One), 1), new(big.Rat).SetInt64(int64(MaxUnits))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(text, "USD")
		if len(text) > maxAmountText || !plainDecimal.MatchString(text) {
			if faultOf(err) != Malformed || got != (Money{}) {
				t.Fatalf("Parse(%q) = %v, %v; want malformed", text, got, err)
			}
			return
		}
		exact, _ := new(big.Rat).SetString(text)
		exact.Mul(exact, scale)
		switch {
		case !exact.IsInt():
			if faultOf(err) != TooFine || got != (Money{}) {
				t.Fatalf("Parse(%q) = %v, %v; want too fine", text, got, err)
			}
		case new(big.Rat).Abs(exact).Cmp(bound) > 0:
			if !errors.Is(err, ErrOverflow) || got != (Money{}) {
				t.Fatalf("Parse(%q) = %v, %v; want ErrOverflow", text, got, err)
			}
		default:
			if err != nil || exact.Num().Int64() != int64(got.Units()) {
				t.Fatalf("Parse(%q) = %v, %v; want %s units", text, got, err, exact.Num())
			}
			again, err := Parse(got.Text(), "USD")
			if err != nil || again != got {
				t.Fatalf("%q came back from %q as %v, %v", text, got.Text(), again, err)
			}
		}
	})
}

// FuzzFromDecimal proves FromDecimal equal to math/big, and Decimal its inverse. Without its
// bounds, FromDecimal would compute powers of ten for some seeds that no memory holds.
func FuzzFromDecimal(f *testing.F) {
	ten := func(times, zeros int64) []byte {
		return new(big.Int).Mul(big.NewInt(times), new(big.Int).Exp(big.NewInt(10), big.NewInt(zeros), nil)).Bytes()
	}
	for _, seed := range []struct {
		coefficient []byte
		exps        []int32
	}{
		{nil, []int32{0, 7, math.MaxInt32}},
		{ten(1, 0), []int32{-5, -100, -500, 14, 15, 18, 19, math.MaxInt32, math.MinInt32}},
		{ten(567, 0), []int32{-2, 3}},
		{ten(123_456, 0), []int32{-5}},
		{ten(567, 70), []int32{-72}},
		{ten(1, 77), []int32{-77, -81, -82, -83}}, // 256 bits
		{ten(2, 77), []int32{-77, -48}},           // 257 bits
		{new(big.Int).Lsh(big.NewInt(1), 100_000).Bytes(), []int32{-5, -1_000_000, math.MaxInt32}},
		{big.NewInt(int64(MaxUnits)).Bytes(), []int32{-4, -5}},
		{big.NewInt(int64(MaxUnits) + 1).Bytes(), []int32{-4}},
		{big.NewInt(math.MaxInt64).Bytes(), []int32{-3}},
	} {
		for _, exp := range seed.exps {
			f.Add(seed.coefficient, exp, exp%2 != 0)
		}
	}
	f.Fuzz(func(t *testing.T, digits []byte, exp int32, negative bool) {
		c := new(big.Int).SetBytes(digits)
		if negative {
			c.Neg(c)
		}
		d := decimal.NewFromBigInt(c, exp)
		got, err := FromDecimal(d, "USD")
		var units big.Rat
		switch {
		case c.Sign() == 0: // zero with any exponent
		case exp > 18, c.BitLen() > 256:
			if !errors.Is(err, ErrOverflow) {
				t.Fatalf("%s × 10^%d = %v, %v; want ErrOverflow", c, exp, got, err)
			}
			return
		case exp < -200:
			units.SetFrac64(1, 2) // too fine
		default:
			units.Mul(d.Rat(), big.NewRat(int64(One), 1))
		}
		tooFine, tooLarge := !units.IsInt(), units.Num().CmpAbs(big.NewInt(int64(MaxUnits))) > 0
		switch {
		case tooFine != (faultOf(err) == TooFine), !tooFine && tooLarge != errors.Is(err, ErrOverflow):
			t.Fatalf("%s × 10^%d = %v, %v", c, exp, got, err)
		case err == nil && int64(got.Units()) != units.Num().Int64():
			t.Fatalf("%s × 10^%d = %v", c, exp, got)
		}
		if back, _ := FromDecimal(got.Decimal(), "USD"); err == nil && back != got {
			t.Fatalf("%v came back as %v", got, back)
		}
	})
}

// An unknown currency is refused.
func TestFromDecimalRefusesACurrency(t *testing.T) {
	if _, err := FromDecimal(decimal.New(1, 0), "ZZZ"); !errors.Is(err, ErrCurrency) {
		t.Error(err)
	}
}

// MustParse returns what Parse returns, and panics on what Parse refuses.
func TestMustParse(t *testing.T) {
	if got := MustParse("5.67", "USD"); got != usd(t, "5.67") {
		t.Errorf("%v", got)
	}
	defer func() {
		if r, _ := recover().(string); r != `balance: "1.x" "USD" is no money: balance: invalid amount: not a decimal number` {
			t.Errorf("it panics with %q", r)
		}
	}()
	MustParse("1.x", "USD")
	t.Error("it takes what is no amount")
}
