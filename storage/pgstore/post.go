package pgstore

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// holding returns the balance of h, which holdings must have read before.
func (w *writer) holding(h balance.Holder) held {
	b, _ := lookup(w.own.balances, w.group.known.balances, h)
	return b
}

// holdings reads the unknown balances of the users in holders into the group's memory, in one
// statement. It does not send the pending writes first, and ignores holders that are not users. A
// user without a row has the balance 0. Errors: the context's, errStale, and the engine's.
func (w *writer) holdings(ctx context.Context, holders []balance.Holder) error {
	known := w.group.known
	var wanted []int64
	for _, h := range holders {
		if _, ok := lookup(w.own.balances, known.balances, h); h > 0 && !ok {
			wanted = append(wanted, int64(h))
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	found := make(map[balance.Holder]held, len(wanted))
	err := w.peek(ctx, func(row sqlread.Row) error {
		var h, units int64
		err := row.Scan(&h, &units)
		found[balance.Holder(h)] = held{balance.Units(units), true}
		return err
	}, "SELECT holder, units FROM roster_balances WHERE account = $1 AND holder = ANY($2::bigint[])", w.account, wanted)
	if err != nil {
		return err
	}
	for _, h := range wanted {
		known.balances.set(balance.Holder(h), found[balance.Holder(h)])
	}
	return nil
}

func (w *writer) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := w.Check(ctx); err != nil {
		return nil, err
	}
	if err := w.holdings(ctx, holders); err != nil {
		return nil, w.Fail(ctx, err)
	}
	units := make([]balance.Units, len(holders))
	for i, h := range holders {
		units[i] = w.holding(h).units
	}
	return units, nil
}

func (w *writer) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	if _, ok := lookup(w.pending.byKey, w.group.pending.byKey, key); ok {
		return w.reader.TransferByKey(ctx, key)
	}
	flush := w.flush // nothing that is pending has the key: it need not be sent for this
	w.flush = nil
	defer func() { w.flush = flush }()
	return w.reader.TransferByKey(ctx, key)
}

// PutBalance implements sqlwrite.Engine. It records units as the new balance of holder h, as a
// pending write. The caller must have called holdings for h. PutBalance never returns an error.
func (w *writer) PutBalance(_ context.Context, h balance.Holder, units balance.Units) error {
	w.pending.move(h, w.holding(h), held{units: units})
	w.own.balances.set(h, held{units, true})
	return nil
}

// CheckUnused implements sqlwrite.Engine. It returns a *storage.ExistsError if a transfer has the
// idempotency key of t, or reverses the transfer that t reverses. If there is none, it records the
// key and the reversal as those of t, and returns nil. It looks at the unsent transfers of this
// Update and its group, then asks the database. It may assume that the key is new (known.go). Other
// errors: the context's, errStale, the engine's.
func (w *writer) CheckUnused(ctx context.Context, t balance.Transfer) error {
	key, reverses := t.Key, t.Reverses
	byKey, _ := lookup(w.pending.byKey, w.group.pending.byKey, key)
	byReversal, _ := lookup(w.pending.byReversal, w.group.pending.byReversal, reverses)
	if ask := key != "" && byKey == 0 && (reverses != 0 || !w.guess(key)); ask || reverses != 0 && byReversal == 0 {
		err := w.peek(ctx, func(row sqlread.Row) error {
			var id int64
			var same bool
			err := row.Scan(&id, &same)
			if same {
				byKey = id
			} else {
				byReversal = id
			}
			return err
		}, `SELECT transfer, true FROM roster_postings WHERE account = $1 AND key = $2
			UNION ALL SELECT reversal, false FROM roster_reversals WHERE account = $1 AND reversed = $3`, w.account, key, int64(reverses))
		if err != nil {
			return err
		}
		if ask {
			w.group.replays = byKey != 0
		}
	}
	switch {
	case byKey != 0:
		return &storage.ExistsError{What: "key", ID: byKey}
	case byReversal != 0:
		return &storage.ExistsError{What: "reversal", ID: byReversal}
	}
	if key != "" {
		w.pending.byKey.set(key, int64(t.ID))
	}
	if reverses != 0 {
		w.pending.byReversal.set(reverses, int64(t.ID))
	}
	return nil
}
