package storagetest

import (
	"fmt"
	"math"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/draw"
	"github.com/ca74b63c/roster/storage"
)

var transferRules = []rule{
	{"Transfer/RoundTrip", "a transfer comes back with all that it says: terms, texts, fingerprint, skipped users, postings, each " +
		"with its own amount, of a thousand users too", testTransferRoundTrip},
	{"Transfer/Balances", "PostTransfer sets the balance of each holder to that of the last posting; Balances returns " +
		"them in the order of the arguments, 0 for one who never had anything; the world has no balance", testTransferBalances},
	{"Transfer/Query", "Transfers returns exactly the transfers that q.Match holds for, each once, in the order of q, " +
		"behind q.After", testTransferQuery},
}

var statementRules = []rule{
	{"Statement/Order", "Statement lists the entries of one holder and of no other, newest first: transfers descending, " +
		"and the postings of one descending; those older than a place, whether or not an entry is there, at most limit; the zero " +
		"EntryID is the newest end", testStatementOrder},
}

// fullTransfer appends a transfer to the ledger l and returns the transfer. The account pays seed
// units to each of the users 1 to 3. Reverses is 0 and Strict is false; the other fields are not
// zero, and most depend on seed. The names in the postings come from the list hostile.
func fullTransfer(l *ledger, seed int) balance.Transfer {
	made := l.pay(balance.Units(seed), 1, 2, 3)
	t := everyField[balance.Transfer](seed)
	t.ID, t.Kind, t.Currency, t.Postings, t.Reverses = made.ID, made.Kind, made.Currency, made.Postings, 0
	t.Strict = false
	t.Skipped = []balance.Skip{{User: 4, Reason: balance.AccountShort}, {User: math.MaxInt64, Reason: balance.AccountShort}}
	for i := range t.Postings {
		t.Postings[i].Name = hostile[(seed+i)%len(hostile)]
	}
	t.AccountDescription = "to ${user_name}, number ${user_id}: " + t.AccountDescription
	return l.instead(t)
}

func testTransferRoundTrip(h *harness) {
	l := newLedger()
	l.fund(1_000_000)
	for seed := 1; seed <= len(hostile)+1; seed++ {
		fullTransfer(l, seed)
	}
	back := l.move(balance.Reversing, 1, balance.Holder(1), balance.Account)
	back.Reverses, back.Requested, back.Strict, back.Reason = 2, balance.Money{}, true, ""
	l.instead(back)
	nothing := l.move(balance.Transferring, 5, balance.Account)
	nothing.Skipped, nothing.Strict = []balance.Skip{{User: 9, Reason: balance.AccountShort}}, false
	l.instead(nothing)
	l.returnAll(1, 2, 3)
	thousand := make([]balance.Holder, 1000)
	for i := range thousand {
		thousand[i] = balance.Holder(3*i + 1)
	}
	last := l.pay(123, thousand...)
	for _, t := range l.posted {
		h.update(acme, func(x tx) { x.post(t) })
	}
	h.both(acme, func(x tx) {
		for _, want := range l.posted {
			x.same(x.transfer(want.ID), want, "Transfer "+want.ID.String())
			if want.Key != "" {
				x.gives(want, "TransferByKey")(x.r.TransferByKey(x.ctx, want.Key))
			}
		}
		x.checkStatements(l, balance.Account, 1, 2, 3, thousand[500], thousand[999])
		for _, id := range []balance.TransferID{0, last.ID + 1, math.MaxInt64} {
			x.fails(storage.ErrNotFound, "Transfer "+id.String())(x.r.Transfer(x.ctx, id))
		}
	})
}

// at returns a new ledger with the first n transfers of l, and with the balances after them. It
// does not change l. The ledger l must have at least n transfers.
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

func testTransferBalances(h *harness) {
	l := newLedger()
	l.fund(100)
	l.pay(7, 1, 2, 3)
	l.move(balance.Transferring, 2, 1, balance.Account)
	l.move(balance.Funding, 4, balance.Account, balance.World)
	l.pay(70, 2)
	l.pay(9, 4)
	l.fund(balance.MaxUnits - 1000)
	l.pay(1, 1, 2, 3, 4)
	l.pay(l.balances[balance.Account]+5, 5) // below zero: the storage does not judge
	check := func(x tx, posted int) {
		x.Helper()
		holders := []balance.Holder{3, 1, balance.Account, 99, 2, 1, 5, 4, balance.World}
		want := make([]balance.Units, len(holders))
		for i, holder := range holders {
			want[i] = l.at(balance.TransferID(posted)).balances[holder]
		}
		x.same(x.balances(holders...), want, "Balances")
	}
	for i, transfer := range l.posted[:5] {
		h.update(acme, func(x tx) { x.post(transfer); check(x, i+1) })
		h.view(acme, func(x tx) { check(x, i+1) })
	}
	h.update(acme, func(x tx) { x.post(l.posted[5:]...); check(x, len(l.posted)) })
	h.view(acme, func(x tx) { check(x, len(l.posted)) })
}

// busyLedger returns a ledger with payments in both directions, to one and to several users. The
// ids of its transfers have gaps.
func busyLedger() *ledger {
	l := newLedger()
	l.fund(1_000_000)
	for i := range balance.Units(12) {
		switch i % 4 {
		case 0:
			l.pay(10+i, 1, 2, 3, 4, 5, 6, 7)
		case 1:
			l.move(balance.Transferring, 3, 2, balance.Account)
		case 2:
			l.pay(5, 1)
		case 3:
			l.last += 10 // numbers may have gaps
			l.fund(i)
		}
	}
	return l
}

// post posts all transfers of a ledger in one Update.
func (h *harness) post(l *ledger) {
	h.Helper()
	h.update(acme, func(x tx) { x.post(l.posted...) })
}

// checkStatements ends the test unless the newest entries of each holder are those of the ledger l.
func (x tx) checkStatements(l *ledger, holders ...balance.Holder) {
	x.Helper()
	for _, holder := range holders {
		want := l.statement(holder)
		x.same(x.statement(holder), want[:min(len(want), storage.MaxPage)], "Statement of "+holder.String())
	}
}

func testStatementOrder(h *harness) {
	l := busyLedger()
	h.post(l)
	places := []storage.EntryID{{}}
	for transfer := balance.TransferID(1); transfer <= l.last+1; transfer++ {
		for _, index := range []int{0, 1, 3, 1000} {
			places = append(places, storage.EntryID{Transfer: transfer, Index: index})
		}
	}
	behind := func(before storage.EntryID, e balance.Entry) bool {
		return before == storage.EntryID{} || storage.EntryIDOf(e).Less(before)
	}
	h.both(acme, func(x tx) {
		for _, holder := range []balance.Holder{balance.Account, 1, 2, 7, 99} {
			read := func(before storage.EntryID, limit int) ([]balance.Entry, error) {
				return x.r.Statement(x.ctx, holder, before, limit)
			}
			pages(x.harness, "Statement of "+holder.String(), l.statement(holder), places, behind, read)
		}
	})
}

func testTransferQuery(h *harness) {
	r := draw.New(24)
	l := newLedger()
	l.fund(1_000_000)
	for range 80 {
		who := []balance.Holder{balance.Holder(1 + r.IntN(6)), balance.Holder(7 + r.IntN(3))}
		l.last += balance.TransferID(r.IntN(3))
		switch r.IntN(6) {
		case 0:
			l.fund(5)
		case 1:
			l.returnAll(l.pay(3, who[:1]...).Postings[0].To)
		case 2:
			l.pay(3, who[0], who[1], who[0]) // a user may be in several postings
		case 3:
			l.move(balance.Transferring, 5, balance.Account)
		default:
			l.pay(7, who...)
		}
	}
	for _, id := range extremes[5:] {
		l.last = balance.TransferID(id) - 1
		l.fund(1)
	}
	h.post(l)
	kinds := func(list ...balance.Kind) []balance.Kind { return list }
	h.both(acme, func(x tx) {
		for _, q := range []storage.TransferQuery{
			{}, {UserID: 1}, {UserID: 8}, {UserID: 99}, {Kinds: kinds(balance.Funding)}, {Kinds: kinds(balance.Returning)},
			{Kinds: []balance.Kind{}}, {Kinds: kinds(balance.Transferring)}, {Kinds: kinds(balance.Reversing)},
			{Kinds: kinds(0, 99)}, {UserID: 1, Kinds: kinds(99)},
			{Kinds: kinds(balance.Returning, balance.Funding, balance.Returning)},
			{Kinds: kinds(balance.Transferring, balance.Funding)}, {UserID: 2, Kinds: kinds(balance.Returning)},
			{UserID: 2, Kinds: kinds(balance.Transferring, balance.Returning)},
		} {
			for _, q.Newest = range []bool{false, true} {
				q.After, q.Limit = 0, 0
				for range 8 {
					want := matching(l.posted, q.Newest, q.Limit, func(t balance.Transfer) bool { return q.Beyond(t.ID) && q.Match(t) })
					x.same(x.transfers(q), want, fmt.Sprintf("Transfers of %+v", q))
					q.After = l.posted[r.IntN(len(l.posted))].ID + balance.TransferID(r.IntN(3)) - 1 // there may be no transfer
					q.Limit = draw.OneOf(r, 0, 1, 4, 50)
				}
			}
		}
	})
}
