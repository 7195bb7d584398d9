package model

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

func drawWait(t *rapid.T, _ *Model) Op {
	d := one(t, "wait", time.Second, time.Hour)
	return Op{
		fmt.Sprint("Wait ", d),
		func(_ context.Context, f *Front) (any, error) { f.now = f.now.Add(d); return nil, nil },
		func(m *Model) (any, error) { m.now = m.now.Add(d); return nil, nil },
	}
}

func drawAccount(t *rapid.T, m *Model) Op {
	a := Record{"currency": one(t, "currency", "USD", "USD", "EUR", "JPY")}
	a.set("overdraft", one(t, "overdraft", "", "100000"))
	how := how(t, m, atoi(m.account[".version"]))
	return account("UpdateAccount", a, how, handle.UpdateAccount, (*Model).updateAccount)
}

// account returns a call that creates or updates the account with the settings a. name is the name
// of the method, front calls it in the product, and model in the model.
func account(
	name string, a Record, how How, front func(handle, ctx, user.Account, ...roster.CommonOption) (user.Account, error),
	model func(*Model, Record, How) (Record, error),
) Op {
	return call(fmt.Sprint(name, " ", a), how, func(c ctx, h handle, o options) (user.Account, error) {
		return front(h, c, accountOf(a), common(o)...)
	}, showAccount, func(m *Model) (Record, error) { return model(m, a, how) })
}

// putProfile returns a call that stores a profile reference with the given id. Users with this
// profile get the role profileRoles[id], or no role if the map does not have the id. The model
// expects one change of the type "reference.updated".
func putProfile(id string) Op {
	ref := user.Reference{Kind: user.ReferenceProfile, ID: int64(atoi(id)), Name: "profile " + id}
	ref.Profile.Role = user.Role(profileRoles[id])
	return call("PutReference profile "+id, How{}, func(c ctx, h handle, _ options) (user.Reference, error) {
		return h.PutReference(c, ref)
	}, func(user.Reference) int { return 0 }, func(m *Model) (int, error) {
		_, err := m.try(How{}, func(t *tx) error {
			t.record(Change{Type: "reference.updated", Reference: "profile " + id})
			return nil
		})
		return 0, err
	})
}

func moneyOf(n int64, currency string) balance.Money {
	m, err := balance.FromUnits(balance.Units(n), balance.Currency(currency))
	if err != nil {
		panic(err) // only good amounts are drawn
	}
	return m
}

// Amounts in ten-thousandths: ordinary ones, and those that are too fine, too small or the largest.
var (
	amounts  = []int64{50_000, 10_000, 100, -10_000, -50_000, 25_500, 250_000}
	oddities = []int64{15, 1, 0, most / 10_000 * 10_000, -(most / 10_000 * 10_000)}
)

func amount(t *rapid.T) int64 {
	if sometimes(t, "odd", 8) {
		return one(t, "amount", oddities...)
	}
	return one(t, "amount", amounts...)
}

// currency draws a currency, most often that of the account.
func currency(t *rapid.T, m *Model) string {
	if sometimes(t, "foreign", 16) {
		return one(t, "currency", "USD", "EUR", "JPY")
	}
	return m.account["currency"]
}

func key(t *rapid.T) string { return one(t, "key", "", "", "", "k1", "k2") }

func drawFund(t *rapid.T, m *Model) Op {
	key := key(t)
	return m.keyed(key, fund(amount(t), currency(t, m), key, how(t, m, 0)))
}

func fund(n int64, in, key string, how How) Op {
	name := fmt.Sprintf("Fund %s %s key=%q", balance.Units(n), in, key)
	return call(name, how, func(c ctx, h handle, o options) (roster.Receipt, error) {
		return h.Fund(c, roster.FundParams{Amount: moneyOf(n, in), Key: key}, common(o)...)
	}, showReceipt, func(m *Model) (Receipt, error) { return m.fund(n, in, key, how) })
}

func drawTransfer(t *rapid.T, m *Model) Op {
	p := Pay{
		Users: someone(t, 3), Amount: amount(t), Currency: currency(t, m), Lenient: sometimes(t, "lenient", 3), Key: key(t),
	}
	if sometimes(t, "all", 5) {
		p.All, p.Application = true, one(t, "application", "", "1")
		if !sometimes(t, "both", 5) {
			p.Users = nil
		}
	}
	how := how(t, m, 0)
	asked := roster.TransferParams{
		Users: userIDs(p.Users), All: p.All, Application: user.ApplicationID(atoi(p.Application)), Lenient: p.Lenient,
		Amount: moneyOf(p.Amount, p.Currency), Key: p.Key,
	}
	name := fmt.Sprintf("Transfer %s %+v", balance.Units(p.Amount), p)
	return m.keyed(p.Key, call(name, how, func(c ctx, h handle, o options) (roster.Receipt, error) {
		return h.Transfer(c, asked, common(o)...)
	}, showReceipt, func(m *Model) (Receipt, error) { return m.transfer(p, how) }))
}

func drawReverse(t *rapid.T, m *Model) Op {
	id, key, how := near(t, "transfer"), key(t), how(t, m, 0)
	name := fmt.Sprintf("Reverse %d key=%q", id, key)
	return m.keyed(key, call(name, how, func(c ctx, h handle, o options) (roster.Receipt, error) {
		return h.Reverse(c, roster.ReverseParams{TransferID: balance.TransferID(id), Key: key}, common(o)...)
	}, showReceipt, func(m *Model) (Receipt, error) { return m.reverse(id, key, how) }))
}

// keyed appends the call o to m.asked if key is not "", so that drawAgain can repeat the call. It
// returns o.
func (m *Model) keyed(key string, o Op) Op {
	if key != "" {
		m.asked = append(m.asked, o)
	}
	return o
}

// drawAgain repeats a money call: it returns the last one with an idempotency key. The name of the
// returned call begins with "Again". If no such call was drawn yet, drawAgain draws a new Fund
// call.
func drawAgain(t *rapid.T, m *Model) Op {
	if len(m.asked) == 0 {
		return drawFund(t, m)
	}
	o := m.asked[len(m.asked)-1]
	o.Name = "Again " + strings.TrimPrefix(o.Name, "Again ")
	return o
}
