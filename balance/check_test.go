package balance

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestCheckFindsEveryBrokenInvariant breaks one thing at a time in a good transfer and expects the
// fault by name.
func TestCheckFindsEveryBrokenInvariant(t *testing.T) {
	must := planned(t)
	changed := func(change func(*Request)) func() Transfer {
		return func() Transfer {
			r := seedRequest(t)
			change(&r)
			return plan(t, r)
		}
	}
	strict := changed(func(*Request) {})
	lenient := changed(func(r *Request) { r.Strict, r.Account, r.Payees = false, 56_700, append(r.Payees, Payee{ID: 3}) })
	usersPay := changed(func(r *Request) { r.Amount, r.Payees[0].Balance = usd(t, "-1"), 10_000 })
	converted := changed(func(r *Request) {
		r.Amount, r.Account, r.Rates = money(t, "100", "EUR"), 100_000_000, rates(t, "1.0834")
	})
	funding := func() Transfer { return must(PlanFunding(FundingRequest{Amount: usd(t, "1"), AccountCurrency: "USD"})) }
	reversal := func() Transfer { return must(PlanReversal(seedReversal(t))) }
	returned := func() Transfer { return must(PlanReturn(returnRequest())) }
	tests := []struct {
		name  string
		make  func() Transfer
		spoil func(*Transfer)
		want  string
	}{
		{"no kind", strict, func(x *Transfer) { x.Kind = 0 }, "unknown kind(0)"},
		{"unknown kind", strict, func(x *Transfer) { x.Kind = 5 }, "unknown kind(5)"},
		{"no currency", strict, func(x *Transfer) { x.Currency = "" }, "unknown currency"},
		{"reverses, but is no reversal", strict, func(x *Transfer) { x.Reverses = 1 }, "reverses transfer 1"},
		{"a reversal of nothing", reversal, func(x *Transfer) { x.Reverses = 0 }, "reverses transfer 0"},
		{"a reversal of itself", reversal, func(x *Transfer) { x.Reverses = x.ID }, "reverses transfer 8"},
		{"a text too long", strict, func(x *Transfer) { x.AccountDescription = strings.Repeat("a", 120) }, "accountDescription"},
		{"a time beyond the year 9999", strict, func(x *Transfer) { x.At = beyond }, "year"},
		{"a key with NUL", strict, func(x *Transfer) { x.Key = "\x00" }, "key"},
		{"a reversal with an amount", reversal, func(x *Transfer) { x.Requested = usd(t, "1") }, "a reversing transfer asks"},
		{"a reversal with a rate", reversal, func(x *Transfer) { x.Rate = "1" }, "a reversing transfer asks"},
		{"a reversal of a negative amount", reversal, func(x *Transfer) { x.Postings[0].Amount = -1 }, "amount is out of range"},
		{"a reversal that skips", reversal, func(x *Transfer) { x.Strict, x.Skipped = false, []Skip{{5, UserShort}} }, "skips"},
		{"a return with an amount", returned, func(x *Transfer) { x.Requested = usd(t, "1") }, "a returning transfer asks"},
		{"a return that skips", returned, func(x *Transfer) { x.Strict, x.Skipped = false, []Skip{{5, UserShort}} }, "skips"},
		{"a return of a negative amount", returned, func(x *Transfer) { x.Postings[0].Amount = -1 }, "does not return all"},
		{"a return of no money", returned, func(x *Transfer) { x.Postings[0].Amount = 0 }, "does not return all"},
		{"a return of a part", returned, func(x *Transfer) { x.Postings[0].FromAfter = 1 }, "does not return all"},
		{"a return's chain", returned, func(x *Transfer) { x.Postings[1].ToAfter++ }, "does not continue"},
		{"no amount", strict, func(x *Transfer) { x.Requested = Money{} }, "no amount"},
		{"a zero amount", strict, func(x *Transfer) { x.Requested = usd(t, "0") }, "no amount"},
		{"a rate of no use", strict, func(x *Transfer) { x.Rate = "1" }, "rate is missing or of no use"},
		{"a missing rate", converted, func(x *Transfer) { x.Rate = "" }, "rate is missing or of no use"},
		{"an unreadable rate", converted, func(x *Transfer) { x.Rate = "1e3" }, "unreadable rate"},
		{"a rate too large", converted, func(x *Transfer) { x.Rate = "1000000000000000" }, "cannot be converted"},
		{"another rate", converted, func(x *Transfer) { x.Rate = "1.0835" }, "another amount"},
		{"another amount than asked", strict, func(x *Transfer) { x.Requested = usd(t, "5.68") }, "another amount"},
		{"another direction than asked", strict, func(x *Transfer) { x.Requested.units *= -1 }, "direction"},
		{"funding the other way", funding, func(x *Transfer) { x.Requested.units *= -1 }, "direction"},
		{"no user", strict, func(x *Transfer) { x.Postings = nil }, "no posting"},
		{"too many", strict, func(x *Transfer) { x.Postings = make([]Posting, MaxPayees+1) }, "more than 100000"},
		{"strict, but skips", lenient, func(x *Transfer) { x.Strict = true }, "are reasons"},
		{"a skip for who does not pay", lenient, func(x *Transfer) { x.Skipped[0].Reason = UserShort }, "are reasons"},
		{"a skip twice", lenient, func(x *Transfer) { x.Skipped[1] = x.Skipped[0] }, "ascend"},
		{"a skip of user 0", lenient, func(x *Transfer) { x.Skipped[0].User = 0 }, "ascend"},
		{"served and skipped", lenient, func(x *Transfer) { x.Skipped[0].User = 1 }, "both served and skipped"},
		{"the last skip is served", lenient, func(x *Transfer) { x.Skipped = x.Skipped[1:]; x.Skipped[0].User = 1 }, "both served and skipped"},
		{"a reason with NUL", strict, func(x *Transfer) { x.Reason = "\x00" }, "reason"},
		{"past the account", strict, func(x *Transfer) { x.Postings[0].From = 3 }, "passes the account by"},
		{"to itself", strict, func(x *Transfer) { x.Postings[0].To = Account }, "users must ascend"},
		{"to the world", strict, func(x *Transfer) { x.Postings[0].To = World }, "users must ascend"},
		{"a user twice", strict, func(x *Transfer) { x.Postings[1].To = 1 }, "users must ascend"},
		{"funding of a user", funding, func(x *Transfer) { x.Postings[0].From = 1 }, "not between the world"},
		{"funding twice", funding, func(x *Transfer) { x.Postings = append(x.Postings, x.Postings[0]) }, "not between the world"},
		{"funding with a name", funding, func(x *Transfer) { x.Postings[0].Name = "x" }, "not between the world"},
		{"the world's balance", funding, func(x *Transfer) { x.Postings[0].FromAfter = -1 }, "gives the world a balance"},
		{"a reversal with world and users", reversal, func(x *Transfer) { x.Postings[0].From = World }, "not between the world"},
		{"the account's chain", strict, func(x *Transfer) { x.Postings[1].FromAfter++ }, "does not continue"},
		{"the account's chain, receiving", usersPay, func(x *Transfer) { x.Postings[1].ToAfter-- }, "does not continue"},
		{"the account after", strict, func(x *Transfer) { x.Postings[0].FromAfter = math.MinInt64 }, "account out of range"},
		{"the account before", strict, func(x *Transfer) { x.Postings[0].FromAfter = MaxUnits }, "account out of range"},
		{"a user below zero", usersPay, func(x *Transfer) { x.Postings[0].FromAfter = -1 }, "user 1 out of range"},
		{"a user below zero before", strict, func(x *Transfer) { x.Postings[0].ToAfter = 56_699 }, "user 1 out of range"},
		{"a user beyond the largest", strict, func(x *Transfer) { x.Postings[1].ToAfter = MaxUnits + 1 }, "user 2 out of range"},
		{"a user beyond the largest before", usersPay, func(x *Transfer) { x.Postings[1].FromAfter = MaxUnits }, "user 2 out of range"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := tt.make()
			if err := x.Check(); err != nil {
				t.Fatalf("not spoilt yet: %v", err)
			}
			tt.spoil(&x)
			if err := x.Check(); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error about %q", err, tt.want)
			}
		})
	}
}

// A transfer without its number passes: the number comes from the store.
func TestCheckPassesATransferWithoutNumber(t *testing.T) {
	r := seedReversal(t)
	r.ID = 0
	planned(t)(PlanReversal(r))
}

// TestCheckNeverPanics shows Check random transfers, most of them nonsense.
func TestCheckNeverPanics(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	holders := []Holder{Account, World, 1, 2, 3, -2, math.MinInt64, math.MaxInt64}
	values := []Units{0, 1, -1, 10_000, MaxUnits, -MaxUnits, math.MaxInt64, math.MinInt64}
	pick := func() Units { return values[rng.IntN(len(values))] }
	good := 0
	for range 20_000 {
		x := Transfer{
			ID: TransferID(rng.IntN(2)), Kind: Kind(rng.IntN(5)), Currency: "USD", Requested: usd(t, "1"),
			Reverses: TransferID(rng.IntN(2)), Strict: rng.IntN(2) == 0,
		}
		if rng.IntN(2) == 0 {
			x.Requested = Money{}
		}
		for range rng.IntN(4) {
			x.Postings = append(x.Postings, Posting{
				From: holders[rng.IntN(len(holders))], To: holders[rng.IntN(len(holders))],
				Amount: pick(), FromAfter: pick(), ToAfter: pick(),
			})
		}
		if x.Check() == nil {
			good++
		}
	}
	if good == 0 {
		t.Error("no random transfer was good: the test proves too little")
	}
}
