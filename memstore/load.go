package memstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
)

func (w *writer) Load(ctx context.Context, c storage.Counters) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	switch {
	case w.base.revision != 0:
		return w.fail(fmt.Errorf("memstore: loading over revision %d: %w", w.base.revision, storage.ErrInvalid))
	case w.wrote || w.quiet:
		return w.fail(fmt.Errorf("memstore: loading after writing: %w", storage.ErrInvalid))
	}
	if err := c.CheckLoad(w.head.newest); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	w.wrote, w.loading, w.loads = true, true, c.Revision
	for q, id := range c.Given {
		w.raise(storage.Sequence(q), id)
	}
	if w.head.compacted.Less(c.Compacted) {
		w.compactTo(c.Compacted)
	}
	return nil
}
