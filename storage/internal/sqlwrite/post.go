package sqlwrite

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
)

// PostTransfer implements storage.Writer.
func (w *Writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	return w.do(ctx, func() error { return w.post(ctx, t) })
}

func (w *Writer) post(ctx context.Context, t balance.Transfer) error {
	if err := storage.CheckTransfer(t); err != nil {
		return w.reader.Named(err)
	}
	last, err := w.Counts.LastRow(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	if int64(t.ID) <= last {
		return w.errorf("transfer id %d: %w", t.ID, storage.ErrInvalid)
	}
	row, err := record.TransferRow(t)
	if err != nil {
		return w.invalid(err)
	}
	if t.Key != "" || t.Reverses != 0 {
		if err := w.engine.CheckUnused(ctx, t); err != nil {
			return err
		}
	}
	if err := w.move(ctx, t.Postings); err != nil {
		return err
	}
	w.Counts.Used(storage.TransferIDs, int64(t.ID))
	if err := w.putPostings(ctx, t, row); err != nil || t.Reverses == 0 {
		return err
	}
	return w.engine.Put(ctx, Reversals, int64(t.Reverses), int64(t.ID))
}

// move applies the postings to the balances: it checks that the amounts lead from the present
// balances to the balances that the postings state, and writes the last balance of each holder.
// World has no balance. Errors: storage.ErrConflict, before anything is written, if a stated
// balance is not the result of the postings; those of the engine.
func (w *Writer) move(ctx context.Context, postings []balance.Posting) error {
	holders := make([]balance.Holder, 0, 2*len(postings))
	for _, p := range postings {
		holders = append(holders, p.From, p.To)
	}
	before, err := w.engine.Balances(ctx, holders...)
	if err != nil {
		return err
	}
	has := make(map[balance.Holder]balance.Units, len(postings)+1)
	for i, h := range holders {
		has[h] = before[i]
	}
	step := func(h balance.Holder, delta, after balance.Units) bool {
		has[h] += delta
		return h == balance.World || has[h] == after
	}
	for i, p := range postings {
		if !step(p.From, -p.Amount, p.FromAfter) || !step(p.To, p.Amount, p.ToAfter) {
			return w.errorf("posting %d: %w", i, storage.ErrConflict)
		}
	}
	for h, units := range has {
		if h == balance.World {
			continue
		}
		if err := w.engine.PutBalance(ctx, h, units); err != nil {
			return err
		}
	}
	return nil
}

// putPostings writes one row for each posting of the transfer t, at positions from 0 on. The row at
// position 0 also contains own, the values of record.TransferRow; in the other rows their columns
// are NULL. A transfer without postings gets one row, whose amount is NULL. Errors: those of the
// engine.
func (w *Writer) putPostings(ctx context.Context, t balance.Transfer, own []any) error {
	postings := t.Postings
	if len(postings) == 0 {
		postings = []balance.Posting{{}}
	}
	for i, p := range postings {
		row := make([]any, 0, len(tables[Postings].columns))
		row = append(row, int64(t.ID), int64(i), int64(p.From), int64(p.To), record.Null(int64(p.Amount)), int64(p.FromAfter), int64(p.ToAfter), p.Name)
		if i == 0 {
			row = append(row, own...)
		}
		if err := w.engine.Put(ctx, Postings, row[:cap(row)]...); err != nil {
			return err
		}
	}
	return nil
}
