package memstore

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// changesPerRow is the number of changes in a row of the table of changes. A write copies the whole
// row that it changes.
const changesPerRow = 16

func (w *writer) AppendChange(ctx context.Context, c storage.Change) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if !w.loading {
		c.ID = storage.ChangeID{Revision: w.Next(), Index: w.recorded}
	} else if err := storage.CheckLoaded(c.ID, w.head.newest, w.loads); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	w.recorded++
	c = c.Clone()
	// The user that a change created is nearly always the one that the transaction put. Sharing it
	// saves the memory of a user.
	if p := w.users[c.UserID]; p.now != nil && c.Created != nil && p.now.Equal(*c.Created) {
		c.Created = p.now
	}
	w.changes = append(w.changes, c)
	w.head.newest = c.ID
	w.head.changes++
	w.wrote = true
	return nil
}

// flushChanges appends w.changes to the account's list of recent changes, w.head.recent. While this
// list has at least changesPerRow changes, flushChanges moves the oldest changesPerRow of them to a
// new row of the table of changes, and adds the row to the history index.
//
// Older states of the account use the same array as w.head.recent, but their slices end before the
// appended changes. After a rollback the next transaction overwrites the appended changes.
func (w *writer) flushChanges() {
	list := append(w.head.recent, w.changes...)
	for len(list) >= changesPerRow {
		w.insert(tableChanges, &changePage{slices.Clone(list[:changesPerRow])})
		w.addHistory(list[0].ID)
		list = slices.Clone(list[changesPerRow:])
	}
	w.head.recent, w.changes = list, nil
}

// changesAfter yields the changes of the account with an id greater than the parameter after, in
// ascending order. Compacted changes are left out. In an Update it yields only flushed changes.
func (r *reader) changesAfter(after storage.ChangeID) iter.Seq[storage.Change] {
	if after.Less(r.head.compacted) {
		after = r.head.compacted
	}
	from := storage.ChangeID{Revision: after.Revision, Index: max(after.Index, 0)}
	if row := first(descend[changePage](r, tableChanges, changeKey(r.key[:0], from))); row != nil {
		from = row.changes[0].ID
	}
	return func(yield func(storage.Change) bool) {
		for row := range ascend[changePage](r, tableChanges, changeKey(r.key[:0], from)) {
			for _, c := range row.changes {
				if after.Less(c.ID) && !yield(c) {
					return
				}
			}
		}
		for _, c := range r.head.recent {
			if after.Less(c.ID) && !yield(c) {
				return
			}
		}
	}
}

// compact removes the n oldest changes.
func (w *writer) compact(n int) {
	if n <= 0 {
		return
	}
	for c := range w.changesAfter(storage.ChangeID{}) {
		if n--; n == 0 {
			w.compactTo(c.ID)
			return
		}
	}
}

// compactTo flushes the transaction, and then removes the account's changes with ids up to and
// including last. It sets w.head.compacted to last, which must be greater than the old value. A row
// of the table of changes contains several changes; compactTo removes the row when all of them are
// compacted. Readers skip the compacted changes in other rows.
func (w *writer) compactTo(last storage.ChangeID) {
	w.flush()
	for c := range w.changesAfter(storage.ChangeID{}) {
		if last.Less(c.ID) {
			break
		}
		w.head.changes--
	}
	w.head.compacted = last
	if w.head.newest.Less(last) {
		w.head.newest = last
	}
	var gone []*changePage
	for row := range all[changePage](w.rows, tableChanges) {
		if last.Less(row.changes[len(row.changes)-1].ID) {
			break
		}
		gone = append(gone, row)
	}
	for _, row := range gone {
		w.remove(tableChanges, row)
	}
	w.compactHistory(gone)
	w.head.recent = slices.Clone(slices.DeleteFunc(slices.Clone(w.head.recent), func(c storage.Change) bool { return !last.Less(c.ID) }))
}

func (w *writer) Scrub(ctx context.Context, id user.ID) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	w.flush()
	w.scrubChanges(id)
	w.scrubLetters(id)
	w.removeName(id)
	w.wrote = true
	return nil
}

// scrubChanges replaces each change about the user with the id by Change.Scrubbed, which has no
// personal data. Changes about other users stay the same. scrubChanges does not see changes in
// w.changes; the caller must flush them to the rows first.
func (w *writer) scrubChanges(id user.ID) {
	scrubbed := func(list []storage.Change) []storage.Change {
		about := func(c storage.Change) bool { return c.UserID == id }
		if !slices.ContainsFunc(list, about) {
			return nil
		}
		list = slices.Clone(list)
		for i := range list {
			if c := &list[i]; about(*c) {
				*c = c.Scrubbed()
			}
		}
		return list
	}
	var rows []*changePage
	for row := range all[changePage](w.rows, tableChanges) {
		if list := scrubbed(row.changes); list != nil {
			rows = append(rows, &changePage{list})
		}
	}
	for _, row := range rows {
		w.insert(tableChanges, row)
	}
	if list := scrubbed(w.head.recent); list != nil {
		w.head.recent = list
	}
}
