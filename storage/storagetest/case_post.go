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
	{"Transfer/UsedKey", "PostTransfer or its Update returns an *ExistsError for an idempotency key of an earlier Update, " +
		"whatever else the Update writes: a change too, one posting or many. Nothing of the Update stays", testUsedKey},
	{"Transfer/KeyRace", "of Updates at once that post a transfer under one idempotency key, one commits, and the others " +
		"return an *ExistsError", testKeyRace},
}

// posting returns an error of an Update that posts the transfers.
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

// testTransferInvalid posts invalid transfers. PostTransfer must refuse each with
// storage.ErrInvalid, because of the ids, holders, amounts or balances in it. The balances must not
// change. Most of these transfers have the right balances after each posting, so a storage that
// checks only these balances fails the test.
//
// At the end, PostTransfer must accept two valid transfers. One of them gives a user the greatest
// possible balance.
func testTransferInvalid(h *harness) {
	const none, most = balance.Holder(-2), balance.MaxUnits
	l := newLedger()
	l.fund(100)
	l.pay(5, 1, 2)
	l.pay(140, 3)
	h.post(l)
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
		h.is(h.posting(bad), storage.ErrInvalid, "PostTransfer with "+what)
	}
	h.view(acme, func(x tx) { x.same(x.balances(balance.Account, 1, 2, 3), has, "Balances") })
	rich := move(balance.World, 9, most)
	rich.ID, rich.Key = 5, "rich"
	h.ok(h.posting(good, rich), "PostTransfer")
	h.view(acme, func(x tx) {
		x.same(x.balances(9), []balance.Units{most}, "Balances of a user who has as much as can be")
	})
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

func testUsedKey(h *harness) {
	l := newLedger()
	many := make([]balance.Holder, 300)
	for i := range many {
		many[i] = balance.Holder(i + 1)
	}
	l.fund(1000)
	used := l.pay(1, 1)
	used.Key = "used"
	l.instead(used)
	for _, t := range l.posted { // the Updates after them rest on what is remembered, if anything is
		h.ok(h.posting(t), "PostTransfer")
	}
	for _, to := range [][]balance.Holder{{1}, {2}, many} {
		again := l.at(2).pay(2, to...)
		again.Key = "used"
		_, err := h.attempt(acme, func(x tx) error {
			return errors.Join(x.w.PostTransfer(x.ctx, again),
				x.w.AppendChange(x.ctx, storage.Change{Type: storage.MoneyTransferred, TransferID: again.ID, At: again.At}))
		})
		h.exists(err, "key", 2, fmt.Sprintf("an Update that posts to %d users under a used key", len(to)))
	}
	h.both(acme, func(x tx) {
		x.same(x.balances(balance.Account, 1, 2, 300), []balance.Units{999, 1, 0, 0}, "Balances")
		x.same(len(x.changes()), 0, "the number of changes")
	})
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
