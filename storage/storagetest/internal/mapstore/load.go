package mapstore

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func (r *reader) Counters(ctx context.Context) (storage.Counters, error) {
	st := r.at("Counters")
	c := storage.Counters{Revision: r.Revision(), Compacted: st.compacted}
	for s := range c.Given {
		name := storage.Sequence(s)
		c.Given[s] = st.greatest[name]
		if r.bad("tells of ids only while they are there") && s > int(storage.TransferIDs) {
			c.Given[s] = 0
			for id := range st.refs {
				if storage.ReferenceIDs(id.kind) == name {
					c.Given[s] = max(c.Given[s], id.id)
				}
			}
		}
	}
	return c, nil
}

func (w *writer) Load(ctx context.Context, c storage.Counters) error {
	switch {
	case w.base.revision != 0 && !w.bad("loads over an account that is there"),
		w.wrote,
		w.quiet && !w.bad("loads after a delivery was put"),
		c.Revision == 0 && c != storage.Counters{},
		c.Revision < c.Compacted.Revision,
		c.Compacted.Index < 0, c.Compacted.Revision == 0 && c.Compacted.Index != 0,
		c.Revision != 0 && c.Revision < w.last().Revision && !w.bad("loads a revision before its changes"):
		return fmt.Errorf("mapstore: load: %w", storage.ErrInvalid)
	}
	w.loading, w.loads, w.wrote = true, c, true
	if w.state.compacted.Less(c.Compacted) && !w.bad("forgets that changes are not kept") {
		w.state.compacted = c.Compacted
		w.state.changes = slices.DeleteFunc(w.state.changes, func(h storage.Change) bool { return !c.Compacted.Less(h.ID) })
	}
	for s, id := range c.Given {
		if !w.bad("forgets which ids were given elsewhere") {
			w.used(storage.Sequence(s), id)
		}
	}
	return nil
}

// last returns the id of the newest change in the writer's state. If there is no change, it returns
// the id up to which changes were compacted, which may be the zero ChangeID.
func (w *writer) last() storage.ChangeID {
	last := w.state.compacted
	if n := len(w.state.changes); n > 0 {
		last = w.state.changes[n-1].ID
	}
	return last
}

// loaded returns an error if a change with this id cannot be loaded next.
func (w *writer) loaded(id storage.ChangeID) error {
	if id.Revision == 0 || id.Index < 0 || id.Index == math.MaxInt32 || w.loads.Revision != 0 && id.Revision > w.loads.Revision ||
		!w.last().Less(id) && !w.bad("loads changes in any order") {
		return fmt.Errorf("mapstore: change %v: %w", id, storage.ErrInvalid)
	}
	return nil
}

// loadedRevision returns the account's revision after a transaction that called Load.
func (w *writer) loadedRevision() user.Revision {
	if w.bad("counts the transactions of a load") {
		return max(w.base.revision+1, w.loads.Revision)
	}
	return w.loads.Revision
}
