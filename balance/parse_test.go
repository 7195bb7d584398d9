package balance

import (
	"errors"
	"math"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

func TestParseRefuses(t *testing.T) {
	long := strings.Repeat("0", maxAmountText)
	tests := []struct {
		name, text, currency string
		want                 error
		fault                AmountFault
	}{
		{"nothing", "", "USD", ErrAmount, Malformed},
		{"a sign alone", "-", "USD", ErrAmount, Malformed},
		{"two signs", "--1", "USD", ErrAmount, Malformed},
		{"no digit before the point", ".5", "USD", ErrAmount, Malformed},
		{"no digit behind the point", "5.", "USD", ErrAmount, Malformed},
		{"a sign behind the point", "5.-1", "USD", ErrAmount, Malformed},
		{"two points", "5.6.7", "USD", ErrAmount, Malformed},
		{"a comma", "5,67", "USD", ErrAmount, Malformed},
		{"an underscore", "1_000", "USD", ErrAmount, Malformed},
		{"a space", " 5.67", "USD", ErrAmount, Malformed},
		{"an exponent", "1e1000000", "USD", ErrAmount, Malformed},
		{"a small exponent too", "1e2", "USD", ErrAmount, Malformed},
		{"NaN", "NaN", "USD", ErrAmount, Malformed},
		{"infinity", "inf", "USD", ErrAmount, Malformed},
		{"hexadecimal", "0x10", "USD", ErrAmount, Malformed},
		{"other digits", "٥", "USD", ErrAmount, Malformed},
		{"a Unicode minus", "\u22125", "USD", ErrAmount, Malformed},
		{"NUL", "5\x00", "USD", ErrAmount, Malformed},
		{"more than forty bytes", long + "1", "USD", ErrAmount, Malformed},
		{"five decimals", "0.00001", "USD", ErrAmount, TooFine},
		{"five decimals beyond the bound", "999999999999999.00001", "USD", ErrAmount, TooFine},
		{"one beyond the bound", "100000000000000", "USD", ErrOverflow, 0},
		{"far beyond the bound", "-" + strings.Repeat("9", 39), "USD", ErrOverflow, 0},
		{"no currency", "5.67", "", ErrCurrency, 0},
		{"an unknown currency", "5.67", "ZZZ", ErrCurrency, 0},
		{"a currency that is too long", "5.67", strings.Repeat("USD", 1000), ErrCurrency, 0},
		{"a wrong amount before a wrong currency", "x", "ZZZ", ErrAmount, Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.text, tt.currency)
			var detail *AmountError
			if !errors.Is(err, tt.want) || got != (Money{}) {
				t.Fatalf("got %v, %v; want %v", got, err, tt.want)
			}
			if errors.As(err, &detail) && detail.Fault != tt.fault || detail == nil && tt.fault != 0 {
				t.Errorf("got %#v, want fault %d", detail, tt.fault)
			}
		})
	}
}

// Some microseconds each; the limit is for a slow machine, and the best of ten rounds for a busy
// one. Computed without bounds, one of them takes longer.
func TestHostileAmountsAreRefusedFast(t *testing.T) {
	mebibyte := strings.Repeat("9", 1<<20)
	best := time.Hour
	for range 10 {
		start := time.Now()
		for _, text := range []string{mebibyte, "1e1000000", "1e2147483647", "0." + mebibyte} {
			if _, err := Parse(text, "USD"); !errors.Is(err, ErrAmount) {
				t.Fatalf("Parse of hostile text: %v", err)
			}
		}
		for _, d := range []decimal.Decimal{
			decimal.New(1, 1_000_000), decimal.New(1, math.MaxInt32), decimal.New(1, math.MinInt32),
			decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 100_000), -5),
			decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 100_000), -1_000_000),
		} {
			if _, err := FromDecimal(d, "USD"); err == nil {
				t.Fatal("FromDecimal took a hostile decimal")
			}
		}
		best = min(best, time.Since(start))
	}
	if best > 500*time.Millisecond {
		t.Errorf("9 refusals took %v", best)
	}
}

func TestFromDecimal(t *testing.T) {
	ten := func(times, zeros int64) *big.Int {
		return new(big.Int).Mul(big.NewInt(times), new(big.Int).Exp(big.NewInt(10), big.NewInt(zeros), nil))
	}
	tests := []struct {
		name  string
		d     decimal.Decimal
		units Units
		want  error
	}{
		{"two decimals", decimal.New(567, -2), 56_700, nil},
		{"the zero value", decimal.Decimal{}, 0, nil},
		{"a zero with any exponent", decimal.New(0, math.MaxInt32), 0, nil},
		{"a positive exponent", decimal.New(-5, 3), -50_000_000, nil},
		{"trailing zeros", decimal.NewFromBigInt(ten(567, 70), -72), 56_700, nil},
		{"256 bits", decimal.NewFromBigInt(ten(1, 77), -77), 10_000, nil},
		{"257 bits", decimal.NewFromBigInt(ten(2, 77), -77), 0, ErrAmount},
		{"257 bits, the largest that is too fine", decimal.NewFromBigInt(ten(2, 77), -50), 0, ErrAmount},
		{"257 bits, the smallest that is too much", decimal.NewFromBigInt(ten(2, 77), -49), 0, ErrOverflow},
		{"78 digits behind the fourth decimal", decimal.NewFromBigInt(ten(1, 77), -82), 0, ErrAmount},
		{"far behind the fourth decimal", decimal.New(1, -500), 0, ErrAmount},
		{"five decimals of a long number", decimal.New(123_456, -5), 0, ErrAmount},
		{"five decimals", decimal.New(1, -5), 0, ErrAmount},
		{"a hundred decimals", decimal.New(1, -100), 0, ErrAmount},
		{"a long coefficient with as many decimals", decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 300), -200), 0, ErrAmount},
		{"a long coefficient", decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 300), -5), 0, ErrOverflow},
		{"the bound", decimal.New(int64(MaxUnits), -4), MaxUnits, nil},
		{"one beyond the bound", decimal.New(int64(MaxUnits)+1, -4), 0, ErrOverflow},
		{"beyond an int64", decimal.New(math.MaxInt64, -3), 0, ErrOverflow},
		{"a large exponent", decimal.New(1, 15), 0, ErrOverflow},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := FromDecimal(tt.d, "USD")
			if got.Units() != tt.units || !errors.Is(err, tt.want) {
				t.Errorf("got %v, %v; want %d, %v", got, err, tt.units, tt.want)
			}
			var fine *AmountError
			if tt.want == ErrAmount && (!errors.As(err, &fine) || *fine != AmountError{Fault: TooFine, Decimals: Scale}) {
				t.Errorf("%+v, want too fine, at most %d decimals", fine, Scale)
			}
		})
	}
	if _, err := FromDecimal(decimal.New(1, 0), "ZZZ"); !errors.Is(err, ErrCurrency) {
		t.Errorf("unknown currency: %v", err)
	}
}

var plainDecimal = regexp.MustCompile(`\A[+-]?[0-9]+(\.[0-9]+)?\z`)

// FuzzParse proves Parse equal to its grammar and to math/big.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"5.67", "-11.34", "100", "0.01", "0.00001", "1e5", "1_000", "NaN", "inf", "+0", "-0.0", "99999999999999.9999",
		"100000000000000", ".5", "5.", "", "-", "0x1", "5.670000000000000", strings.Repeat("0", 41), "1/3", "+5.67", "007.5",
		"0.0001", "-99999999999999.9999", strings.Repeat("0", 39) + "1", "18446744073709551616", "-18446744073709551616",
		":", "1:", "/", "1/", "1.:", "1./",
	} {
		f.Add(s)
	}
	scale, bound := big.NewRat(int64(One), 1), new(big.Rat).SetInt64(int64(MaxUnits))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(text, "USD")
		if len(text) > maxAmountText || !plainDecimal.MatchString(text) {
			if !errors.Is(err, ErrAmount) {
				t.Fatalf("Parse(%q) = %v, %v; want ErrAmount", text, got, err)
			}
			return
		}
		exact, _ := new(big.Rat).SetString(text)
		exact.Mul(exact, scale)
		switch {
		case !exact.IsInt():
			if !errors.Is(err, ErrAmount) {
				t.Fatalf("Parse(%q) = %v, %v; want ErrAmount", text, got, err)
			}
		case new(big.Rat).Abs(exact).Cmp(bound) > 0:
			if !errors.Is(err, ErrOverflow) {
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

// FuzzFromDecimal proves FromDecimal equal to math/big, and Decimal its inverse.
func FuzzFromDecimal(f *testing.F) {
	f.Add([]byte{2, 55}, int32(-2), false)
	f.Add([]byte{1}, int32(math.MaxInt32), true)
	f.Add([]byte{1}, int32(math.MinInt32), false)
	f.Add(big.NewInt(int64(MaxUnits)).Bytes(), int32(-4), true)
	f.Add(new(big.Int).Exp(big.NewInt(10), big.NewInt(76), nil).Bytes(), int32(-78), false)
	f.Add([]byte(nil), int32(7), false)
	for exp := range int32(34) {
		f.Add(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(0, 20-exp))), nil).Bytes(), exp-20, false)
	}
	f.Fuzz(func(t *testing.T, digits []byte, exp int32, negative bool) {
		c := new(big.Int).SetBytes(digits)
		if negative {
			c.Neg(c)
		}
		got, err := FromDecimal(decimal.NewFromBigInt(c, exp), "USD")
		if c.BitLen() > 256 || exp < -200 || exp > 200 {
			if c.Sign() != 0 && err == nil {
				t.Fatalf("took %s × 10^%d", c, exp)
			}
			return
		}
		exact := new(big.Rat).SetInt(c)
		power := new(big.Rat).SetInt(power10(max(int64(exp), -int64(exp))))
		if exp < 0 {
			power.Inv(power)
		}
		exact.Mul(exact, power).Mul(exact, big.NewRat(int64(One), 1))
		fits := exact.IsInt() && exact.Num().CmpAbs(big.NewInt(int64(MaxUnits))) <= 0
		if fits != (err == nil) {
			t.Fatalf("%s × 10^%d: %v, %v", c, exp, got, err)
		}
		if !fits {
			return
		}
		if int64(got.Units()) != exact.Num().Int64() {
			t.Fatalf("%s × 10^%d = %v", c, exp, got)
		}
		back, err := FromDecimal(got.Decimal(), "USD")
		if err != nil || back != got {
			t.Fatalf("%v came back as %v, %v", got, back, err)
		}
	})
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
