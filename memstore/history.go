package memstore

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// pagesPerHistory is the number of pages of changes that one historyRow indexes, which is 1,024
// changes. The newest pages, fewer than this number, are in no row.
const pagesPerHistory = 64

// historyRow is the index of 1,024 consecutive changes: the users, actors and types that they have.
// It is derived from the changes and is immutable. A query with a filter skips a row whose changes
// cannot match.
type historyRow struct {
	pages         []storage.ChangeID // the id of the first change of each page
	users, actors []user.ID          // ascending, each once
	types         []storage.ChangeType
}

// newHistoryRow returns a history row for the given pages: it lists the users, actors and types of
// all their changes. pages contains the id of the first change of each page. All pages must exist.
func (w *writer) newHistoryRow(pages []storage.ChangeID) *historyRow {
	h := &historyRow{pages: slices.Clone(pages)}
	for _, id := range pages {
		for _, c := range w.changePage(id).changes {
			h.users, h.actors, h.types = append(h.users, c.UserID), append(h.actors, c.Actor), append(h.types, c.Type)
		}
	}
	h.users, h.actors, h.types = distinct(h.users), distinct(h.actors), distinct(h.types)
	return h
}

// distinct sorts the list in place and returns a copy that has each item once.
func distinct[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Clone(slices.Compact(list))
}

// mayHave reports whether some changes of the row may match the filters by user, actor and type of
// the query. If it returns false, no change of the row matches. If it returns true, the caller must
// check each change.
func (h *historyRow) mayHave(q *storage.ChangeQuery) bool {
	_, aUser := slices.BinarySearch(h.users, q.UserID)
	_, anActor := slices.BinarySearch(h.actors, q.Actor)
	return (q.UserID == 0 || aUser) && (q.Actor == 0 || anActor) && (q.Types == nil ||
		slices.ContainsFunc(q.Types, func(t storage.ChangeType) bool { return slices.Contains(h.types, t) }))
}

// changePage returns the page whose first change has the id. It returns nil if the page is
// compacted.
func (r *reader) changePage(id storage.ChangeID) *changePage {
	return get[changePage](r, tableChanges, byID, changeKey(r.key[:0], id))
}

func (r *reader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	most, err := r.limited(ctx, q.Limit)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(q.Check(), q.CheckKept(r.head.compacted)); err != nil {
		return nil, r.fail(fmt.Errorf("memstore: %w", err))
	}
	r.flushedRows()
	var list []storage.Change
	for c := range r.candidates(&q) {
		if !r.head.compacted.Less(c.ID) || !q.Beyond(c.ID) || !q.Match(*c) {
			continue
		}
		if list = append(list, c.Clone()); len(list) == most {
			break
		}
	}
	return list, nil
}

// candidates yields the changes of the account that may match the query, in the order of the query.
// It may also yield changes that do not match, that are not behind q.After, or that are compacted.
// So the caller must check each change with ChangeQuery.Match and ChangeQuery.Beyond, and against
// r.head.compacted. If the query filters by user, actor or type, candidates skips the pages of each
// history row that has no change for these filters.
func (r *reader) candidates(q *storage.ChangeQuery) iter.Seq[*storage.Change] {
	return func(yield func(*storage.Change) bool) {
		list := func(changes []storage.Change) bool {
			for i := range indexes(len(changes), q.Newest) {
				if !yield(&changes[i]) {
					return false
				}
			}
			return true
		}
		listPages := func(ids []storage.ChangeID) bool {
			for i := range indexes(len(ids), q.Newest) {
				if page := r.changePage(ids[i]); page != nil && !list(page.changes) {
					return false
				}
			}
			return true
		}
		pages := func() bool {
			for row := range rowsFrom(r, tableChanges, q, func(row *changePage) storage.ChangeID { return row.changes[0].ID }) {
				if !list(row.changes) {
					return false
				}
			}
			return true
		}
		indexed := func() bool {
			for row := range rowsFrom(r, tableHistory, q, func(row *historyRow) storage.ChangeID { return row.pages[0] }) {
				if row.mayHave(q) && !listPages(row.pages) {
					return false
				}
			}
			return true
		}
		loose := func() bool { return listPages(r.head.loose) }
		recent := func() bool { return list(r.head.recent) }
		parts := []func() bool{pages, recent} // from the oldest changes on
		if q.UserID != 0 || q.Actor != 0 || q.Types != nil {
			parts = []func() bool{indexed, loose, recent}
		}
		for i := range indexes(len(parts), q.Newest) {
			if !parts[i]() {
				return
			}
		}
	}
}

// indexes yields the indexes of a list of n items, the last one first if newest is set.
func indexes(n int, newest bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if newest {
				i = n - 1 - i
			}
			if !yield(i) {
				return
			}
		}
	}
}

// rowsFrom yields the rows of a table in ascending order, or in descending order if q.Newest is
// set. Each row contains consecutive changes; the id of the first change is the key of the row. The
// function id returns this key. rowsFrom begins with the row that may contain the change q.After,
// or yields all rows if q.After is zero.
func rowsFrom[T any](r *reader, table string, q *storage.ChangeQuery, id func(*T) storage.ChangeID) iter.Seq[*T] {
	at := storage.ChangeID{Revision: q.After.Revision, Index: max(q.After.Index, 0)}
	if q.Newest {
		if q.After == (storage.ChangeID{}) {
			at.Revision = math.MaxUint64
		}
		return descend[T](r, table, changeKey(r.key[:0], at))
	}
	if row := first(descend[T](r, table, changeKey(r.key[:0], at))); row != nil {
		at = id(row)
	}
	return ascend[T](r, table, changeKey(r.key[:0], at))
}

// addHistory adds a page of changes to w.head.loose, the list of pages without a history row. page
// is the id of the first change in the page. When the list has pagesPerHistory pages, addHistory
// inserts a history row for these pages and empties the list.
//
// Older states of the account use the same array as the list, but their slices end before the
// appended page.
func (w *writer) addHistory(page storage.ChangeID) {
	list := append(w.head.loose, page)
	if len(list) == pagesPerHistory {
		w.insert(tableHistory, w.newHistoryRow(list))
		list = nil
	}
	w.head.loose = list
}

// compactHistory removes pages of changes from the history index. gone contains the pages that
// compactTo removes; earlier compactions removed all older pages. compactHistory removes a history
// row if gone contains the last page of the row, because all pages of the row are then removed. It
// also removes the pages in gone from w.head.loose, the list of pages without a history row.
func (w *writer) compactHistory(gone []*changePage) {
	compacted := make(map[storage.ChangeID]bool, len(gone))
	for _, page := range gone {
		compacted[page.changes[0].ID] = true
	}
	var rows []*historyRow
	for row := range all[historyRow](w.rows, tableHistory) {
		if !compacted[row.pages[len(row.pages)-1]] {
			break
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		w.remove(tableHistory, row)
	}
	w.head.loose = slices.DeleteFunc(slices.Clone(w.head.loose), func(id storage.ChangeID) bool { return compacted[id] })
}

// CompactChanges implements storage.Writer. It permanently removes the changes with ids up to and
// including last. If they are already removed or last is zero, it does nothing and does not raise
// the revision.
//
// Errors: storage.ErrClosed; the first error of the transaction; the context's error;
// storage.ErrInvalid for an id that storage.CheckCompaction refuses. After an error the transaction
// cannot commit.
func (w *writer) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if err := storage.CheckCompaction(last, w.Next()); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	if !w.head.compacted.Less(last) {
		return nil
	}
	w.compactTo(last)
	w.wrote = true
	return nil
}
