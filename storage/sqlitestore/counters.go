package sqlitestore

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
)

// Counters counts what NextID gave in this transaction too.
func (w *writer) Counters(ctx context.Context) (storage.Counters, error) {
	c, err := w.reader.Counters(ctx)
	if err == nil {
		w.counts.Add(&c)
	}
	return c, err
}

func (w *writer) NextID(ctx context.Context, s storage.Sequence) (int64, error) {
	if err := w.checkWrite(ctx); err != nil {
		return 0, err
	}
	id, err := w.counts.NextID(ctx, s)
	return id, w.Fail(ctx, err)
}

// noteSequence notes an id that no row shows.
func (w *writer) noteSequence(s storage.Sequence, last int64) error {
	_, err := w.engine.exec(`INSERT INTO roster_sequences (account, name, last) VALUES (?, ?, ?)
		ON CONFLICT (account, name) DO UPDATE SET last = max(last, excluded.last)`, w.account, record.SequenceName(s), last)
	return err
}

func (w *writer) Load(ctx context.Context, c storage.Counters) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	newest, err := w.LastChange(ctx)
	if err == nil {
		err = w.counts.Load(ctx, c, newest)
	}
	if err == nil && c.Compacted != (storage.ChangeID{}) {
		err = w.forgetChanges(c.Compacted)
	}
	return w.Fail(ctx, err)
}
