package mapstore

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

func (r *reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	list := make([]balance.Units, len(holders))
	for i, h := range holders {
		list[i] = r.at("Balances").balances[h]
	}
	if r.bad("returns balances in the order of holders") {
		sorted := slices.Clone(holders)
		slices.Sort(sorted)
		for i, h := range sorted {
			list[i] = r.state.balances[h]
		}
	}
	return list, nil
}

func (r *reader) find(method string, ok func(balance.Transfer) bool) (balance.Transfer, error) {
	list := r.at(method).transfers
	i := slices.IndexFunc(list, ok)
	if i < 0 {
		return balance.Transfer{}, errMissing
	}
	t := copyTransfer(list[i])
	r.on("gives out its own postings", func() { t = list[i] })
	if r.bad("keeps a transfer's time as nanoseconds") && !t.At.IsZero() {
		t.At = time.Unix(0, t.At.UnixNano()).UTC()
	}
	r.on("forgets the users that a transfer skipped", func() { t.Skipped = nil })
	if r.bad("keeps one amount for each transfer") {
		for i := range t.Postings {
			t.Postings[i].Amount = t.Postings[0].Amount
		}
	}
	return t, nil
}

func (r *reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	return r.find("Transfer", func(t balance.Transfer) bool { return t.ID == id })
}

func (r *reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	if key == "" && !r.bad("takes the empty text for an idempotency key") {
		return balance.Transfer{}, errMissing
	}
	return r.find("TransferByKey", func(t balance.Transfer) bool {
		return t.Key == key || r.bad("compares idempotency keys without case") && strings.EqualFold(t.Key, key)
	})
}

func (r *reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	if id == 0 {
		return 0, errMissing
	}
	t, err := r.find("Reversal", func(t balance.Transfer) bool { return t.Reverses == id })
	return t.ID, err
}

func (r *reader) Statement(ctx context.Context, h balance.Holder, before storage.EntryID, limit int) ([]balance.Entry, error) {
	if before == (storage.EntryID{}) {
		before.Transfer = math.MaxUint64
	}
	var list []balance.Entry
	for _, t := range r.at("Statement").transfers {
		n := 0
		for e := range t.Entries(h) {
			if n++; n > 1 && r.bad("has one entry for each transfer") {
				continue
			}
			if r.bad("pages statements by transfer") && e.Transfer >= before.Transfer {
				continue
			}
			if storage.EntryIDOf(e).Less(before) {
				list = append(list, e)
			}
		}
	}
	if !r.bad("lists statements oldest first") {
		slices.Reverse(list)
	}
	return page(r.store, list, limit)
}
