package password

import (
	"strings"
	"testing"
	"time"
)

func policies() map[string]Policy {
	return map[string]Policy{"Voximplant": Voximplant(), "Default": Default(), "LivePerson": LivePerson()}
}

// The bar is a microsecond. Best of many, so that a busy machine does not decide; looking at a
// mebibyte would take hundreds of times as long.
func TestAMebibyteIsRefusedWithoutLooking(t *testing.T) {
	c := Candidate{New: strings.Repeat("x", 1<<20)}
	for name, p := range policies() {
		best := time.Hour
		for range 1000 {
			start := time.Now()
			if p.Check(c) == nil {
				t.Fatal("accepted")
			}
			best = min(best, time.Since(start))
		}
		if best > 20*time.Microsecond {
			t.Errorf("%s takes %v", name, best)
		}
	}
}
