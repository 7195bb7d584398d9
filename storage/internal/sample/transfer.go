package sample

import (
	"context"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Fund pays 1,000,000,000 units of US dollars from World to the account, as transfer 1. The account
// must have no transfers yet. Fund fails the test if it cannot write.
func Fund(tb testing.TB, s storage.Storage, account user.AccountID) {
	tb.Helper()
	_, err := s.Update(context.Background(), account, func(ctx context.Context, w storage.Writer) error {
		return w.PostTransfer(ctx, balance.Transfer{ID: 1, Kind: balance.Funding, Currency: "USD", Postings: []balance.Posting{
			{From: balance.World, To: balance.Account, Amount: 1_000_000_000, ToAfter: 1_000_000_000},
		}})
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// Pay moves one unit from the account to a holder in an Update of its own.
//
// Errors: those of Update, including *storage.ExistsError if a transfer has the key.
func Pay(ctx context.Context, s storage.Storage, account user.AccountID, to balance.Holder, key string) error {
	_, err := s.Update(ctx, account, func(ctx context.Context, w storage.Writer) error { return Post(ctx, w, to, key) })
	return err
}

// Post posts a transfer of one unit of US dollars from the account to a holder (the parameter to),
// inside an Update. key is the idempotency key of the transfer. Errors: those of the three calls of
// w, which read both balances, get a new transfer id and post the transfer.
func Post(ctx context.Context, w storage.Writer, to balance.Holder, key string) error {
	has, err := w.Balances(ctx, balance.Account, to)
	if err != nil {
		return err
	}
	id, err := w.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	return w.PostTransfer(ctx, balance.Transfer{
		ID: balance.TransferID(id), Kind: balance.Transferring, Currency: "USD", At: time.UnixMicro(1), Key: key,
		AccountDescription: "to ${user_name}", UserDescription: "a gift",
		Postings: []balance.Posting{
			{From: balance.Account, To: to, Amount: 1, FromAfter: has[0] - 1, ToAfter: has[1] + 1, Name: "name"},
		},
	})
}
