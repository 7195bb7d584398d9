package balance

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

func TestTheSameRequestUnderAKeyIsAReplay(t *testing.T) {
	first := plan(t, seedRequest(t))
	for name, change := range map[string]func(*Request){
		"the same":                         func(*Request) {},
		"users in another order, repeated": func(r *Request) { r.Payees = []Payee{{ID: 2}, {ID: 1}, {ID: 2}} },
		"facts that changed since":         func(r *Request) { r.Payees[0].Balance, r.Payees[1].Name, r.Account = 5, "x", 0 },
		"the defaults said aloud":          func(r *Request) { r.AccountDescription, r.UserDescription = "To user: ${user_name}", "From account" },
		"another person, reason and time":  func(r *Request) { r.Header = Header{Actor: 4, Reason: "again"} },
		"the same amount spelt otherwise":  func(r *Request) { r.Amount = usd(t, "+05.670") },
		"another limit of the account":     func(r *Request) { r.Overdraft = 5 },
	} {
		r := seedRequest(t)
		change(&r)
		if err := first.Replays(r.Terms()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnotherRequestUnderAKeyNamesWhatDiffers(t *testing.T) {
	first := plan(t, seedRequest(t))
	for name, tt := range map[string]struct {
		change func(*Request)
		want   []string
	}{
		"amount":    {func(r *Request) { r.Amount = usd(t, "5.68") }, []string{"amount"}},
		"currency":  {func(r *Request) { r.Amount = money(t, "5.67", "EUR") }, []string{"currency"}},
		"one more":  {func(r *Request) { r.Payees = append(r.Payees, Payee{ID: 3}) }, []string{"users"}},
		"one less":  {func(r *Request) { r.Payees = r.Payees[:1] }, []string{"users"}},
		"a rule":    {func(r *Request) { r.Selection = "all" }, []string{"users"}},
		"strict":    {func(r *Request) { r.Strict = false }, []string{"strict"}},
		"texts":     {func(r *Request) { r.AccountDescription, r.UserDescription = "a", "b" }, []string{"accountDescription", "userDescription"}},
		"direction": {func(r *Request) { r.Amount.units *= -1 }, []string{"amount", "accountDescription", "userDescription"}},
	} {
		r := seedRequest(t)
		tt.change(&r)
		err := first.Replays(r.Terms())
		var detail *KeyConflict
		if !errors.Is(err, ErrKeyConflict) || !errors.As(err, &detail) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(&KeyConflict{Key: "k1", Earlier: 7, Fields: tt.want}, detail); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	funding := FundingRequest{Amount: usd(t, "5.67")}
	err := first.Replays(funding.Terms())
	const want = `balance: another request under the same key: "k1" belongs to transfer 7, which differs in ` +
		`kind, users, accountDescription, userDescription`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if err := first.Replays(seedReversal(t).Terms()); err == nil || !strings.HasSuffix(err.Error(), "reverses") {
		t.Errorf("a reversal: %v", err)
	}
}

func TestPlansKeepTheirTerms(t *testing.T) {
	r := seedRequest(t)
	r.Selection = "all"
	all := plan(t, r)
	r.Payees = r.Payees[:1] // a rule stands for its users
	if all.Terms() != r.Terms() {
		t.Errorf("a transfer: %v", all.Terms().Diff(r.Terms()))
	}
	for _, amount := range []string{"5.67", "-5.67"} {
		f := FundingRequest{Header: Header{ID: 1}, Amount: usd(t, amount), Account: 100_000, AccountCurrency: "USD"}
		got, err := PlanFunding(f)
		if err != nil || got.Terms() != f.Terms() {
			t.Errorf("funding: %v, %v", err, got.Terms().Diff(f.Terms()))
		}
	}
	u := seedReversal(t)
	got, err := PlanReversal(u)
	if err != nil || got.Terms() != u.Terms() {
		t.Errorf("a reversal: %v, %v", err, got.Terms().Diff(u.Terms()))
	}
}

func TestFingerprintIsOfTheSet(t *testing.T) {
	ids := []user.ID{3, 1, 2, 3}
	given := slices.Clone(ids)
	if FingerprintUsers(ids) != FingerprintUsers([]user.ID{1, 2, 3}) {
		t.Error("order or repetition counts")
	}
	if !slices.Equal(ids, given) {
		t.Error("the caller's slice changed")
	}
	seen := map[Fingerprint]string{}
	for name, f := range map[string]Fingerprint{
		"no user":  FingerprintUsers(nil),
		"one":      FingerprintUsers([]user.ID{1}),
		"two":      FingerprintUsers([]user.ID{1, 2}),
		"all":      FingerprintSelection("all"),
		"all of 7": FingerprintSelection("all of application 7"),
		"no rule":  FingerprintSelection(""),
		"NUL":      FingerprintSelection("all\x00"),
		"user 1":   FingerprintSelection("\x00\x00\x00\x00\x00\x00\x00\x01"),
	} {
		if other, ok := seen[f]; ok {
			t.Errorf("%s and %s are one", name, other)
		}
		seen[f] = name
	}
}

func TestFingerprintText(t *testing.T) {
	for _, f := range []Fingerprint{{}, FingerprintUsers([]user.ID{1})} {
		b, err := f.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		back := Fingerprint{1}
		if err := back.UnmarshalText(b); err != nil || back != f {
			t.Errorf("%s came back as %s, %v", b, back, err)
		}
	}
	if got := FingerprintUsers([]user.ID{1}).String(); got != "b1ed4368cf44801437096850c07fe53ea9be9820d6d23c8885d975d4f12afe95" {
		t.Errorf("the fingerprint of user 1 is %s: stored keys would not match any more", got)
	}
	for _, bad := range []string{"0", strings.Repeat("g", 64), strings.Repeat("0", 65)} {
		f := Fingerprint{1}
		if err := f.UnmarshalText([]byte(bad)); err == nil || f != (Fingerprint{1}) {
			t.Errorf("%q was read as %s", bad, f)
		}
	}
}
