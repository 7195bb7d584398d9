package mapstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

func (r *reader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	if q.UserID < 0 && !r.bad("takes any query for transfers") {
		return nil, fmt.Errorf("mapstore: %w", q.Check())
	}
	r.on("lists transfers newest first", func() { q.Newest = !q.Newest })
	if r.bad("takes no kinds for all kinds") && len(q.Kinds) == 0 {
		q.Kinds = nil
	}
	var list []balance.Transfer
	for _, t := range inOrder(r.at("Transfers").transfers, q.Newest) {
		m := t
		if r.bad("finds transfers by their payees only") {
			m.Postings = slices.Clone(t.Postings)
			for i := range m.Postings {
				m.Postings[i].From = balance.World
			}
		}
		f := q
		switch {
		case r.bad("ignores the user of a transfer query"):
			f.UserID = 0
		case r.bad("ignores the kinds of a transfer query"):
			f.Kinds = nil
		case r.bad("ignores the place of a query for the newest transfers") && q.Newest:
			f.After = 0
		}
		if !f.Beyond(t.ID) || !f.Match(m) {
			continue
		}
		list = append(list, copyTransfer(t))
		if r.bad("lists a transfer for each posting of its user") && q.UserID != 0 && len(t.Postings) > 1 {
			list = append(list, copyTransfer(t))
		}
	}
	return page(r.store, list, q.Limit)
}

func (r *reader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	_, wrong := page[storage.Change](r.store, nil, q.Limit)
	if len(q.Types) > storage.MaxChangeTypes && !r.bad("takes any query for changes") {
		wrong = fmt.Errorf("mapstore: %w", q.Check())
	}
	gone := q.CheckKept(r.state.compacted)
	if q.Newest && q.After == (storage.ChangeID{}) && r.bad("tells of a gap before the newest changes") {
		gone = (&storage.ChangeQuery{}).CheckKept(r.state.compacted)
	}
	switch {
	case wrong != nil && !(gone != nil && r.bad("looks what is kept before the limit")):
		return nil, wrong
	case gone != nil && r.bad("says that changes are gone, and not which"):
		return nil, storage.ErrCompacted
	case gone != nil && !r.bad("hides that changes are not kept"),
		q.After.Less(storage.ChangeID{}) && r.bad("misses changes before the first"):
		return nil, fmt.Errorf("mapstore: %w", gone)
	}
	switch {
	case r.bad("lists the newest changes last"):
		q.Newest = false
	case r.bad("takes no types for all types") && len(q.Types) == 0:
		q.Types = nil
	case r.bad("looks for the first type only") && len(q.Types) > 1:
		q.Types = q.Types[:1]
	}
	var list []storage.Change
	for _, c := range inOrder(r.at("Changes").changes, q.Newest) {
		if r.bad("pages changes by revision") && c.ID.Revision <= q.After.Revision {
			continue
		}
		f := q
		switch {
		case r.bad("ignores the user of a change query"):
			f.UserID = 0
		case r.bad("ignores the actor of a change query"):
			f.Actor = 0
		case r.bad("ignores the types of a change query"):
			f.Types = nil
		case r.bad("ignores the place of a query for the newest changes") && q.Newest:
			f.After = storage.ChangeID{}
		case r.bad("finds the user of a change as its actor") && c.UserID == q.UserID:
			f.Actor = 0
		}
		if !f.Beyond(c.ID) || !f.Match(c) {
			continue
		}
		if !r.bad("gives out its own changes") {
			c = c.Clone()
		}
		list = append(list, c)
	}
	return page(r.store, list, q.Limit)
}

// inOrder returns a list, reversed if newest is set.
func inOrder[T any](list []T, newest bool) []T {
	if newest {
		list = slices.Clone(list)
		slices.Reverse(list)
	}
	return list
}

func (w *writer) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	if err := storage.CheckCompaction(last, w.Next()); err != nil && !w.bad("forgets changes that are not there yet") {
		return fmt.Errorf("mapstore: %w", err)
	}
	if !w.state.compacted.Less(last) {
		w.wrote = w.wrote || w.bad("counts a compaction that forgets nothing")
		w.on("moves back what is compacted", func() { w.state.compacted, w.wrote = last, true })
		return nil
	}
	w.wrote = true
	if !w.bad("does not say what it compacted") {
		w.state.compacted = last
	}
	if w.bad("keeps what is compacted") {
		return nil
	}
	w.state.changes = slices.DeleteFunc(w.state.changes, func(c storage.Change) bool {
		return !last.Less(c.ID) && !(w.bad("keeps the last change that is compacted") && c.ID == last)
	})
	if w.bad("numbers changes anew after a compaction") {
		for i := range w.state.changes {
			w.state.changes[i].ID = storage.ChangeID{Revision: last.Revision + 1, Index: i}
		}
	}
	return nil
}
