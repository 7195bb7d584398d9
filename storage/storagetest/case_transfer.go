package storagetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func transferCases() []Case {
	return []Case{
		{"Transfer/RoundTrip", "a transfer comes back with all that it says: terms, texts, fingerprint, skipped users, postings, each " +
			"with its own amount", testTransferRoundTrip},
		{"Transfer/Times", "the time of a transfer comes back as those of users do, in statements too", testTransferTimes},
		{"Transfer/Balances", "PostTransfer sets the balance of each holder to that of the last posting; Balances returns " +
			"them in the order of the arguments, 0 for one who never had anything", testTransferBalances},
		{"Transfer/World", "the world has no balance: money comes from it and goes to it without end", testTransferWorld},
		{"Transfer/Listing", "Transfers lists transfers in ascending order of id, greater than after, at most limit",
			testTransferListing},
		{"Transfer/Thousand", "a transfer to a thousand users is whole: balances, postings, statements", testTransferThousand},
	}
}

// fullTransfer appends a transfer from the account to the users 1 to 3 to ledger l, and returns the
// transfer. Each user gets seed units. Reverses and Strict are zero, and the id is the next one of
// the ledger. The names in the postings are hostile texts. Two users are recorded as skipped. The
// fields that are not named here have values that are not zero; most of them depend on seed.
func fullTransfer(l *ledger, seed int) balance.Transfer {
	made := l.pay(balance.Units(seed), 1, 2, 3)
	t := filled[balance.Transfer](seed)
	t.ID, t.Kind, t.Currency, t.Postings, t.Reverses = made.ID, made.Kind, made.Currency, made.Postings, 0
	t.Strict = false
	t.Skipped = []balance.Skip{{User: 4, Reason: balance.AccountShort}, {User: math.MaxInt64, Reason: balance.AccountShort}}
	for i := range t.Postings {
		t.Postings[i].Name = hostile[(seed+i)%len(hostile)]
	}
	t.AccountDescription = "to ${user_name}, number ${user_id}: " + t.AccountDescription
	l.posted[len(l.posted)-1] = t
	return t
}

func testTransferRoundTrip(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	fund := l.fund(1_000_000)
	h.update(acme, func(x tx) { x.post(fund) })
	for seed := 1; seed <= len(hostile)+1; seed++ {
		h.update(acme, func(x tx) {
			*l = *l.at(balance.TransferID(seed))
			x.post(fullTransfer(l, seed))
		})
	}
	back := l.move(balance.Reversing, 1, balance.Holder(1), balance.Account)
	back.Reverses, back.Requested, back.Strict, back.Reason = 2, balance.Money{}, true, ""
	l.posted[len(l.posted)-1] = back
	nothing := l.move(balance.Transferring, 5, balance.Account)
	nothing.Skipped, nothing.Strict = []balance.Skip{{User: 9, Reason: balance.AccountShort}}, false
	l.posted[len(l.posted)-1] = nothing
	returned := l.returnAll(1, 2, 3)
	h.update(acme, func(x tx) { x.post(back); x.post(nothing); x.post(returned) })
	h.both(acme, func(x tx) {
		for _, want := range l.posted {
			x.same(x.transfer(want.ID), want, "Transfer "+want.ID.String())
			if want.Key != "" {
				got, err := x.r.TransferByKey(x.ctx, want.Key)
				x.ok(err, "TransferByKey")
				x.same(got, want, "TransferByKey")
			}
		}
		for _, holder := range []balance.Holder{balance.Account, 1, 2, 3} {
			x.same(x.statement(holder, storage.EntryID{}, 0), l.statement(holder), "Statement of "+holder.String())
		}
		for _, id := range []balance.TransferID{0, returned.ID + 1, math.MaxInt64} {
			_, err := x.r.Transfer(x.ctx, id)
			x.is(err, storage.ErrNotFound, "Transfer "+id.String())
		}
	})
}

func testTransferTimes(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	for i, at := range times() {
		fund := l.fund(10)
		fund.At = at
		h.update(acme, func(x tx) { x.post(fund) })
		h.both(acme, func(x tx) {
			x.same(x.transfer(fund.ID).At, at, "the time of a transfer")
			list, err := x.r.Transfers(x.ctx, storage.TransferQuery{After: fund.ID - 1})
			x.ok(err, "Transfers")
			x.same(list[0].At, at, "the time of a listed transfer")
			entries := x.statement(balance.Account, storage.EntryID{}, 0)
			x.same(len(entries), i+1, "the entries of a statement")
			x.same(entries[0].At, at, "the time of an entry")
		})
	}
}

// at returns a new ledger with the first n transfers of l and the balances after them. l must have
// at least n transfers and does not change. The function of an Update uses at, because the function
// may run again and must then begin with the same ledger.
func (l *ledger) at(n balance.TransferID) *ledger {
	old := newLedger()
	for _, t := range l.posted[:n] {
		old.last = t.ID
		old.posted = append(old.posted, t)
		for _, p := range t.Postings {
			old.add(p.From, -p.Amount)
			old.add(p.To, p.Amount)
		}
	}
	return old
}

func testTransferBalances(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	made := []balance.Transfer{
		l.fund(100), l.pay(7, 1, 2, 3), l.move(balance.Transferring, 2, 1, balance.Account), l.pay(70, 2), l.pay(9, 4),
		l.fund(balance.MaxUnits - 1000), l.pay(1, 1, 2, 3, 4),
	}
	overdrawn := l.pay(l.balances[balance.Account]+5, 5) // below zero: the storage does not judge
	made = append(made, overdrawn)
	check := func(x tx, l *ledger) {
		x.Helper()
		holders := []balance.Holder{3, 1, balance.Account, 99, 2, 1, 5, 4, balance.World}
		want := make([]balance.Units, len(holders))
		for i, holder := range holders {
			want[i] = l.balances[holder]
		}
		x.same(x.balances(holders...), want, "Balances")
	}
	for i, transfer := range made[:4] {
		h.update(acme, func(x tx) { x.post(transfer); check(x, l.at(balance.TransferID(i+1))) })
		h.view(acme, func(x tx) { check(x, l.at(balance.TransferID(i+1))) })
	}
	h.update(acme, func(x tx) {
		for _, transfer := range made[4:] {
			x.post(transfer)
		}
		check(x, l)
	})
	h.view(acme, func(x tx) { check(x, l) })
}

func testTransferWorld(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	for range 3 {
		h.update(acme, func(x tx) { *l = *l.at(balance.TransferID(x.r.Revision())); x.post(l.fund(10)) })
	}
	h.update(acme, func(x tx) {
		*l = *l.at(3)
		x.post(l.move(balance.Funding, 4, balance.Account, balance.World))
	})
	h.both(acme, func(x tx) {
		x.same(x.balances(balance.World, balance.Account), []balance.Units{0, 26}, "Balances of the world and the account")
	})
}

func testTransferListing(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	h.update(acme, func(x tx) {
		*l = *newLedger()
		for _, id := range extremes {
			l.last = balance.TransferID(id - 1)
			x.post(l.fund(1))
		}
	})
	h.both(acme, func(x tx) {
		list := func(after balance.TransferID, limit int, want []balance.Transfer) {
			x.Helper()
			got, err := x.r.Transfers(x.ctx, storage.TransferQuery{After: after, Limit: limit})
			x.ok(err, "Transfers")
			x.same(got, want, fmt.Sprintf("Transfers after %d, at most %d", after, limit))
		}
		list(0, 0, l.posted)
		list(0, 3, l.posted[:3])
		list(100, 2, l.posted[2:4])
		for i, transfer := range l.posted {
			list(transfer.ID, 0, l.posted[i+1:])
		}
	})
}

func testTransferThousand(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	payees := make([]balance.Holder, 1000)
	for i := range payees {
		payees[i] = balance.Holder(3*i + 1)
	}
	fund, pay := l.fund(5_000_000), l.pay(1234, payees...)
	pay.Users = balance.FingerprintUsers([]user.ID{1, 4, 7})
	back := l.move(balance.Transferring, 34, payees[500], balance.Account)
	l.posted[1] = pay
	h.update(acme, func(x tx) { x.post(fund) })
	h.update(acme, func(x tx) { x.post(pay) })
	h.update(acme, func(x tx) { x.post(back) })
	h.both(acme, func(x tx) {
		x.same(x.transfer(pay.ID), pay, "Transfer")
		want := make([]balance.Units, len(payees))
		for i, holder := range payees {
			want[i] = l.balances[holder]
		}
		x.same(x.balances(payees...), want, "Balances")
		x.same(x.balances(balance.Account), []balance.Units{l.balances[balance.Account]}, "Balances of the account")
		for _, holder := range []balance.Holder{payees[0], payees[499], payees[500], payees[999]} {
			x.same(x.statement(holder, storage.EntryID{}, 0), l.statement(holder), "Statement of "+holder.String())
		}
		testStatementPages(x, l, balance.Account, 400)
	})
}
