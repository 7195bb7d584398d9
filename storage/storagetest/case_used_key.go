package storagetest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

func usedKeyCases() []Case {
	return []Case{
		{"Transfer/UsedKey", "PostTransfer or its Update returns an *ExistsError for an idempotency key of an earlier Update, " +
			"whatever else the Update writes: a change too, one posting or many. Nothing of the Update stays", testUsedKey},
		{"Transfer/KeyRace", "of Updates at once that post a transfer under one idempotency key, one commits, and the others " +
			"return an *ExistsError", testKeyRace},
	}
}

func testUsedKey(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	many := make([]balance.Holder, 300)
	for i := range many {
		many[i] = balance.Holder(i + 1)
	}
	made := []balance.Transfer{l.fund(1000), l.pay(1, 1)}
	made[1].Key = "used"
	for _, transfer := range made { // the Updates after them rest on what is remembered, if anything is
		h.update(acme, func(x tx) { x.post(transfer) })
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
		x.same(len(x.changes(storage.ChangeID{}, 0)), 0, "the number of changes")
	})
}

func testKeyRace(t testing.TB, open Open) {
	h := start(t, open)
	l := newLedger()
	fund := l.fund(1000)
	h.update(acme, func(x tx) { x.post(fund) })
	for round, to := range [][]balance.Holder{{1}, {1, 2, 3, 4, 5, 6, 7, 8}} {
		key := fmt.Sprint("race ", round)
		var paid, refused atomic.Int64
		h.ok(attempts(4, func(int) error {
			_, err := h.attempt(acme, func(x tx) error {
				has, err := x.r.Balances(x.ctx, append([]balance.Holder{balance.Account}, to...)...)
				if err != nil {
					return err
				}
				id, err := x.w.NextID(x.ctx, storage.TransferIDs)
				if err != nil {
					return err
				}
				letOthersIn()
				transfer := balance.Transfer{ID: balance.TransferID(id), Kind: balance.Transferring, Key: key, Currency: "USD"}
				for i, payee := range to {
					transfer.Postings = append(transfer.Postings, balance.Posting{
						From: balance.Account, To: payee, Amount: 1, FromAfter: has[0] - balance.Units(i+1), ToAfter: has[i+1] + 1,
					})
				}
				return errors.Join(x.w.PostTransfer(x.ctx, transfer),
					x.w.AppendChange(x.ctx, storage.Change{Type: storage.MoneyTransferred, TransferID: transfer.ID}))
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
		x.same(len(x.changes(storage.ChangeID{}, 0)), 2, "the number of changes")
	})
}
