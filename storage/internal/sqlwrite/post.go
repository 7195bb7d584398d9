package sqlwrite

import (
	"context"
	"reflect"

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
	w.last = posted{}
	if err := w.putPostings(ctx, t, row); err != nil || t.Reverses == 0 {
		return err
	}
	return w.engine.Put(ctx, Reversals, int64(t.Reverses), int64(t.ID))
}

// move applies the postings in order to the balances of their holders, and writes the last balance
// of each holder except World. Errors: storage.ErrConflict, before any write, if a balance after a
// posting is not the one that the posting states; the engine's.
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

// putPostings writes one row for each posting of the transfer t, or a single row with the amount
// NULL if t has no postings. The row at position 0 also contains the given values of
// record.TransferRow. A transfer with a single posting is kept in w.last, for markChange. Errors:
// the engine's.
func (w *Writer) putPostings(ctx context.Context, t balance.Transfer, values []any) error {
	postings := t.Postings
	if len(postings) == 0 {
		postings = []balance.Posting{{}}
	}
	for i, p := range postings {
		row := make([]any, 0, len(tables[Postings].columns))
		row = append(row, int64(t.ID), int64(i), int64(p.From), int64(p.To), record.Null(int64(p.Amount)), int64(p.FromAfter), int64(p.ToAfter), p.Name)
		if i == 0 {
			row = append(row, values...)
		}
		row = row[:cap(row)]
		if err := w.engine.Put(ctx, Postings, row...); err != nil {
			return err
		}
		if len(t.Postings) == 1 {
			w.last = posted{transfer: t, row: row}
			w.last.transfer.Postings = []balance.Posting{p}
		}
	}
	return nil
}

// posted is the transfer with a single posting that the last PostTransfer wrote, and its row. The
// zero posted has no transfer.
type posted struct {
	transfer balance.Transfer
	row      []any
}

// repeatedBy reports whether a stored row of the change c would repeat the row of the transfer in
// p. That is so if c has a UserID and equals the result of storage.ChangeOf for the transfer, apart
// from the change's id.
func (p *posted) repeatedBy(c storage.Change) bool {
	if c.Type != storage.MoneyTransferred || c.UserID == 0 || c.TransferID != p.transfer.ID || !c.At.Equal(p.transfer.At) {
		return false
	}
	same, err := storage.ChangeOf(p.transfer)
	same.ID, same.At = c.ID, c.At
	return err == nil && reflect.DeepEqual(c, same)
}

// markChange writes the id of a change into the row of the transfer in w.last, so that the change
// needs no row of its own, and clears w.last. Errors: the engine's.
func (w *Writer) markChange(ctx context.Context, id storage.ChangeID) error {
	transfer, row := w.last.transfer.ID, w.last.row
	w.last = posted{}
	place := row[len(row)-2:]
	place[0], place[1] = int64(id.Revision), int64(id.Index)
	if w.engine.Unsent(Postings) {
		return nil
	}
	return w.engine.Exec(ctx, Statement{`UPDATE roster_postings SET revision = $2, change_position = $3
		WHERE account = $1 AND transfer = $4 AND position = 0`, []any{w.account, place[0], place[1], int64(transfer)}})
}
