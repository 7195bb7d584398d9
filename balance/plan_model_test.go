package balance

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

// outcome is what the naive model below says of a request.
type outcome struct {
	After   map[Holder]Units
	Skipped []user.ID
	Err     error
}

// balancesOf returns the balances of the account and the payees of a request. Of two payees with
// one id the first counts.
func balancesOf(r Request) map[Holder]Units {
	balances := map[Holder]Units{Account: r.Account}
	for _, p := range r.Payees {
		if _, known := balances[Holder(p.ID)]; !known {
			balances[Holder(p.ID)] = p.Balance
		}
	}
	return balances
}

// model moves money one user at a time in a map, with none of Plan's short cuts. No sum of two
// balances is beyond an int64.
func model(r Request) outcome {
	o := outcome{After: balancesOf(r)}
	amount, overflow := r.Amount.Units(), false
	for _, h := range slices.Sorted(maps.Keys(o.After)) {
		id, isUser := h.User()
		if !isUser {
			continue
		}
		account, mine := o.After[Account]-amount, o.After[h]+amount
		if amount > 0 && account < -r.Overdraft || amount < 0 && mine < 0 {
			o.Skipped = append(o.Skipped, id)
			continue
		}
		overflow = overflow || !mine.InRange() || !account.InRange()
		o.After[Account], o.After[h] = account, mine
	}
	switch {
	case r.Strict && len(o.Skipped) > 0:
		return outcome{Err: ErrInsufficient}
	case overflow:
		return outcome{Err: ErrOverflow}
	}
	return o
}

// TestPlanEqualsANaiveModel compares 20,000 random plans with the model, and proves of each that
// it keeps the invariants, that all deltas together are zero, and that its reversal brings every
// balance back.
func TestPlanEqualsANaiveModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	seen := map[string]int{}
	for i := range 20_000 {
		r := randomRequest(t, rng)
		want := model(r)
		tr, err := Plan(r)
		if want.Err != nil {
			seen[want.Err.Error()]++
			if !errors.Is(err, want.Err) {
				t.Fatalf("%d: %+v: got %v, want %v", i, r, err, want.Err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%d: %+v: %v", i, r, err)
		}
		got := outcome{After: balancesOf(r)}
		maps.Insert(got.After, tr.Balances())
		for _, s := range tr.Skipped {
			got.Skipped = append(got.Skipped, s.User)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d: %+v: %s", i, r, diff)
		}
		if err := tr.Check(); err != nil {
			t.Fatalf("%d: %+v: %v", i, tr, err)
		}
		checkSumIsZero(t, tr)
		seen["moved"]++
		if len(tr.Skipped) > 0 {
			seen["skipped"]++
		}
		if len(tr.Postings) > 0 {
			checkReversal(t, r, tr)
		}
	}
	for _, what := range []string{"moved", "skipped", ErrInsufficient.Error(), ErrOverflow.Error()} {
		if seen[what] < 100 {
			t.Errorf("only %d of the random plans ended in: %s", seen[what], what)
		}
	}
}

func randomRequest(t *testing.T, rng *rand.Rand) Request {
	r := Request{
		Header: Header{ID: TransferID(1 + rng.IntN(9)), At: noon}, AccountCurrency: "USD", Strict: rng.IntN(2) == 0,
		Account: Units(rng.IntN(100_000)), Overdraft: Units(rng.IntN(3) * 20_000),
	}
	if rng.IntN(10) == 0 {
		r.Account = MaxUnits - Units(rng.IntN(30_000))
	}
	cents := Units(1 + rng.IntN(300))
	if rng.IntN(2) == 0 {
		cents = -cents
	}
	var err error
	if r.Amount, err = FromUnits(cents*100, "USD"); err != nil {
		t.Fatal(err)
	}
	for range 1 + rng.IntN(6) {
		p := Payee{ID: user.ID(1 + rng.IntN(8)), Balance: Units(rng.IntN(40_000)), Name: "n"}
		if rng.IntN(40) == 0 {
			p.Balance = MaxUnits - Units(rng.IntN(10_000))
		}
		r.Payees = append(r.Payees, p)
	}
	return r
}

func checkSumIsZero(t *testing.T, tr Transfer) {
	t.Helper()
	sum, seen := Units(0), map[Holder]bool{}
	for _, p := range tr.Postings {
		for _, h := range [2]Holder{p.From, p.To} {
			if seen[h] {
				continue
			}
			seen[h] = true
			for e := range tr.Entries(h) {
				sum += e.Delta
			}
		}
	}
	if sum != 0 {
		t.Fatalf("the deltas of %+v sum to %s", tr, sum)
	}
}

func checkReversal(t *testing.T, r Request, tr Transfer) {
	t.Helper()
	before := balancesOf(r)
	undo := ReversalRequest{
		Header: Header{ID: tr.ID + 1}, Original: tr, AccountCurrency: "USD", Overdraft: r.Overdraft,
	}
	for h, after := range tr.Balances() {
		if id, ok := h.User(); ok {
			undo.Payees = append(undo.Payees, Payee{ID: id, Balance: after})
		} else {
			undo.Account = after
		}
	}
	back, err := PlanReversal(undo)
	if err != nil {
		t.Fatalf("PlanReversal of %+v: %v", tr, err)
	}
	if err := back.Check(); err != nil {
		t.Fatalf("PlanReversal made %+v: %v", back, err)
	}
	checkSumIsZero(t, back)
	for h, after := range back.Balances() {
		if after != before[h] {
			t.Fatalf("%s has %s after the reversal, had %s before", h, after, before[h])
		}
	}
}
