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

// FuzzUnitsArithmetic proves Add equal to math/big for any operands: exact, or ErrOverflow.
func FuzzUnitsArithmetic(f *testing.F) {
	edges := []int64{0, 1, -1, 2, int64(MaxUnits), -int64(MaxUnits), math.MaxInt64, math.MinInt64, 1 << 62, 56_700}
	for _, a := range edges {
		for _, b := range edges {
			f.Add(a, b)
		}
	}
	f.Fuzz(func(t *testing.T, a, b int64) {
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, err := Units(a).Add(Units(b))
		if want.CmpAbs(big.NewInt(int64(MaxUnits))) > 0 {
			if !errors.Is(err, ErrOverflow) || got != 0 {
				t.Errorf("Add(%d, %d) = %d, %v; want ErrOverflow", a, b, got, err)
			}
		} else if err != nil || int64(got) != want.Int64() {
			t.Errorf("Add(%d, %d) = %d, %v; want %s", a, b, got, err, want)
		}
	})
}
