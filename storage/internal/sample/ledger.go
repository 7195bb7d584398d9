package sample

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Ledger is the sum of an account's transfers that were read so far. Each check reads only the
// newer transfers, so checks may be frequent.
type Ledger struct {
	last balance.TransferID
	sums map[balance.Holder]balance.Units
	Keys map[string]int // how often each key is there
}

// ReadOn reads the transfers that are newer than those read before, and checks the ledger: each
// transfer has one posting, the postings add up to the balances, and the total is zero. It returns
// the keys of the transfers that it read.
func (l *Ledger) ReadOn(tb testing.TB, s storage.Storage, account user.AccountID) (keys []string) {
	tb.Helper()
	if l.Keys == nil {
		l.sums, l.Keys = make(map[balance.Holder]balance.Units), make(map[string]int)
	}
	err := s.View(context.Background(), account, func(ctx context.Context, r storage.Reader) error {
		for {
			page, err := r.Transfers(ctx, storage.TransferQuery{After: l.last})
			if err != nil {
				return err
			}
			if len(page) == 0 {
				return l.compare(ctx, tb, r)
			}
			for _, x := range page {
				if len(x.Postings) != 1 {
					tb.Errorf("transfer %d has %d postings", x.ID, len(x.Postings))
				}
				for _, p := range x.Postings {
					l.sums[p.From] -= p.Amount
					l.sums[p.To] += p.Amount
				}
				keys = append(keys, x.Key)
				l.Keys[x.Key]++
				l.last = x.ID
			}
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	return keys
}

// compare checks that each balance equals the sum of the holder's postings, and that all sums
// together with the world's are zero. The world has no balance of its own.
func (l *Ledger) compare(ctx context.Context, tb testing.TB, r storage.Reader) error {
	total := l.sums[balance.World]
	for _, h := range slices.Sorted(maps.Keys(l.sums)) {
		if h == balance.World {
			continue
		}
		has, err := r.Balances(ctx, h)
		if err != nil {
			return err
		}
		if total += has[0]; has[0] != l.sums[h] {
			tb.Errorf("%s has %d, the postings say %d", h, has[0], l.sums[h])
		}
	}
	if total != 0 {
		tb.Errorf("%d is there beyond what came in", total)
	}
	return nil
}

// Check reads all transfers and checks the ledger as ReadOn does. It returns the number of
// transfers with each key.
func Check(tb testing.TB, s storage.Storage, account user.AccountID) map[string]int {
	tb.Helper()
	var l Ledger
	l.ReadOn(tb, s, account)
	return l.Keys
}
