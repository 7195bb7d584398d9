package balance

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

// outcome is what the naive model below says of a request.
type outcome struct {
	After   map[Holder]string
	Skipped []user.ID
	Err     error
}

// model moves money one user at a time in a map of big integers, with none of Plan's short cuts.
func model(r Request) outcome {
	bal := map[Holder]*big.Int{Account: big.NewInt(int64(r.Account))}
	var ids []user.ID
	for _, p := range r.Payees {
		if bal[Holder(p.ID)] == nil {
			bal[Holder(p.ID)] = big.NewInt(int64(p.Balance))
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	amount := big.NewInt(int64(r.Amount.Units()))
	limit := big.NewInt(int64(MaxUnits))
	var skipped []user.ID
	var overflow bool
	for _, id := range ids {
		account, mine := bal[Account], bal[Holder(id)]
		newAccount, newMine := new(big.Int).Sub(account, amount), new(big.Int).Add(mine, amount)
		payerBelow := newMine.Sign() < 0
		if amount.Sign() > 0 {
			payerBelow = newAccount.Cmp(big.NewInt(-int64(r.Overdraft))) < 0
		}
		if payerBelow {
			skipped = append(skipped, id)
			continue
		}
		overflow = overflow || newMine.CmpAbs(limit) > 0 || newAccount.CmpAbs(limit) > 0
		bal[Account], bal[Holder(id)] = newAccount, newMine
	}
	switch {
	case r.Strict && len(skipped) > 0:
		return outcome{Err: ErrInsufficient}
	case overflow:
		return outcome{Err: ErrOverflow}
	}
	after := map[Holder]string{}
	for h, b := range bal {
		after[h] = b.String()
	}
	return outcome{After: after, Skipped: skipped}
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
		got := outcome{After: map[Holder]string{Account: r.Account.rawText()}}
		for _, p := range r.Payees {
			if got.After[Holder(p.ID)] == "" {
				got.After[Holder(p.ID)] = p.Balance.rawText()
			}
		}
		for h, after := range tr.Balances() {
			got.After[h] = after.rawText()
		}
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

// rawText is the number of units, as the model prints it.
func (u Units) rawText() string { return big.NewInt(int64(u)).String() }

func checkSumIsZero(t *testing.T, tr Transfer) {
	t.Helper()
	sum, perHolder := Units(0), map[Holder]Units{}
	for _, p := range tr.Postings {
		for _, h := range [2]Holder{p.From, p.To} {
			if _, done := perHolder[h]; done {
				continue
			}
			for e := range tr.Entries(h) {
				perHolder[h] += e.Delta
			}
			sum += perHolder[h]
		}
	}
	if sum != 0 {
		t.Fatalf("the deltas of %+v sum to %s", tr, sum)
	}
}

func checkReversal(t *testing.T, r Request, tr Transfer) {
	t.Helper()
	before := map[Holder]Units{Account: r.Account}
	for _, p := range r.Payees {
		if _, ok := before[Holder(p.ID)]; !ok {
			before[Holder(p.ID)] = p.Balance
		}
	}
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
