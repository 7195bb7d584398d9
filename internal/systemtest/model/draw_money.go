package model

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func moneyOf(n int64, currency string) balance.Money {
	m, err := balance.FromUnits(balance.Units(n), balance.Currency(currency))
	if err != nil {
		panic(err) // only good amounts are drawn
	}
	return m
}

func drawFund(t *rapid.T, m *Model) Op {
	key := key(t)
	return m.keyed(key, fund(amount(t), currency(t, m), one(t, "text", "", "cash"), key, how(t, m, 0)))
}

func fund(n int64, in, text, key string, how How) Op {
	return Op{
		fmt.Sprintf("Fund %s %s text=%q key=%q%s", money(n), in, text, key, how),
		func(ctx context.Context, f *Front) (any, error) {
			r, err := f.host().Fund(ctx, roster.FundParams{Amount: moneyOf(n, in), AccountDescription: text, Key: key}, how.common()...)
			return showReceipt(r), err
		},
		func(m *Model) (any, error) { return m.fund(n, in, text, key, how) },
	}
}

func drawTransfer(t *rapid.T, m *Model) Op {
	p := Pay{
		Users: someone(t, m, 3), Amount: amount(t), Currency: currency(t, m), Lenient: sometimes(t, "lenient", 3), Key: key(t),
		Text: one(t, "text", "", "pay ${user_id}/${user_name}"), Other: one(t, "other", "", "from ${user_name}"),
	}
	if sometimes(t, "all", 5) {
		p.All, p.Application = true, one(t, "application", "", "1")
		if !sometimes(t, "both", 5) {
			p.Users = nil
		}
	}
	how := how(t, m, 0)
	return m.keyed(p.Key, Op{
		fmt.Sprintf("Transfer %s %s users=%v all=%v application=%q lenient=%v text=%q other=%q key=%q%s",
			money(p.Amount), p.Currency, p.Users, p.All, p.Application, p.Lenient, p.Text, p.Other, p.Key, how),
		func(ctx context.Context, f *Front) (any, error) {
			r, err := f.host().Transfer(ctx, roster.TransferParams{
				Users: userIDs(p.Users), All: p.All, Application: user.ApplicationID(atoi(p.Application)),
				Amount: moneyOf(p.Amount, p.Currency), Lenient: p.Lenient, AccountDescription: p.Text, UserDescription: p.Other, Key: p.Key,
			}, how.common()...)
			return showReceipt(r), err
		},
		func(m *Model) (any, error) { return m.transfer(p, how) },
	})
}

func drawReverse(t *rapid.T, m *Model) Op {
	id, key, how := near(t, "transfer"), key(t), how(t, m, 0)
	return m.keyed(key, Op{
		fmt.Sprintf("Reverse %d key=%q%s", id, key, how),
		func(ctx context.Context, f *Front) (any, error) {
			r, err := f.host().Reverse(ctx, roster.ReverseParams{TransferID: balance.TransferID(id), Key: key}, how.common()...)
			return showReceipt(r), err
		},
		func(m *Model) (any, error) { return m.reverse(id, key, how) },
	})
}

// keyed stores the call if it has an idempotency key, and returns the call.
func (m *Model) keyed(key string, o Op) Op {
	if key != "" {
		m.asked = append(m.asked, o)
	}
	return o
}

// drawAgain returns the last money call that had an idempotency key, so that it is made once more.
// The name of the returned Op begins with "Again". If no such call was made yet, it draws a new
// Fund call instead.
func drawAgain(t *rapid.T, m *Model) Op {
	if len(m.asked) == 0 {
		return drawFund(t, m)
	}
	o := m.asked[len(m.asked)-1]
	o.Name = "Again " + strings.TrimPrefix(o.Name, "Again ")
	return o
}

func drawBalances(t *rapid.T, m *Model) Op {
	ids := someone(t, m, 3)
	return Op{
		fmt.Sprint("Balance of the account and of ", ids),
		func(ctx context.Context, f *Front) (any, error) {
			list, err := f.host().Balances(ctx, userIDs(ids)...)
			if err != nil {
				return nil, err
			}
			account, err := f.host().Balance(ctx)
			return append(showFunds(list), Funds{Own: int64(account.Units())}), err
		},
		func(m *Model) (any, error) {
			var list []Funds
			for i, id := range ids {
				if m.users[id] == nil {
					return nil, atItem(i, notFound)
				}
				list = append(list, m.fundsOf(id))
			}
			return append(list, Funds{Own: m.funds[0]}), nil
		},
	}
}

func drawStatement(t *rapid.T, m *Model) Op {
	holder, limit := anyOrNone(t, m), rapid.IntRange(1, 5).Draw(t, "limit")
	before := storage.EntryID{
		Transfer: balance.TransferID(rapid.IntRange(0, m.last["transfer"]+1).Draw(t, "before")), Index: rapid.IntRange(0, 1).Draw(t, "index"),
	}
	if before.Transfer == 0 {
		before.Index = 0
	}
	return Op{
		fmt.Sprint("Statement of ", holder, " before ", before, " limit ", limit),
		func(ctx context.Context, f *Front) (any, error) {
			list, err := f.host().Statement(ctx, balance.Holder(holder), before, limit)
			return showEntries(list), err
		},
		func(m *Model) (any, error) {
			if holder > 0 && m.users[holder] == nil {
				return nil, notFound
			}
			var list []Entry
			for _, e := range m.statement(holder) {
				older := before.Transfer == 0 || e.Transfer < int(before.Transfer) || e.Transfer == int(before.Transfer) && e.Index < before.Index
				if older && len(list) < limit {
					list = append(list, e)
				}
			}
			return list, nil
		},
	}
}

func drawGetTransfer(t *rapid.T, m *Model) Op {
	id := near(t, "transfer")
	return Op{
		fmt.Sprint("GetTransfer ", id),
		func(ctx context.Context, f *Front) (any, error) {
			x, err := f.host().GetTransfer(ctx, balance.TransferID(id))
			return showTransfer(x), err
		},
		func(m *Model) (any, error) {
			list := m.moved()
			i := slices.IndexFunc(list, func(x Transfer) bool { return x.ID == id })
			if i < 0 {
				return nil, notFound
			}
			return list[i], nil
		},
	}
}
