package balance

import (
	"errors"
	"math"
	"math/big"
	"testing"
)

func TestUnitsArithmeticIsBounded(t *testing.T) {
	const m, huge = MaxUnits, Units(math.MaxInt64)
	tests := []struct {
		name string
		got  func() (Units, error)
		want Units
		err  error
	}{
		{"sum at the bound", func() (Units, error) { return (m - 1).Add(1) }, m, nil},
		{"sum one beyond", func() (Units, error) { return m.Add(1) }, 0, ErrOverflow},
		{"negative sum at the bound", func() (Units, error) { return (1 - m).Add(-1) }, -m, nil},
		{"negative sum one beyond", func() (Units, error) { return (-m).Add(-1) }, 0, ErrOverflow},
		{"sum that wraps around", func() (Units, error) { return huge.Add(huge) }, 0, ErrOverflow},
		{"sum that wraps around to zero", func() (Units, error) { return Units(math.MinInt64).Add(math.MinInt64) }, 0, ErrOverflow},
		{"difference at the bound", func() (Units, error) { return (1 - m).Sub(1) }, -m, nil},
		{"difference one beyond", func() (Units, error) { return (-m).Sub(1) }, 0, ErrOverflow},
		{"difference that wraps around", func() (Units, error) { return Units(math.MinInt64).Sub(1) }, 0, ErrOverflow},
		{"difference of the smallest int64 from itself", func() (Units, error) { return Units(math.MinInt64).Sub(math.MinInt64) }, 0, nil},
		{"product at the bound", func() (Units, error) { return (m / 9).Mul(9) }, m / 9 * 9, nil},
		{"product beyond the bound", func() (Units, error) { return m.Mul(2) }, 0, ErrOverflow},
		{"product beyond 64 bits", func() (Units, error) { return m.Mul(math.MaxInt64) }, 0, ErrOverflow},
		{"product of a negative", func() (Units, error) { return Units(-56_700).Mul(2) }, -113_400, nil},
		{"product of two negatives", func() (Units, error) { return Units(-56_700).Mul(-2) }, 113_400, nil},
		{"product with the smallest int64", func() (Units, error) { return Units(1).Mul(math.MinInt64) }, 0, ErrOverflow},
		{"product with zero", func() (Units, error) { return Units(0).Mul(-7) }, 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.got()
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %d, %v; want %d, %v", got, err, tt.want, tt.err)
			}
		})
	}
}

func TestUnitsShowNoMoreDecimalsThanTheyNeed(t *testing.T) {
	for u, want := range map[Units]string{
		0: "0", 1: "0.0001", -1: "-0.0001", 10: "0.001", 56_700: "5.67", -56_700: "-5.67", 1_000_000: "100",
		12_345_678:           "1234.5678",
		MaxUnits:             "99999999999999.9999",
		Units(math.MinInt64): "-922337203685477.5808",
	} {
		if got := u.String(); got != want {
			t.Errorf("Units(%d) = %q, want %q", int64(u), got, want)
		}
	}
}

// FuzzUnitsArithmetic proves Add, Sub and Mul equal to math/big for any operands: exact, or
// ErrOverflow.
func FuzzUnitsArithmetic(f *testing.F) {
	edges := []int64{0, 1, -1, 2, int64(MaxUnits), -int64(MaxUnits), math.MaxInt64, math.MinInt64, 1 << 62, 56_700}
	for _, a := range edges {
		for _, b := range edges {
			f.Add(a, b)
		}
	}
	bound := big.NewInt(int64(MaxUnits))
	f.Fuzz(func(t *testing.T, a, b int64) {
		x, y := big.NewInt(a), big.NewInt(b)
		for _, op := range []struct {
			name string
			want *big.Int
			got  func() (Units, error)
		}{
			{"Add", new(big.Int).Add(x, y), func() (Units, error) { return Units(a).Add(Units(b)) }},
			{"Sub", new(big.Int).Sub(x, y), func() (Units, error) { return Units(a).Sub(Units(b)) }},
			{"Mul", new(big.Int).Mul(x, y), func() (Units, error) { return Units(a).Mul(b) }},
		} {
			got, err := op.got()
			if op.want.CmpAbs(bound) > 0 {
				if !errors.Is(err, ErrOverflow) || got != 0 {
					t.Errorf("%s(%d, %d) = %d, %v; want ErrOverflow", op.name, a, b, got, err)
				}
			} else if err != nil || int64(got) != op.want.Int64() {
				t.Errorf("%s(%d, %d) = %d, %v; want %s", op.name, a, b, got, err, op.want)
			}
		}
	})
}
