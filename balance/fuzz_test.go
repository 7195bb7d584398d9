package balance

import (
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"
)

var rateText = regexp.MustCompile(`\A[0-9]+(\.[0-9]+)?(/[0-9]+(\.[0-9]+)?)?\z`)

// FuzzParseRate proves a rate equal to the quotient of big integers that its text says.
func FuzzParseRate(f *testing.F) {
	for _, s := range []string{
		"1.0834", "1/92.5", "0.5/0.25", "0", "1/0", "0.0", ".5", "5.", "1e3", "+1", "-1", "1//2", "1/2/3", "999999999999999",
		"1000000000000000", "0.000000000000001", "00001.10000", "1/0.000000000000001", " 1", "١", strings.Repeat("0", 64) + "1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRate(text)
		if err != nil {
			if !errors.Is(err, ErrNoRate) || r != (Rate{}) {
				t.Fatalf("ParseRate(%q) = %v, %v", text, r, err)
			}
			if digits := strings.Count(text, "") - 1; rateText.MatchString(text) && !strings.Contains(text, "/") && digits <= 15 &&
				strings.Trim(text, "0.") != "" {
				t.Fatalf("ParseRate(%q): %v, though it has %d characters", text, err, digits)
			}
			return
		}
		if !rateText.MatchString(text) {
			t.Fatalf("ParseRate(%q) = %v: it is no rate", text, r)
		}
		num, den, _ := strings.Cut(text, "/")
		want, _ := new(big.Rat).SetString(num)
		if den != "" {
			by, _ := new(big.Rat).SetString(den)
			want.Quo(want, by)
		}
		got := new(big.Rat).SetFrac(new(big.Int).SetUint64(r.num), new(big.Int).SetUint64(r.den))
		if got.Cmp(want) != 0 || r.num > MaxRateTerm || r.den > MaxRateTerm {
			t.Fatalf("ParseRate(%q) = %d/%d, want %s", text, r.num, r.den, want)
		}
		if again, err := ParseRate(r.String()); err != nil || again != r {
			t.Fatalf("%q: %v came back as %v, %v", text, r, again, err)
		}
	})
}
