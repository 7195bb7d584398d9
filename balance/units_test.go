package balance

import (
	"errors"
	"math"
	"math/big"
	"testing"
)

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
