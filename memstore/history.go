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
// changes. A commit that completes a row sorts these changes. A query with a filter looks into each
// row, and reads all changes of the pages that have no row yet.
const pagesPerHistory = 64

// historyRow is an index of 1,024 consecutive changes by user, actor and type. It is derived from
// the changes and is immutable. The number of a change in the row is the number of its page times
// changesPerRow, plus its index in the page.
type historyRow struct {
	pages  []storage.ChangeID // the id of the first change of each page
	users  numbers[user.ID]
	actors numbers[user.ID]
	types  numbers[storage.ChangeType]
}

// numbers maps each key to the numbers of the changes that have the key, in ascending order.
type numbers[K cmp.Ordered] struct {
	keys []K
	ends []uint16 // for each key, the end of its numbers in list
	list []uint16
}

// numbersOf returns an index of the given changes. The function key returns the key of a change,
// such as the user id. The index maps each key to the numbers of the changes with this key. The
// number of a change is its index in changes.
func numbersOf[K cmp.Ordered](changes []*storage.Change, key func(*storage.Change) K) numbers[K] {
	n := numbers[K]{list: make([]uint16, len(changes))}
	for i := range n.list {
		n.list[i] = uint16(i)
	}
	slices.SortFunc(n.list, func(a, b uint16) int {
		return cmp.Or(cmp.Compare(key(changes[a]), key(changes[b])), cmp.Compare(a, b))
	})
	for i, number := range n.list {
		k := key(changes[number])
		if len(n.keys) == 0 || n.keys[len(n.keys)-1] != k {
			n.keys, n.ends = append(n.keys, k), append(n.ends, 0)
		}
		n.ends[len(n.ends)-1] = uint16(i + 1)
	}
	return numbers[K]{slices.Clone(n.keys), slices.Clone(n.ends), n.list}
}

// of returns the numbers of the changes with the key k in ascending order. The number of a change
// is its index among the indexed changes. The result is nil if no change has the key. The caller
// must not change the result.
func (n *numbers[K]) of(k K) []uint16 {
	i, found := slices.BinarySearch(n.keys, k)
	if !found {
		return nil
	}
	begin := uint16(0)
	if i > 0 {
		begin = n.ends[i-1]
	}
	return n.list[begin:n.ends[i]]
}

// newHistoryRow returns a history row that indexes the changes of the given pages by user, actor
// and type. Each page is given by the id of its first change, and must exist.
func (w *writer) newHistoryRow(pages []storage.ChangeID) *historyRow {
	changes := make([]*storage.Change, 0, len(pages)*changesPerRow)
	for _, id := range pages {
		page := w.changePage(id)
		for i := range page.changes {
			changes = append(changes, &page.changes[i])
		}
	}
	return &historyRow{
		pages:  slices.Clone(pages),
		users:  numbersOf(changes, func(c *storage.Change) user.ID { return c.UserID }),
		actors: numbersOf(changes, func(c *storage.Change) user.ID { return c.Actor }),
		types:  numbersOf(changes, func(c *storage.Change) storage.ChangeType { return c.Type }),
	}
}

// find returns the numbers of the changes in the row that may match the query, in ascending order.
// The number of a change is its index in the row. The query must filter by user, actor or type.
// find uses only the first of these filters that is set, in this order. So the caller must check
// the others. The caller must not change the result.
func (h *historyRow) find(q *storage.ChangeQuery) []uint16 {
	switch {
	case q.UserID != 0:
		return h.users.of(q.UserID)
	case q.Actor != 0:
		return h.actors.of(q.Actor)
	}
	var list []uint16
	for _, t := range q.DistinctTypes() {
		list = append(list, h.types.of(t)...)
	}
	slices.Sort(list)
	return list
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
	r.settled()
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
// r.head.compacted. If the query filters by user, actor or type, candidates uses the history rows
// as an index. The newest pages are in no history row yet, and it yields all their changes.
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
				if !r.inRow(row, q, yield) {
					return false
				}
			}
			return true
		}
		loose := func() bool {
			for i := range indexes(len(r.head.loose), q.Newest) {
				if page := r.changePage(r.head.loose[i]); page != nil && !list(page.changes) {
					return false
				}
			}
			return true
		}
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

// inRow calls yield with those changes of one history row that may match the query, in the order of
// the query. A history row indexes several pages of changes. The query must filter by user, actor
// or type. inRow skips pages that come entirely before q.After in this order, and pages that are
// removed. The caller must check whether each change matches, is behind q.After and is not
// compacted. When yield returns false, inRow stops and returns false. Otherwise it returns true.
func (r *reader) inRow(row *historyRow, q *storage.ChangeQuery, yield func(*storage.Change) bool) bool {
	from, to := 0, len(row.pages)*changesPerRow
	if q.After != (storage.ChangeID{}) {
		page, found := slices.BinarySearchFunc(row.pages, q.After, func(a, b storage.ChangeID) int {
			return cmp.Or(cmp.Compare(a.Revision, b.Revision), cmp.Compare(a.Index, b.Index))
		})
		if found {
			page++
		}
		if q.Newest {
			to = page * changesPerRow
		} else {
			from = max(page-1, 0) * changesPerRow
		}
	}
	list := row.find(q)
	var page *changePage
	at := -1 // the number of page
	for i := range indexes(len(list), q.Newest) {
		n := int(list[i])
		if n < from || n >= to {
			continue
		}
		if at != n/changesPerRow {
			at = n / changesPerRow
			page = r.changePage(row.pages[at])
		}
		if page != nil && !yield(&page.changes[n%changesPerRow]) {
			return false
		}
	}
	return true
}

// rowsFrom yields the rows of a table in the order of the query: ascending, or descending if
// q.Newest is set. Each row contains consecutive changes. The function id returns the id of the
// first change in a row, which is the key of the row. rowsFrom begins with the row that may contain
// q.After. If q.After is zero, it yields all rows.
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

// addHistory adds a page of changes to w.head.loose, the list of pages that no history row indexes
// yet. page is the id of the first change in the page. When the list has pagesPerHistory pages,
// addHistory inserts a history row that indexes all of them, and empties the list.
//
// Older states of the account share the array of this list, but their slices end before the
// appended page.
func (w *writer) addHistory(page storage.ChangeID) {
	list := append(w.head.loose, page)
	if len(list) == pagesPerHistory {
		w.insert(tableHistory, w.newHistoryRow(list))
		list = nil
	}
	w.head.loose = list
}

// compactHistory removes compacted pages from the index of changes. The parameter gone contains the
// pages that are compacted now; earlier pages were compacted before. compactHistory removes each
// history row whose last page is in gone, because then all pages of the row are compacted. It keeps
// every other history row as it is. It also removes the pages in gone from w.head.loose, the list
// of pages that no history row indexes yet.
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
// Errors: storage.ErrClosed; the first error of the transaction; the context's; storage.ErrInvalid
// for an id that storage.CheckCompaction refuses. After an error the transaction cannot commit.
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
