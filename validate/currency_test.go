package validate

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCurrencyTableIsOrdered: a reader relies on it, and no code or number stands twice.
func TestCurrencyTableIsOrdered(t *testing.T) {
	numbers := map[string]bool{}
	for i, c := range currencies {
		if i > 0 && currencies[i-1].Code >= c.Code {
			t.Errorf("%s stands after %s", c.Code, currencies[i-1].Code)
		}
		if len(c.Code) != 3 || strings.Trim(c.Code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || len(c.Number) != 3 || !digit.all(c.Number) || c.Name == "" {
			t.Errorf("bad line %+v", c)
		}
		if numbers[c.Number] {
			t.Errorf("number %s stands twice", c.Number)
		}
		numbers[c.Number] = true
		if got, ok := CurrencyByCode(c.Code); !ok || got != c {
			t.Errorf("CurrencyByCode(%s) = %+v, %v", c.Code, got, ok)
		}
	}
	if len(currencies) != 165 {
		t.Errorf("%d currencies, want 165", len(currencies))
	}
}

// TestCurrencyDigits: every currency whose smallest unit is not a hundredth.
func TestCurrencyDigits(t *testing.T) {
	got := map[int][]string{}
	for _, c := range currencies {
		if c.Digits != 2 {
			got[c.Digits] = append(got[c.Digits], c.Code)
		}
	}
	want := map[int][]string{
		0: strings.Fields("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
		3: strings.Fields("BHD IQD JOD KWD LYD OMR TND"),
		4: strings.Fields("CLF UYW"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestCurrencyByCode: new codes are there, withdrawn ones and those of no money are not, RUR is
// RUB.
func TestCurrencyByCode(t *testing.T) {
	for _, code := range strings.Fields("SLE XCG VED VES ZWG USD EUR RUB GBP CHF JPY KZT MRU STN BYN") {
		if c, ok := CurrencyByCode(code); !ok || c.Code != code {
			t.Errorf("%s: %+v, %v", code, c, ok)
		}
	}
	want := Currency{Code: "RUB", Number: "643", Digits: 2, Name: "Russian Ruble"}
	if c, ok := CurrencyByCode("RUR"); !ok || c != want {
		t.Errorf("RUR gives %+v, %v", c, ok)
	}
	absent := strings.Fields("ANG SLL HRK CUC ZWL XXX XTS XAU XAG XPD XPT XDR XSU XUA XBA XBB XBC XBD usd US USDD AAA ZZZ U[D [SD US[ U@D @SD US@")
	for _, code := range slices.Concat(absent, []string{"", "U\x00D", "\xff\xff\xff", strings.Repeat("U", 1<<20)}) {
		if c, ok := CurrencyByCode(code); ok || c != (Currency{}) {
			t.Errorf("%.10q gives %+v", code, c)
		}
	}
}
