package storagetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// payOnce posts a transfer of one unit from the account to user payee, with the idempotency key. It
// does nothing if a transfer with this key exists. A caller that does not know whether it has paid
// can therefore call payOnce again. payOnce ignores an error of TransferByKey. Errors: those of
// NextID, Balances and PostTransfer.
func payOnce(ctx context.Context, w storage.Writer, payee user.ID, key string) error {
	if _, err := w.TransferByKey(ctx, key); err == nil {
		return nil
	}
	id, err := w.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	has, err := w.Balances(ctx, balance.Account, balance.HolderOf(payee))
	if err != nil {
		return err
	}
	return w.PostTransfer(ctx, balance.Transfer{
		ID: balance.TransferID(id), Kind: balance.Transferring, At: moment(int(id)), Currency: "USD", Requested: money(1), Key: key,
		Postings: []balance.Posting{{
			From: balance.Account, To: balance.HolderOf(payee), Amount: 1, FromAfter: has[0] - 1, ToAfter: has[1] + 1,
		}},
	})
}

// testContextOthers is the test of a case. Eight callers make 15 payments each, with Updates whose
// contexts end after a random time: while the Update waits, reads or commits. In addition every
// fourth Update is canceled after its last write. A caller repeats a payment until the Update
// succeeds.
//
// The test fails if a caller has not made its payments within the patience, if an Update returns an
// error although its context has not ended, or if the account's balance at the end is not the one
// after all payments. The random times depend on the time that one Update takes alone.
func testContextOthers(t testing.TB, open Open) {
	h := start(t, open)
	const callers, payments = 8, 15
	h.update(acme, func(x tx) { x.post(newLedger().fund(1000)) })
	const alone = 5
	fastest := h.patience
	for i := range alone {
		begin := time.Now()
		_, err := h.attempt(acme, func(x tx) error { return payOnce(x.ctx, x.w, 1000, fmt.Sprint("alone ", i)) })
		h.ok(err, "Update")
		fastest = min(fastest, time.Since(begin))
	}
	longest := max(6*time.Millisecond, 2*callers*fastest)
	limit := time.Now().Add(h.patience)
	var tries atomic.Int64
	err := attempts(callers, func(i int) error {
		random := rand.New(rand.NewPCG(uint64(i), 1))
		for paid, try := 0, 0; paid < payments; try++ {
			if time.Now().After(limit) {
				return fmt.Errorf("caller %d paid %d times in %v: those that give up keep the others from being served", i, paid, h.patience)
			}
			tries.Add(1)
			ctx, cancel := context.WithTimeout(h.ctx, time.Duration(random.Int64N(int64(longest))))
			_, err := h.s.Update(ctx, acme, func(ctx context.Context, w storage.Writer) error {
				err := payOnce(ctx, w, user.ID(i+1), fmt.Sprint("caller ", i, " payment ", paid))
				if try%4 == 0 {
					cancel()
				}
				return err
			})
			own := ctx.Err()
			cancel()
			switch {
			case err == nil:
				paid++
			case own == nil:
				return fmt.Errorf("an Update whose context is not done returned the error %w", err)
			}
		}
		return nil
	})
	h.ok(err, fmt.Sprintf("%d Updates of callers that give up", tries.Load()))
	h.view(acme, func(x tx) {
		x.same(x.balances(balance.Account), []balance.Units{1000 - alone - callers*payments}, "Balances of the account")
	})
}
