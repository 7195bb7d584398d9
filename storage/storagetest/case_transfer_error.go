package storagetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

func transferErrorCases() []Case {
	return []Case{
		{"Transfer/Invalid", "PostTransfer returns ErrInvalid for a transfer that CheckTransfer refuses, whatever the state is: " +
			"ids beyond 63 bits, amounts below 1 or beyond balance.MaxUnits, holders that pay themselves or are none, balances of " +
			"users below zero, balances beyond the bound", testTransferInvalid},
		{"Transfer/Ascending", "PostTransfer returns ErrInvalid if the id is not greater than every transfer's before",
			testTransferAscending},
		{"Transfer/Key", "PostTransfer returns an *ExistsError if a transfer has its idempotency key, compared by bytes; the " +
			"empty text is no key", testTransferKey},
		{"Transfer/Reversal", "PostTransfer returns an *ExistsError if a transfer has reversed what it reverses; Reversal " +
			"finds which", testTransferReversal},
		{"Transfer/Conflict", "PostTransfer returns ErrConflict if a posting's amount and balance after it do not follow from " +
			"the balance that the holder has", testTransferConflict},
	}
}

// testTransferInvalid posts transfers that PostTransfer must refuse with storage.ErrInvalid because
// of their ids, holders, amounts or balances. Most of them have the balances that follow from the
// stored balances. A storage that only compares with its stored balances therefore accepts them and
// fails the test. Last, testTransferInvalid posts valid transfers, one of them up to the greatest
// balance.
func testTransferInvalid(t testing.TB, open Open) {
	const none, most = balance.Holder(-2), balance.MaxUnits
	h := start(t, open)
	l := newLedger()
	fund, pay, overdraw := l.fund(100), l.pay(5, 1, 2), l.pay(140, 3)
	h.update(acme, func(x tx) { x.post(fund); x.post(pay); x.post(overdraw) })
	has := []balance.Units{-50, 5, 5, 140}
	good := l.at(3).pay(1, 1)
	move := func(from, to balance.Holder, amount balance.Units) balance.Transfer {
		bad := good
		p := balance.Posting{From: from, To: to, Amount: amount}
		now := map[balance.Holder]balance.Units{balance.Account: has[0], 1: has[1], 2: has[2], 3: has[3]}
		if from != balance.World {
			now[from] -= amount
			p.FromAfter = now[from]
		}
		if to != balance.World {
			now[to] += amount
			p.ToAfter = now[to]
		}
		bad.Postings = []balance.Posting{p}
		return bad
	}
	later, reverses, world, second := good, good, move(balance.World, balance.Account, 1), good
	later.ID = 1 << 63
	reverses.Reverses = 1 << 63
	world.Postings[0].FromAfter = -1
	second.Postings = append(second.Postings[:1:1], balance.Posting{From: 2, To: 2, Amount: 1, FromAfter: 4, ToAfter: 5})
	for what, bad := range map[string]balance.Transfer{
		"an id beyond 63 bits":                     later,
		"a reversal of an id beyond 63 bits":       reverses,
		"an amount of 0":                           move(balance.Account, 1, 0),
		"an amount below 0":                        move(balance.Account, 1, -1),
		"the least amount of 64 bits":              move(balance.World, balance.Account, math.MinInt64),
		"the greatest amount of 64 bits":           move(balance.Account, 1, math.MaxInt64),
		"an amount beyond the bound":               move(balance.World, balance.Account, most+1),
		"a user who pays itself":                   move(1, 1, 1),
		"the account, which pays itself":           move(balance.Account, balance.Account, 1),
		"the world, which pays itself":             move(balance.World, balance.World, 1),
		"a payer that is no holder":                move(none, balance.Account, 1),
		"a payee that is no holder":                move(balance.Account, none, 1),
		"a user below zero":                        move(1, balance.Account, 6),
		"a user beyond the bound":                  move(balance.World, 1, most),
		"the account beyond the bound, below zero": move(balance.Account, balance.World, most),
		"a balance of the world":                   world,
		"a fault in the second posting":            second,
	} {
		_, err := h.attempt(acme, func(x tx) error { return x.w.PostTransfer(x.ctx, bad) })
		h.is(err, storage.ErrInvalid, "PostTransfer with "+what)
	}
	h.view(acme, func(x tx) { x.same(x.balances(balance.Account, 1, 2, 3), has, "Balances") })
	h.update(acme, func(x tx) { x.post(good) })
	rich := move(balance.World, 9, most)
	rich.ID, rich.Key = 5, "rich"
	h.update(acme, func(x tx) {
		x.post(rich)
		x.same(x.balances(9), []balance.Units{most}, "Balances of a user who has as much as can be")
	})
}

func testTransferAscending(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	l.last = 9
	first := l.fund(10)
	h.update(acme, func(x tx) { x.post(first) })
	next := l.fund(10)
	for _, id := range []balance.TransferID{0, 1, 9, 10} {
		late := next
		late.ID = id
		_, err := h.attempt(acme, func(x tx) error { return x.w.PostTransfer(x.ctx, late) })
		h.is(err, storage.ErrInvalid, "PostTransfer of id "+id.String()+" after 10")
	}
	_, err := h.attempt(acme, func(x tx) error {
		x.post(next)
		follower := next
		follower.Postings = []balance.Posting{{From: balance.World, To: balance.Account, Amount: 10, ToAfter: 30}}
		return x.w.PostTransfer(x.ctx, follower)
	})
	h.is(err, storage.ErrInvalid, "PostTransfer of an id used in the transaction")
	next.ID = 1000 // gaps are allowed
	h.update(acme, func(x tx) { x.post(next) })
	h.view(acme, func(x tx) { x.same(x.balances(balance.Account), []balance.Units{20}, "Balances") })
}

func testTransferKey(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	fund := func(key string) balance.Transfer {
		transfer := l.fund(1)
		transfer.Key = key
		return transfer
	}
	keys := []string{
		"key", "Key", "key ", "key\x01", "key\x01a", "key\x01b", "k_y",
		"é", "e\u0301", "İ", "i", "ı", "ß", "ss", "\U0010ffff", "\ufffd", "'", `\`, "%",
		"", "",
	}
	var made []balance.Transfer
	for _, key := range keys {
		made = append(made, fund(key))
	}
	h.update(acme, func(x tx) { x.post(made[0]) })
	h.update(acme, func(x tx) {
		for _, transfer := range made[1:] {
			x.post(transfer)
		}
	})
	for i, key := range keys {
		transfer := l.at(balance.TransferID(len(made))).fund(1)
		transfer.Key = key
		_, err := h.attempt(acme, func(x tx) error {
			if err := x.w.PostTransfer(x.ctx, transfer); err != nil {
				return err
			}
			return errStop
		})
		if key == "" {
			h.is(err, errStop, "Update that posts a transfer without a key")
		} else {
			h.exists(err, "key", int64(i+1), fmt.Sprintf("PostTransfer with the key %q, which is taken", key))
		}
	}
	h.both(acme, func(x tx) {
		for i, key := range keys {
			got, err := x.r.TransferByKey(x.ctx, key)
			if key == "" {
				x.is(err, storage.ErrNotFound, "TransferByKey of the empty text")
				continue
			}
			x.ok(err, "TransferByKey")
			x.same(got, made[i], fmt.Sprintf("TransferByKey of %q", key))
		}
	})
	_, err := h.attempt(acme, func(x tx) error {
		transfer := l.at(balance.TransferID(len(made))).fund(1)
		transfer.Key = "new"
		x.post(transfer)
		transfer = l.at(balance.TransferID(len(made))).fund(1)
		transfer.Key, transfer.ID = "new", transfer.ID+1
		transfer.Postings[0].ToAfter++
		return x.w.PostTransfer(x.ctx, transfer)
	})
	h.exists(err, "key", int64(len(made)+1), "PostTransfer with a key taken in the transaction")
}

func testTransferReversal(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	fund, pay, other := l.fund(100), l.pay(5, 1, 2), l.pay(5, 3)
	h.update(acme, func(x tx) { x.post(fund); x.post(pay); x.post(other) })
	reverse := func(l *ledger, what balance.TransferID, from balance.Holder) balance.Transfer {
		back := l.move(balance.Reversing, 5, from, balance.Account)
		back.Reverses, back.Requested = what, balance.Money{}
		return back
	}
	back := reverse(l, pay.ID, 1)
	h.update(acme, func(x tx) {
		x.post(back)
		again := reverse(l.at(4), pay.ID, 2)
		id, err := x.r.Reversal(x.ctx, again.Reverses)
		x.ok(err, "Reversal in the transaction")
		x.same(id, back.ID, "Reversal in the transaction")
	})
	again := reverse(l.at(4), pay.ID, 2)
	_, err := h.attempt(acme, func(x tx) error { return x.w.PostTransfer(x.ctx, again) })
	h.exists(err, "reversal", int64(back.ID), "PostTransfer of a second reversal")
	third := reverse(l, other.ID, 3)
	h.update(acme, func(x tx) { x.post(third) })
	h.both(acme, func(x tx) {
		for what, want := range map[balance.TransferID]balance.TransferID{pay.ID: back.ID, other.ID: third.ID} {
			id, err := x.r.Reversal(x.ctx, what)
			x.ok(err, "Reversal")
			x.same(id, want, "Reversal of "+what.String())
		}
		for _, id := range []balance.TransferID{0, fund.ID, back.ID, 99} {
			_, err := x.r.Reversal(x.ctx, id)
			x.is(err, storage.ErrNotFound, "Reversal of "+id.String())
		}
	})
}

func testTransferConflict(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	h.update(acme, func(x tx) { *l = *newLedger(); x.post(l.fund(100)); x.post(l.pay(5, 1, 2)) })
	spoil := map[string]func(t *balance.Transfer){
		"the first payer's balance":  func(t *balance.Transfer) { t.Postings[0].FromAfter++ },
		"the first payee's balance":  func(t *balance.Transfer) { t.Postings[0].ToAfter-- },
		"a later payee's balance":    func(t *balance.Transfer) { t.Postings[1].ToAfter++ },
		"the last payer's balance":   func(t *balance.Transfer) { t.Postings[2].FromAfter-- },
		"a payer's balance between":  func(t *balance.Transfer) { t.Postings[1].FromAfter++ },
		"the balance of a newcomer":  func(t *balance.Transfer) { t.Postings[2].ToAfter = 0 },
		"an amount":                  func(t *balance.Transfer) { t.Postings[1].Amount++ },
		"the balances all the same":  func(t *balance.Transfer) { *t = l.at(1).pay(7, 1, 2, 3); t.ID = 3 },
		"a payee who is another one": func(t *balance.Transfer) { t.Postings[2].To = 2 },
	}
	for what, fault := range spoil {
		pay := l.at(2).pay(7, 1, 2, 3)
		fault(&pay)
		_, err := h.attempt(acme, func(x tx) error { return x.w.PostTransfer(x.ctx, pay) })
		h.is(err, storage.ErrConflict, "PostTransfer with a fault in "+what)
	}
	_, err := h.attempt(acme, func(x tx) error {
		x.post(l.at(2).pay(1, 1))
		late := l.at(2).pay(1, 1)
		late.ID++
		return x.w.PostTransfer(x.ctx, late)
	})
	h.is(err, storage.ErrConflict, "PostTransfer planned before another in the same transaction")
	h.view(acme, func(x tx) { x.same(x.balances(balance.Account, 1, 2), []balance.Units{90, 5, 5}, "Balances") })
	h.update(acme, func(x tx) { x.post(l.at(2).pay(7, 1, 2, 3)) })
}
