package memstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
)

func (r *reader) Counters(ctx context.Context) (storage.Counters, error) {
	if err := r.ready(ctx); err != nil {
		return storage.Counters{}, err
	}
	c := storage.Counters{Revision: r.base, Compacted: r.state.compacted}
	copy(c.Given[:], r.state.sequences[:])
	return c, nil
}

func (w *writer) Load(ctx context.Context, c storage.Counters) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	switch {
	case w.base != 0:
		return w.fail(fmt.Errorf("memstore: loading over revision %d: %w", w.base, storage.ErrInvalid))
	case w.wrote:
		return w.fail(fmt.Errorf("memstore: loading after writing: %w", storage.ErrInvalid))
	}
	if err := c.CheckLoad(w.state.lastChange()); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	w.wrote, w.loading, w.loads = true, true, c.Revision
	for q, id := range c.Given {
		w.state.raise(storage.Sequence(q), id)
	}
	if s := w.state; s.compacted.Less(c.Compacted) {
		s.compacted = c.Compacted
		s.changes.dropTo(s.changes.search(func(h *storage.Change) bool { return c.Compacted.Less(h.ID) }))
	}
	return nil
}

// lastChange returns the id of the newest change, kept or not.
func (s *state) lastChange() storage.ChangeID {
	if s.changes.len() > 0 {
		return s.changes.at(s.changes.end - 1).ID
	}
	return s.compacted
}

// loaded returns whether a change may be loaded.
func (w *writer) loaded(id storage.ChangeID) error {
	if err := storage.CheckLoaded(id, w.state.lastChange(), w.loads); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	return nil
}
