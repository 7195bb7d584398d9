package sample

import (
	"context"
	"errors"
	"fmt"
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

// ReadOn reads the transfers of the account that are newer than those of earlier calls, and checks
// the ledger. It returns the key of each transfer that it read, or "" for a transfer without a key.
// l.Keys counts the transfers of all calls by key. ReadOn fails the test if a transfer does not
// have exactly one posting, if a balance is not the sum of the holder's postings, if all balances
// and the postings of World do not add up to zero, or if it cannot read.
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

// compare fails the test if a holder's stored balance is not the sum of the holder's postings that
// l has read, or if these balances and the postings of World do not add up to zero. World has no
// balance of its own. compare returns an error if it cannot read a balance.
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

// Check reads all transfers of the account and checks that the balances agree with the postings, as
// Ledger.ReadOn does. It returns the number of transfers with each idempotency key; "" stands for
// the transfers without a key. It fails the test if the check fails or if it cannot read.
func Check(tb testing.TB, s storage.Storage, account user.AccountID) map[string]int {
	tb.Helper()
	var l Ledger
	l.ReadOn(tb, s, account)
	return l.Keys
}

// State returns a text with the revision of the account, the balances of the account and of user 1,
// the display name of user 2, and the number of changes, counted up to storage.MaxPage. A test
// compares the texts before and after an Update that fails, to check that the Update wrote nothing.
// State fails the test if it cannot read, or if user 2 does not exist.
func State(tb testing.TB, s storage.Storage, account user.AccountID) (state string) {
	tb.Helper()
	err := s.View(tb.Context(), account, func(ctx context.Context, r storage.Reader) error {
		has, err := r.Balances(ctx, 0, 1)
		u, err2 := r.User(ctx, 2)
		changes, err3 := r.Changes(ctx, storage.ChangeQuery{})
		state = fmt.Sprintln(r.Revision(), has, u.Names.Display, len(changes))
		return errors.Join(err, err2, err3)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return state
}
