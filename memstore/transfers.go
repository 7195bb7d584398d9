package memstore

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

func (r *reader) Transfers(ctx context.Context, q storage.TransferQuery) ([]balance.Transfer, error) {
	most, err := r.limited(ctx, q.Limit)
	if err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, r.fail(fmt.Errorf("memstore: %w", err))
	}
	rows := r.allTransfers(&q)
	switch {
	case q.UserID != 0:
		rows = r.transfersOf(&q)
	case q.Kinds != nil && !slices.Contains(q.Kinds, balance.Transferring):
		rows = r.transfersOfKinds(&q, most)
	}
	var list []balance.Transfer
	for row := range rows {
		if len(list) == most {
			break
		}
		if q.Beyond(row.ID) && q.Match(row.Transfer) {
			list = append(list, row.copy())
		}
	}
	return list, nil
}

// transferPageOf returns the number of the page that contains a transfer.
func transferPageOf(id balance.TransferID) uint64 { return uint64(id) >> 4 }

// addTransfer adds the transfer t to the account and sets w.wrote. The id of t must be greater than
// the ids of all other transfers. The slice w.head.latest contains the newest transfers, whose ids
// belong to one page of 16 ids. If the id of t belongs to a later page, addTransfer first writes
// this slice as a row of the table of transfers and begins a new slice.
//
// Older states of the account use the same array as the slice, but their slices end before t.
func (w *writer) addTransfer(t *transferRow) {
	list := w.head.latest
	if len(list) > 0 && transferPageOf(list[0].ID) != transferPageOf(t.ID) {
		w.insert(tableTransfers, &transferPage{transferPageOf(list[0].ID), list})
		list = nil
	}
	w.head.latest, w.wrote = append(list, t), true
}

// transfersNear returns the transfers of the page that contains the id, in ascending order of their
// ids. A page is a group of 16 neighboring ids. The result may have no transfer with exactly this
// id, and is nil if the page has no transfers. The caller must not change the list.
func (r *reader) transfersNear(id balance.TransferID) []*transferRow {
	n := transferPageOf(id)
	if list := r.head.latest; len(list) > 0 && transferPageOf(list[0].ID) == n {
		return list
	}
	if page := get[transferPage](r, tableTransfers, byID, number(r.key[:0], n)); page != nil {
		return page.transfers
	}
	return nil
}

// allTransfers yields the transfers in the order of the query, beginning with the page that
// contains q.After.
func (r *reader) allTransfers(q *storage.TransferQuery) iter.Seq[*transferRow] {
	return func(yield func(*transferRow) bool) {
		list := func(rows []*transferRow) bool {
			for i := range indexes(len(rows), q.Newest) {
				if !yield(rows[i]) {
					return false
				}
			}
			return true
		}
		if q.Newest && !list(r.head.latest) {
			return
		}
		var pages iter.Seq[*transferPage]
		if q.Newest {
			pages = descend[transferPage](r, tableTransfers, number(r.key[:0], transferPageOf(newestFrom(q))))
		} else {
			pages = ascend[transferPage](r, tableTransfers, number(r.key[:0], transferPageOf(q.After)))
		}
		for page := range pages {
			if !list(page.transfers) {
				return
			}
		}
		if !q.Newest {
			list(r.head.latest)
		}
	}
}

// transfersOf yields the transfers of the user q.UserID, each once, in the order of the query. It
// ignores q.Kinds and q.Limit. With q.Newest, it may also yield the transfer q.After and newer
// ones, so the caller must check each transfer with q.Beyond. Without q.Newest, it first collects
// all transfers after q.After, because a statement can only be read from new to old.
func (r *reader) transfersOf(q *storage.TransferQuery) iter.Seq[*transferRow] {
	h := balance.HolderOf(q.UserID)
	var from storage.EntryID
	if t := r.transfer(q.After); t != nil && q.Newest {
		from.Transfer = q.After
		from.Index = slices.IndexFunc(t.Postings, func(p balance.Posting) bool { return p.From == h || p.To == h })
	}
	newest := func(yield func(*transferRow) bool) {
		var last balance.TransferID
		for _, row := range r.entries(h, from) {
			if row.ID != last && !yield(row) {
				return
			}
			last = row.ID
		}
	}
	if q.Newest {
		return newest
	}
	return func(yield func(*transferRow) bool) {
		var rows []*transferRow
		for row := range newest {
			if !q.Beyond(row.ID) {
				break
			}
			rows = append(rows, row)
		}
		for _, row := range slices.Backward(rows) {
			if !yield(row) {
				return
			}
		}
	}
}

// transfersOfKinds yields the transfers of the query's kinds in the order of the query, at most
// most transfers of each kind.
func (r *reader) transfersOfKinds(q *storage.TransferQuery, most int) iter.Seq[*transferRow] {
	return func(yield func(*transferRow) bool) {
		var ids []balance.TransferID
		for _, kind := range q.Kinds {
			n := 0
			for row := range r.idsOfKind(q, kind) {
				if row.kind != kind || n == most {
					break
				}
				if q.Beyond(row.id) {
					ids = append(ids, row.id)
					n++
				}
			}
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if q.Newest {
			slices.Reverse(ids)
		}
		for _, id := range ids {
			if !yield(r.transfer(id)) {
				return
			}
		}
	}
}

func (r *reader) idsOfKind(q *storage.TransferQuery, kind balance.Kind) iter.Seq[*kindRow] {
	if !q.Newest {
		return ascend[kindRow](r, tableKinds, kindKey(r.key[:0], kind, q.After))
	}
	return descend[kindRow](r, tableKinds, kindKey(r.key[:0], kind, newestFrom(q)))
}

// newestFrom returns the id at which a query for the newest transfers begins: q.After, or the
// greatest id.
func newestFrom(q *storage.TransferQuery) balance.TransferID {
	if q.After == 0 {
		return math.MaxUint64
	}
	return q.After
}
