package memstore

import (
	"bytes"
	"math"
	"testing"
)

// Keys of numbers sort as the numbers do, and none is the beginning of another one.
func TestNumber(t *testing.T) {
	numbers := []uint64{0, 1, 9, 14, 15}
	for shift := 4; shift < 64; shift++ {
		n := uint64(1) << shift
		numbers = append(numbers, n-1, n, n+1)
	}
	numbers = append(numbers, math.MaxUint64-1, math.MaxUint64)
	for _, m := range numbers {
		for _, n := range numbers {
			a, b := number(nil, m), number(nil, n)
			want := 0
			if m < n {
				want = -1
			} else if m > n {
				want = 1
			}
			if got := bytes.Compare(a, b); got != want {
				t.Errorf("%d as %v, %d as %v: compared %d", m, a, n, b, got)
			}
			if m != n && bytes.HasPrefix(b, a) {
				t.Errorf("%d as %v begins %d as %v", m, a, n, b)
			}
		}
	}
}
