package pgstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

const selectBalances = "SELECT holder, units FROM roster_balances WHERE account = $1 AND holder = ANY($2::bigint[])"

// selectBalance has the engine's order of columns, as selectBalances. Its plan is kept.
const selectBalance = "SELECT holder, units FROM roster_balances WHERE account = $1 AND holder = $2"

// holding returns what a holder has. holdings must have been called for the holder.
func (w *writer) holding(h balance.Holder) held {
	if b, ok := w.own.balances[h]; ok {
		return b
	}
	return w.group.known.balances[h]
}

// holdings reads what the holders have, as far as it is not known, in one statement.
func (w *writer) holdings(ctx context.Context, holders []balance.Holder) error {
	known := w.group.known
	var wanted []int64
	for _, h := range holders {
		_, mine := w.own.balances[h]
		if _, ok := known.balances[h]; h > 0 && !ok && !mine {
			wanted = append(wanted, int64(h))
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	found := make(map[balance.Holder]held, len(wanted))
	sql, which := selectBalances, any(wanted)
	if len(wanted) == 1 { // its plan is kept
		sql, which = selectBalance, wanted[0]
	}
	err := w.look(ctx, func(row sqlread.Row) error {
		var h, units int64
		err := row.Scan(&h, &units)
		found[balance.Holder(h)] = held{balance.Units(units), true}
		return err
	}, sql, w.account, which)
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

// pendingKey returns the transfer that has the key and is not sent yet.
func (w *writer) pendingKey(key string) int64 {
	if id := w.pending.byKey[key]; id != 0 {
		return id
	}
	return w.group.pending.byKey[key]
}

func (w *writer) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	if w.pendingKey(key) != 0 {
		return w.reader.TransferByKey(ctx, key)
	}
	flush := w.flush // nothing that is pending has the key: it need not be sent for this
	w.flush = nil
	defer func() { w.flush = flush }()
	return w.reader.TransferByKey(ctx, key)
}

func (w *writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	return w.Fail(ctx, w.post(ctx, t))
}

func (w *writer) post(ctx context.Context, t balance.Transfer) error {
	if err := storage.CheckTransfer(t); err != nil {
		return fmt.Errorf("pgstore: %w", err)
	}
	q, err := w.sequence(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	if int64(t.ID) <= q.rows {
		return fmt.Errorf("pgstore: transfer id %d: %w", t.ID, storage.ErrInvalid)
	}
	row, err := record.TransferOf(t)
	if err != nil {
		return fmt.Errorf("pgstore: %w: %w", storage.ErrInvalid, err)
	}
	if err := w.unused(ctx, t.Key, int64(t.Reverses)); err != nil {
		return err
	}
	moved, err := w.follow(ctx, t.Postings)
	if err != nil {
		return err
	}
	for h, has := range moved {
		w.pending.move(h, w.holding(h), has)
		has.row = true
		w.own.balances.set(h, has)
	}
	p := w.pending
	id := int64(t.ID)
	if t.Key != "" {
		p.byKey.set(t.Key, id)
	}
	if t.Reverses != 0 {
		p.byReversal.set(int64(t.Reverses), id)
	}
	first := len(p.postings)
	for i, posting := range t.Postings {
		p.postings = append(p.postings, postingRow{transfer: id, position: int64(i), Posting: posting})
	}
	if len(t.Postings) == 0 {
		p.postings = append(p.postings, postingRow{transfer: id})
	}
	p.postings[first].head = &row
	w.used(storage.TransferIDs, id)
	return nil
}

// unused returns an *ExistsError if a transfer has the key, or has reversed the other one.
func (w *writer) unused(ctx context.Context, key string, reverses int64) error {
	byKey, byReversal := int64(0), int64(0)
	if key != "" {
		byKey = w.pendingKey(key)
	}
	if reverses != 0 {
		if byReversal = w.pending.byReversal[reverses]; byReversal == 0 {
			byReversal = w.group.pending.byReversal[reverses]
		}
	}
	if ask := key != "" && byKey == 0 && (reverses != 0 || !w.guess(key)); ask || reverses != 0 && byReversal == 0 {
		err := w.look(ctx, func(row sqlread.Row) error {
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
			UNION ALL SELECT reversal, false FROM roster_reversals WHERE account = $1 AND reversed = $3`, w.account, key, reverses)
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
	return nil
}

// follow returns what the postings make of the holders' balances. Errors: storage.ErrConflict if a
// posting does not follow from the balances.
func (w *writer) follow(ctx context.Context, postings []balance.Posting) (map[balance.Holder]held, error) {
	holders := make([]balance.Holder, 0, 2*len(postings))
	for _, p := range postings {
		holders = append(holders, p.From, p.To)
	}
	if err := w.holdings(ctx, holders); err != nil {
		return nil, err
	}
	moved := make(map[balance.Holder]held, len(postings)+1)
	step := func(h balance.Holder, delta, after balance.Units) bool {
		if h == balance.World {
			return true
		}
		b, ok := moved[h]
		if !ok {
			b = w.holding(h)
		}
		b.units += delta
		moved[h] = b
		return b.units == after
	}
	for i, p := range postings {
		if !step(p.From, -p.Amount, p.FromAfter) || !step(p.To, p.Amount, p.ToAfter) {
			return nil, fmt.Errorf("pgstore: posting %d: %w", i, storage.ErrConflict)
		}
	}
	return moved, nil
}
