package balance

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
)

func rate(t testing.TB, text string) Rate {
	t.Helper()
	r, err := ParseRate(text)
	if err != nil {
		t.Fatalf("ParseRate(%q): %v", text, err)
	}
	return r
}

// rates returns a source with one rate for all currencies.
func rates(t testing.TB, text string) Rates {
	r := rate(t, text)
	return RatesFunc(func(Currency, Currency) (Rate, bool) { return r, true })
}

func TestParseRateReadsDecimalsAndFractions(t *testing.T) {
	for text, want := range map[string]string{
		"1": "1", "92.5": "92.5", "0.0108": "0.0108", "1.10": "1.1", "007": "7", "1/92.5": "2/185", "1/2": "0.5",
		"0.5/0.25": "2", "1.5/0.003": "500", "1/3": "1/3", "1000000000000000": "1000000000000000",
		"0.000000000000001": "0.000000000000001", "123456789012345/8": "123456789012345/8",
		"1.000000000000000000000": "1", "1." + strings.Repeat("0", 62): "1", "1/0.000000000000001": "1000000000000000",
		"1/65536": "1/65536", "1/32768": "0.000030517578125",
	} {
		r := rate(t, text)
		if got := r.String(); got != want {
			t.Errorf("ParseRate(%q) = %q, want %q", text, got, want)
		}
		if again := rate(t, r.String()); again != r {
			t.Errorf("%q came back as %v", r, again)
		}
	}
}

func TestParseRateRefuses(t *testing.T) {
	for _, text := range []string{
		"", "0", "0.0", "-1", "+1", ".5", "5.", "1e3", "NaN", "1/0", "1/", "/1", "1/2/3", "1 ", "1,5", "0/1",
		"1:", "1." + strings.Repeat("0", 63),
		"1000000000000001", "0.0000000000000001", "1000000000000000/0.1", "0.1/1000000000000000",
		strings.Repeat("1", 1<<20), strings.Repeat("0", 65),
	} {
		if r, err := ParseRate(text); !errors.Is(err, ErrNoRate) || !r.IsZero() {
			t.Errorf("ParseRate(%.20q) = %v, %v", text, r, err)
		}
	}
	if got := (Rate{}).String(); got != "" {
		t.Errorf("no rate shows as %q", got)
	}
	if _, err := (Rate{}).Convert(1, 2); !errors.Is(err, ErrNoRate) {
		t.Errorf("no rate: %v", err)
	}
}

// FuzzConvert proves Convert equal to math/big with half-even rounding, and String to keep the
// rate.
func FuzzConvert(f *testing.F) {
	f.Add(int64(56_700), uint64(185), uint64(2), uint8(2))
	f.Add(int64(MaxUnits), uint64(MaxRateTerm), uint64(1), uint8(0))
	f.Add(int64(-MaxUnits), uint64(1), uint64(MaxRateTerm), uint8(4))
	f.Add(int64(5), uint64(1), uint64(2), uint8(4))
	for _, seed := range []struct {
		in       Units
		rate     string
		decimals uint8
	}{
		{56_700, "92.5", 2}, {100, "0.5", 2}, {300, "0.5", 2}, // half way, to the even neighbor
		{10_000, "1/3", 2}, {10_000, "2/3", 2}, {-10_000, "2/3", 2}, {10_000, "150.3", 0}, {10_000, "1/3", 4},
		{MaxUnits, "1", 4}, {MaxUnits, "1", 2}, {MaxUnits, "2", 4}, {MaxUnits, "1000000000000000", 0},
		{math.MinInt64, "0.1", 4}, {MaxUnits, "1/1000000000000000", 0},
	} {
		r := rate(f, seed.rate)
		f.Add(int64(seed.in), r.num-1, r.den-1, seed.decimals)
	}
	for halves := int64(-9); halves <= 9; halves += 2 { // they are rounded to the even neighbor
		f.Add(halves*10_000, uint64(0), uint64(1), uint8(0))
	}
	f.Add(int64(math.MinInt64), uint64(999_999_999_999_999), uint64(MaxRateTerm), uint8(0))
	f.Fuzz(func(t *testing.T, in int64, num, den uint64, decimals uint8) {
		num, den, decimals = num%MaxRateTerm+1, den%MaxRateTerm+1, decimals%(Scale+1)
		g := gcd(num, den)
		r := Rate{num / g, den / g}
		if again, err := ParseRate(r.String()); err != nil || again != r {
			t.Fatalf("%d/%d came back from %q as %v, %v", r.num, r.den, r, again, err)
		}
		u := Units(in)
		got, err := r.Convert(u, int(decimals))
		step := big.NewInt(int64(coin(int(decimals))))
		n := new(big.Int).Mul(big.NewInt(in), new(big.Int).SetUint64(num))
		d := new(big.Int).Mul(step, new(big.Int).SetUint64(den))
		want, rest := new(big.Int).QuoRem(n, d, new(big.Int)) // toward zero
		switch twice := new(big.Int).Lsh(rest, 1).CmpAbs(d); {
		case twice > 0, twice == 0 && want.Bit(0) == 1:
			want.Add(want, big.NewInt(int64(n.Sign())))
		}
		want.Mul(want, step)
		if !u.InRange() || want.CmpAbs(big.NewInt(int64(MaxUnits))) > 0 {
			if !errors.Is(err, ErrOverflow) {
				t.Fatalf("%d at %s to %d decimals = %d, %v; want ErrOverflow", in, r, decimals, int64(got), err)
			}
			return
		}
		if err != nil || int64(got) != want.Int64() {
			t.Fatalf("%d at %s to %d decimals = %d, %v; want %s", in, r, decimals, int64(got), err, want)
		}
	})
}
