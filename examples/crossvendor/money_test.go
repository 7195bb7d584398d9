package crossvendor_test

import (
	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

// money is the sum of what an account and all its users have, the deleted ones too. Each balance
// must be what the holder's statement adds up to, and each line of it must follow from the line
// before.
func (e *env) money(a tenant) string {
	e.t.Helper()
	host := e.host(a)
	account, err := host.Balance(e.ctx)
	e.ok(err)
	if got := e.statement(host, balance.Account); got != account {
		e.t.Errorf("the statement of %s adds up to %s, the balance is %s", a.name, got, account)
	}
	sum := account.Units()
	for u, err := range host.All(e.ctx, roster.ListParams{Query: storage.Query{Deleted: storage.WithDeleted}}) {
		e.ok(err)
		funds, err := host.Balances(e.ctx, u.ID)
		e.ok(err)
		own := funds[0].Own
		if got := e.statement(host, balance.HolderOf(u.ID)); got != own {
			e.t.Errorf("the statement of user %d of %s adds up to %s, the balance is %s", u.ID, a.name, got, own)
		}
		if own.Units() < 0 {
			e.t.Errorf("user %d of %s has %s", u.ID, a.name, own)
		}
		sum += own.Units()
	}
	total, err := balance.FromUnits(sum, "USD")
	e.ok(err)
	return total.Text()
}

// statement adds up a holder's statement, from the newest line to the oldest.
func (e *env) statement(host roster.Handle, of balance.Holder) balance.Money {
	e.t.Helper()
	var before storage.EntryID
	var sum balance.Units
	var newer *balance.Entry
	for {
		page, err := host.Statement(e.ctx, of, before, storage.MaxPage)
		e.ok(err)
		for i := range page {
			line := page[i]
			if newer != nil && line.After != newer.After-newer.Delta {
				e.t.Errorf("statement of %s: %v does not follow from %v", of, *newer, line)
			}
			sum, newer = sum+line.Delta, &line
		}
		if len(page) < storage.MaxPage {
			break
		}
		before = storage.EntryID{Transfer: newer.Transfer, Index: newer.Index}
	}
	if newer != nil && newer.After != newer.Delta {
		e.t.Errorf("statement of %s begins with %v", of, *newer)
	}
	m, err := balance.FromUnits(sum, "USD")
	e.ok(err)
	return m
}
