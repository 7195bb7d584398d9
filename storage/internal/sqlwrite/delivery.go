package sqlwrite

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// PutDelivery implements storage.Writer.
func (w *Writer) PutDelivery(ctx context.Context, d storage.Delivery) error {
	return w.do(ctx, func() error {
		if err := d.Check(); err != nil {
			return w.reader.Named(err)
		}
		w.Counts.Quiet()
		return w.engine.Put(ctx, Deliveries, d.Name, int64(d.Position.Revision), int64(d.Position.Index), d.Holder, record.NullTime(d.Until))
	})
}

// DeleteDelivery implements storage.Writer.
func (w *Writer) DeleteDelivery(ctx context.Context, name string) error {
	if _, err := w.reader.Delivery(ctx, name); err != nil {
		return err
	}
	return w.do(ctx, func() error {
		w.Counts.Quiet()
		args := []any{w.account, name}
		return w.engine.Exec(ctx,
			Statement{"DELETE FROM roster_dead_letters WHERE account = $1 AND name = $2", args},
			Statement{"DELETE FROM roster_deliveries WHERE account = $1 AND name = $2", args})
	})
}

// PutDeadLetter implements storage.Writer.
func (w *Writer) PutDeadLetter(ctx context.Context, name string, l storage.DeadLetter) error {
	return w.do(ctx, func() error {
		if err := l.Check(); err != nil {
			return w.reader.Named(err)
		}
		if _, err := w.reader.Delivery(ctx, name); err != nil {
			return err
		}
		change, err := record.ChangeRow(l.Change)
		if err != nil {
			return w.invalid(err)
		}
		w.Counts.Quiet()
		row := append([]any{name}, change...)
		return w.engine.Put(ctx, DeadLetters, append(row, int64(l.Attempts), l.Error, record.NullTime(l.At))...)
	})
}

// DeleteDeadLetter implements storage.Writer.
func (w *Writer) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	return w.do(ctx, func() error {
		key, known := []any{name, sqlread.Signed(id.Revision), int64(id.Index)}, int64(0)
		err := w.ask(ctx, func(row sqlread.Row) error { return row.Scan(&known) },
			"SELECT revision FROM roster_dead_letters WHERE account = $1 AND name = $2 AND revision = $3 AND position = $4", key...)
		if err != nil {
			return err
		}
		if known == 0 {
			return w.reader.Missing()
		}
		w.Counts.Quiet()
		return w.engine.Delete(ctx, DeadLetters, key...)
	})
}
