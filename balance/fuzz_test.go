package balance

import (
	"encoding"
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

// FuzzPlanAgainstBigIntegers compares Plan with the model, which knows no bounds, for any balances
// that there can be.
func FuzzPlanAgainstBigIntegers(f *testing.F) {
	f.Add(int64(1_000_000), int64(0), int64(567), true, []byte{2, 0, 3, 0})
	f.Add(int64(1000), int64(20_000), int64(-300), false, []byte{2, 9, 3, 0, 2, 9})
	f.Add(int64(MaxUnits)-5, int64(0), int64(-1), false, []byte{1, 255, 9, 1})
	f.Add(int64(0), int64(MaxUnits), int64(MaxUnits)/100, true, []byte{1, 254})
	f.Add(int64(-5_000), int64(20_000), int64(1), false, []byte{4, 1, 4, 1, 5, 2, 200, 253})
	f.Fuzz(func(t *testing.T, account, overdraft, cents int64, strict bool, payees []byte) {
		bounded := func(n int64) Units { return Units(n % (int64(MaxUnits) + 1)) }
		amount, err := FromUnits(bounded(cents)/100*100, "USD")
		if err != nil || amount.Units() == 0 || len(payees) < 2 || len(payees) > 64 {
			return
		}
		r := Request{
			Header: Header{ID: 1, At: noon}, AccountCurrency: "USD", Strict: strict, Amount: amount,
			Overdraft: max(bounded(overdraft), -bounded(overdraft)),
		}
		r.Account = max(bounded(account), -r.Overdraft)
		for i := 0; i+1 < len(payees); i += 2 {
			p := Payee{ID: user.ID(payees[i]) + 1, Balance: Units(payees[i+1]) * 10_000}
			if payees[i+1] >= 250 {
				p.Balance = MaxUnits - Units(255-payees[i+1])
			}
			r.Payees = append(r.Payees, p)
		}
		want := model(r)
		tr, err := Plan(r)
		if want.Err != nil {
			if !errors.Is(err, want.Err) {
				t.Fatalf("%+v: got %v, want %v", r, err, want.Err)
			}
			return
		}
		if err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		for h, after := range tr.Balances() {
			if want.After[h] != after.rawText() {
				t.Fatalf("%+v: %s has %s, want %s", r, h, after.rawText(), want.After[h])
			}
		}
		var skipped []user.ID
		for _, s := range tr.Skipped {
			skipped = append(skipped, s.User)
		}
		if diff := cmp.Diff(want.Skipped, skipped); diff != "" {
			t.Fatalf("%+v: skipped (-want +got):\n%s", r, diff)
		}
		if err := tr.Check(); err != nil {
			t.Fatalf("%+v: %v", tr, err)
		}
		checkSumIsZero(t, tr)
	})
}

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

// FuzzNames: what reads as a kind, a reason or a fingerprint is written as it was read, but for
// the case of digits.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"", "funding", "reversing", "user_short", "kind(2)", "Funding", strings.Repeat("aF", 32), strings.Repeat("g", 64)} {
		f.Add([]byte(s))
	}
	type both interface {
		encoding.TextMarshaler
		encoding.TextUnmarshaler
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range []both{new(Kind), new(SkipReason), new(Fingerprint)} {
			if v.UnmarshalText(b) != nil {
				continue
			}
			got, err := v.MarshalText()
			zero := strings.Trim(string(b), "0") == "" // the zero fingerprint is nothing
			if err != nil || !strings.EqualFold(string(got), string(b)) && !(zero && len(got) == 0) {
				t.Errorf("%T reads %q and writes %q, %v", v, b, got, err)
			}
		}
	})
}
