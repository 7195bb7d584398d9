package storage

import (
	"errors"
	"math"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

func TestMovementOf(t *testing.T) {
	usd := func(u balance.Units) balance.Money {
		m, err := balance.FromUnits(u, "USD")
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	many := balance.Transfer{Currency: "USD"}
	for i := range 1000 {
		many.Postings = append(many.Postings, balance.Posting{To: balance.HolderOf(user.ID(i + 1)), Amount: 5, Name: "name"})
	}
	got, err := MovementOf(many)
	if err != nil || got.Count != 1000 || got.Total != usd(5000) || len(got.Payments) != MaxPayments ||
		got.Payments[7] != (Payment{From: balance.Account, To: 8, Amount: usd(5)}) {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = MovementOf(balance.Transfer{Currency: "USD"})
	if err != nil || got.Count != 0 || got.Total != usd(0) || got.Payments != nil {
		t.Errorf("of nothing: %+v, %v", got, err)
	}
	for i := range many.Postings {
		many.Postings[i].Amount = balance.MaxUnits
	}
	if got, err = MovementOf(many); err != nil || got.Total != (balance.Money{}) || got.Payments[0].Amount != usd(balance.MaxUnits) {
		t.Errorf("more than an amount can be: %+v, %v", got, err)
	}
	if _, err = MovementOf(balance.Transfer{Currency: "none", Postings: many.Postings}); !errors.Is(err, balance.ErrCurrency) {
		t.Error(err)
	}
}

func TestCheckTransfer(t *testing.T) {
	const most = balance.MaxUnits
	post := func(p balance.Posting) balance.Transfer {
		return balance.Transfer{ID: 1, Postings: []balance.Posting{{From: balance.World, To: balance.Account, Amount: 1, ToAfter: 1}, p}}
	}
	for name, c := range map[string]struct {
		t  balance.Transfer
		ok bool
	}{
		"moves nothing":                  {balance.Transfer{ID: 1}, true},
		"the greatest ids":               {balance.Transfer{ID: math.MaxInt64, Reverses: math.MaxInt64}, true},
		"no id":                          {balance.Transfer{}, false},
		"an id of 64 bits":               {balance.Transfer{ID: math.MaxInt64 + 1}, false},
		"reverses an id of 64 bits":      {balance.Transfer{ID: 1, Reverses: math.MaxUint64}, false},
		"the greatest amount":            {post(balance.Posting{From: 0, To: 1, Amount: most, FromAfter: -most, ToAfter: most}), true},
		"a greater amount":               {post(balance.Posting{From: 0, To: 1, Amount: most + 1}), false},
		"an amount of 0":                 {post(balance.Posting{From: 0, To: 1}), false},
		"an amount below 0":              {post(balance.Posting{From: 0, To: 1, Amount: -1}), false},
		"the least number":               {post(balance.Posting{From: 0, To: 1, Amount: math.MinInt64}), false},
		"to the payer":                   {post(balance.Posting{From: 1, To: 1, Amount: 1}), false},
		"the account to itself":          {post(balance.Posting{Amount: 1}), false},
		"World to itself":                {post(balance.Posting{From: -1, To: -1, Amount: 1}), false},
		"between users":                  {post(balance.Posting{From: 2, To: 1, Amount: 1, ToAfter: 1}), true},
		"from a holder that is none":     {post(balance.Posting{From: -2, To: 1, Amount: 1, ToAfter: 1}), false},
		"to a holder that is none":       {post(balance.Posting{From: 1, To: math.MinInt64, Amount: 1}), false},
		"a payer below zero":             {post(balance.Posting{From: 1, To: 0, Amount: 1, FromAfter: -1, ToAfter: 1}), false},
		"a payee below zero":             {post(balance.Posting{From: 0, To: 1, Amount: 1, ToAfter: -1}), false},
		"the account below zero":         {post(balance.Posting{From: 0, To: 1, Amount: 1, FromAfter: -1, ToAfter: 1}), true},
		"the account below its range":    {post(balance.Posting{From: 0, To: 1, Amount: 1, FromAfter: -most - 1, ToAfter: 1}), false},
		"the account beyond its range":   {post(balance.Posting{From: 1, To: 0, Amount: 1, ToAfter: most + 1}), false},
		"a user beyond the range":        {post(balance.Posting{From: 0, To: 1, Amount: 1, ToAfter: most + 1}), false},
		"a balance of World, which pays": {post(balance.Posting{From: -1, To: 0, Amount: 1, FromAfter: 1, ToAfter: 1}), false},
		"a balance of World, the payee":  {post(balance.Posting{From: 0, To: -1, Amount: 1, ToAfter: -1}), false},
	} {
		switch err := CheckTransfer(c.t); {
		case c.ok && err != nil:
			t.Errorf("%s: %v", name, err)
		case !c.ok && !errors.Is(err, ErrInvalid):
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}
