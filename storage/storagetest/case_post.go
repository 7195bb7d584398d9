package storagetest

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

var postRules = []rule{
	{"Transfer/Invalid", "PostTransfer returns ErrInvalid for a transfer that CheckTransfer refuses, though its balances follow " +
		"from those that the holders have", testTransferInvalid},
	{"Transfer/Ascending", "PostTransfer returns ErrInvalid if the id is not greater than every transfer's before",
		testTransferAscending},
	{"Transfer/Key", "PostTransfer or its Update returns an *ExistsError if a transfer has its idempotency key, compared by bytes, " +
		"whatever else the Update writes: a change too, one posting or many; the empty text is no key", testTransferKey},
	{"Transfer/Reversal", "PostTransfer returns an *ExistsError if a transfer has reversed what it reverses; Reversal " +
		"finds which", testTransferReversal},
	{"Transfer/Conflict", "PostTransfer returns ErrConflict if a posting's amount and balance after it do not follow from " +
		"the balance that the holder has", testTransferConflict},
	{"Transfer/KeyRace", "of Updates at once that post a transfer under one idempotency key, one commits, and the others " +
		"return an *ExistsError", testKeyRace},
}

// posting posts the transfers in one Update of acme and returns the error.
func (h *harness) posting(list ...balance.Transfer) error {
	_, err := h.attempt(acme, func(x tx) error {
		for _, t := range list {
			if err := x.w.PostTransfer(x.ctx, t); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func testTransferInvalid(h *harness) {
	const most = balance.MaxUnits
	l := newLedger()
	l.fund(100)
	l.pay(5, 1)
	h.post(l)
	for what, p := range map[string]balance.Posting{
		"an amount of 0":          {From: balance.Account, To: 1, FromAfter: 95, ToAfter: 5},
		"the least amount":        {From: balance.World, To: balance.Account, Amount: math.MinInt64, ToAfter: 95 + math.MinInt64},
		"a user who pays itself":  {From: 1, To: 1, Amount: 1, FromAfter: 4, ToAfter: 5},
		"a payee of no kind":      {From: balance.Account, To: -2, Amount: 1, FromAfter: 94, ToAfter: 1},
		"a user below zero":       {From: 1, To: balance.Account, Amount: 6, FromAfter: -1, ToAfter: 101},
		"a user beyond the bound": {From: balance.World, To: 1, Amount: most, ToAfter: most + 5},
	} {
		bad := l.at(2).pay(1, 1)
		bad.Postings = []balance.Posting{p}
		h.is(h.posting(bad), storage.ErrInvalid, "PostTransfer with "+what)
	}
	late := l.at(2).pay(1, 1)
	late.ID = 1 << 63
	h.is(h.posting(late), storage.ErrInvalid, "PostTransfer with an id beyond 63 bits")
	h.view(acme, func(x tx) { x.same(x.balances(balance.Account, 1), []balance.Units{95, 5}, "Balances") })
	rich := l.at(2).move(balance.Funding, most, balance.World, 9)
	h.ok(h.posting(rich), "PostTransfer")
	h.view(acme, func(x tx) { x.same(x.balances(9), []balance.Units{most}, "the greatest of Balances") })
}

func testTransferAscending(h *harness) {
	l := newLedger()
	l.last = 9
	h.ok(h.posting(l.fund(10)), "PostTransfer")
	next := l.fund(10)
	for _, id := range []balance.TransferID{0, 1, 9, 10} {
		late := next
		late.ID = id
		h.is(h.posting(late), storage.ErrInvalid, "PostTransfer of id "+id.String()+" after 10")
	}
	follower := next
	follower.Postings = []balance.Posting{{From: balance.World, To: balance.Account, Amount: 10, ToAfter: 30}}
	h.is(h.posting(next, follower), storage.ErrInvalid, "PostTransfer of an id used in the transaction")
	next.ID = 1000 // gaps are allowed
	h.ok(h.posting(next), "PostTransfer")
	h.view(acme, func(x tx) { x.same(x.balances(balance.Account), []balance.Units{20}, "Balances") })
}

func testTransferKey(h *harness) {
	fund := func(l *ledger, key string) balance.Transfer {
		transfer := l.fund(1)
		transfer.Key = key
		return l.instead(transfer)
	}
	keys := []string{
		"key", "Key", "key ", "key\x01", "key\x01a", "key\x01b", "k_y", "é", "e\u0301", "İ", "i", "ı", "ß", "ss", "\U0010ffff", "\ufffd",
		"'", `\`, "%", "", "",
	}
	l := newLedger()
	for _, key := range keys {
		fund(l, key)
	}
	h.ok(h.posting(l.posted[0]), "PostTransfer")
	h.ok(h.posting(l.posted[1:]...), "PostTransfer of many keys")
	all := balance.TransferID(len(keys))
	for i, key := range keys {
		again := fund(l.at(all), key)
		if key == "" {
			h.rollback(func(x tx) { x.post(again) })
			continue
		}
		h.exists(h.posting(again), "key", int64(i+1), fmt.Sprintf("PostTransfer with the key %q, which is taken", key))
	}
	h.both(acme, func(x tx) {
		for i, key := range keys {
			if key != "" {
				x.gives(l.posted[i], fmt.Sprintf("TransferByKey of %q", key))(x.r.TransferByKey(x.ctx, key))
			}
		}
		x.fails(storage.ErrNotFound, "TransferByKey of the empty text")(x.r.TransferByKey(x.ctx, ""))
	})
	err := h.posting(fund(l, "new"), fund(l, "new"))
	h.exists(err, "key", int64(all+1), "PostTransfer with a key taken in the transaction")
	many := make([]balance.Holder, 300)
	for i := range many {
		many[i] = balance.Holder(i + 1)
	}
	for _, to := range [][]balance.Holder{{1}, many} {
		again := l.at(all).pay(2, to...)
		again.Key = keys[0]
		_, err := h.attempt(acme, func(x tx) error {
			return errors.Join(x.w.PostTransfer(x.ctx, again), x.w.AppendChange(x.ctx, change(1, "paid")))
		})
		h.exists(err, "key", 1, fmt.Sprintf("an Update that posts to %d users under a used key", len(to)))
	}
	h.view(acme, func(x tx) { x.same(len(x.changes()), 0, "the number of changes") })
}

func testTransferReversal(h *harness) {
	l := newLedger()
	fund, pay, other := l.fund(100), l.pay(5, 1, 2), l.pay(5, 3)
	h.post(l)
	reverse := func(l *ledger, what balance.TransferID, from balance.Holder) balance.Transfer {
		back := l.move(balance.Reversing, 5, from, balance.Account)
		back.Reverses, back.Requested = what, balance.Money{}
		return l.instead(back)
	}
	back := reverse(l, pay.ID, 1)
	h.update(acme, func(x tx) {
		x.post(back)
		x.gives(back.ID, "Reversal in the transaction")(x.r.Reversal(x.ctx, pay.ID))
	})
	h.exists(h.posting(reverse(l.at(4), pay.ID, 2)), "reversal", int64(back.ID), "PostTransfer of a second reversal")
	third := reverse(l, other.ID, 3)
	h.ok(h.posting(third), "PostTransfer")
	h.both(acme, func(x tx) {
		x.gives(back.ID, "Reversal")(x.r.Reversal(x.ctx, pay.ID))
		x.gives(third.ID, "Reversal")(x.r.Reversal(x.ctx, other.ID))
		for _, id := range []balance.TransferID{0, fund.ID, back.ID, 99} {
			x.fails(storage.ErrNotFound, "Reversal of "+id.String())(x.r.Reversal(x.ctx, id))
		}
	})
}

func testTransferConflict(h *harness) {
	l := newLedger()
	l.fund(100)
	l.pay(5, 1, 2)
	h.post(l)
	for what, fault := range map[string]func(t *balance.Transfer){
		"the first payer's balance":  func(t *balance.Transfer) { t.Postings[0].FromAfter++ },
		"the first payee's balance":  func(t *balance.Transfer) { t.Postings[0].ToAfter-- },
		"a later payee's balance":    func(t *balance.Transfer) { t.Postings[1].ToAfter++ },
		"the last payer's balance":   func(t *balance.Transfer) { t.Postings[2].FromAfter-- },
		"a payer's balance between":  func(t *balance.Transfer) { t.Postings[1].FromAfter++ },
		"the balance of a newcomer":  func(t *balance.Transfer) { t.Postings[2].ToAfter = 0 },
		"an amount":                  func(t *balance.Transfer) { t.Postings[1].Amount++ },
		"the balances all the same":  func(t *balance.Transfer) { *t = l.at(1).pay(7, 1, 2, 3); t.ID = 3 },
		"a payee who is another one": func(t *balance.Transfer) { t.Postings[2].To = 2 },
	} {
		pay := l.at(2).pay(7, 1, 2, 3)
		fault(&pay)
		h.is(h.posting(pay), storage.ErrConflict, "PostTransfer with a fault in "+what)
	}
	late := l.at(2).pay(1, 1)
	late.ID++
	h.is(h.posting(l.at(2).pay(1, 1), late), storage.ErrConflict, "PostTransfer planned before another in the same transaction")
	h.view(acme, func(x tx) { x.same(x.balances(balance.Account, 1, 2), []balance.Units{90, 5, 5}, "Balances") })
	h.ok(h.posting(l.at(2).pay(7, 1, 2, 3)), "PostTransfer")
}

func testKeyRace(h *harness) {
	h.ok(h.posting(newLedger().fund(1000)), "PostTransfer")
	for round, to := range [][]balance.Holder{{1}, {1, 2, 3, 4, 5, 6, 7, 8}} {
		var paid, refused atomic.Int64
		h.ok(attempts(4, func(int) error {
			_, err := h.attempt(acme, func(x tx) error {
				err := x.pay(fmt.Sprint("race ", round), to...)
				return errors.Join(err, x.w.AppendChange(x.ctx, storage.Change{Type: storage.MoneyTransferred}))
			})
			switch {
			case err == nil:
				paid.Add(1)
			case errors.Is(err, storage.ErrExists):
				refused.Add(1)
			default:
				return err
			}
			return nil
		}), "Update")
		h.same([]int64{paid.Load(), refused.Load()}, []int64{1, 3}, "how many committed and were refused")
	}
	h.view(acme, func(x tx) {
		x.same(x.balances(balance.Account, 1, 8), []balance.Units{991, 2, 1}, "Balances")
		x.same(len(x.changes()), 2, "the number of changes")
	})
}
