package pgstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
)

func (r *reader) Counters(ctx context.Context) (storage.Counters, error) {
	c, err := r.Reader.Counters(ctx)
	if err == nil {
		c.Revision = r.revision
	}
	return c, err
}

// Counters counts what NextID gave in this transaction too.
func (w *writer) Counters(ctx context.Context) (storage.Counters, error) {
	c, err := w.reader.Counters(ctx)
	for name, q := range w.own.sequences {
		if int(name) < len(c.Given) && err == nil {
			c.Given[name] = max(c.Given[name], q.last())
		}
	}
	return c, err
}

func (w *writer) Load(ctx context.Context, c storage.Counters) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	return w.Fail(ctx, w.load(ctx, c))
}

func (w *writer) load(ctx context.Context, c storage.Counters) error {
	switch {
	case w.revision != 0:
		return fmt.Errorf("pgstore: loading over revision %d: %w", w.revision, storage.ErrInvalid)
	case w.wrote:
		return fmt.Errorf("pgstore: loading after writing: %w", storage.ErrInvalid)
	case int64(c.Revision) < 0: // more than a column holds
		return fmt.Errorf("pgstore: loading revision %d: %w", c.Revision, storage.ErrInvalid)
	}
	newest, err := w.LastChange(ctx)
	if err != nil {
		return err
	}
	w.loaded = newest
	if err := c.CheckLoad(w.loaded); err != nil {
		return fmt.Errorf("pgstore: %w", err)
	}
	w.wrote, w.loading, w.loads = true, true, c.Revision
	for s, id := range c.Given {
		if id == 0 {
			continue
		}
		name := storage.Sequence(s)
		q, err := w.sequence(ctx, name)
		if err != nil {
			return err
		}
		if q.last() < id {
			q.given = id
			w.own.sequences.set(name, q)
		}
	}
	if c.Compacted == (storage.ChangeID{}) {
		return nil
	}
	if w.loaded.Less(c.Compacted) {
		w.loaded = c.Compacted
	}
	return w.forgetChanges(ctx, c.Compacted)
}

// place returns the id of the change that is recorded next: one that is loaded keeps its own.
func (w *writer) place(own storage.ChangeID) (storage.ChangeID, error) {
	if !w.loading {
		return storage.ChangeID{Revision: w.Next(), Index: w.changes}, nil
	}
	if int64(own.Revision) < 0 { // more than a column holds
		return own, fmt.Errorf("pgstore: change %v: %w", own, storage.ErrInvalid)
	}
	if err := storage.CheckLoaded(own, w.loaded, w.loads); err != nil {
		return own, fmt.Errorf("pgstore: %w", err)
	}
	w.loaded = own
	return own, nil
}
