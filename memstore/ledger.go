package memstore

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func (r *reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	list := make([]balance.Units, len(holders))
	for i, h := range holders {
		list[i] = r.holding(h).units
	}
	return list, nil
}

func (r *reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	if err := r.Check(ctx); err != nil {
		return balance.Transfer{}, err
	}
	row := r.transfer(id)
	if row == nil {
		return balance.Transfer{}, fmt.Errorf("memstore: transfer %d: %w", id, storage.ErrNotFound)
	}
	return row.copy(), nil
}

func (r *reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	if err := r.Check(ctx); err != nil {
		return balance.Transfer{}, err
	}
	row := get[keyedRow](r, tableKeyed, byID, append(r.key[:0], key...))
	if row == nil || key == "" {
		return balance.Transfer{}, fmt.Errorf("memstore: transfer by key: %w", storage.ErrNotFound)
	}
	return r.transfer(row.id).copy(), nil
}

func (r *reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	if err := r.Check(ctx); err != nil {
		return 0, err
	}
	row := get[reversalRow](r, tableReversals, byID, number(r.key[:0], uint64(id)))
	if row == nil {
		return 0, fmt.Errorf("memstore: reversal of transfer %d: %w", id, storage.ErrNotFound)
	}
	return row.by, nil
}

func (r *reader) Statement(
	ctx context.Context, h balance.Holder, before storage.EntryID, limit int,
) ([]balance.Entry, error) {
	most, err := r.limited(ctx, limit)
	if err != nil {
		return nil, err
	}
	var list []balance.Entry
	for at, row := range r.entries(h, before) {
		if len(list) == most {
			break
		}
		e, ok := row.Entry(int(at.posting>>1), balance.Side(at.posting&1))
		if ok && (before == storage.EntryID{} || storage.EntryIDOf(e).Less(before)) {
			list = append(list, e)
		}
	}
	return list, nil
}

// copy returns the transfer of the row. The result has its own copies of the postings and of the
// skipped users, so the caller may change it.
func (t *transferRow) copy() balance.Transfer {
	c := t.Transfer
	c.Postings, c.Skipped = slices.Clone(c.Postings), slices.Clone(c.Skipped)
	return c
}

// transfer returns the transfer with the id, or nil if there is none. In an Update it also finds
// the transfers that the transaction added. The caller must not change the transfer.
func (r *reader) transfer(id balance.TransferID) *transferRow {
	list := r.transfersNear(id)
	i, found := slices.BinarySearchFunc(list, id, func(row *transferRow, id balance.TransferID) int {
		return cmp.Compare(row.ID, id)
	})
	if !found {
		return nil
	}
	return list[i]
}

// holding returns the balance and the newest statement entry of the holder h. Both are zero for a
// holder without transfers and for an h that is no valid holder. In an Update the result includes
// the writes of the transaction.
func (r *reader) holding(h balance.Holder) holding {
	if h < balance.World {
		return holding{}
	}
	n, slot := pageOf(int64(h) + 1)
	var page *balancePage
	if r.writer != nil {
		page = r.writer.balances[n]
	}
	if page == nil {
		page = get[balancePage](r, tableBalances, byID, number(r.key[:0], n))
	}
	if page == nil {
		return holding{}
	}
	return page.balances[slot]
}

// entries yields the entries of the holder h with their transfers, newest first. It follows the
// links from each entry to the one before it. If before is an entry of h, the first entry yielded
// is the one before it. Otherwise it is the newest, and the caller must skip those that are too
// new.
func (r *reader) entries(h balance.Holder, before storage.EntryID) iter.Seq2[entry, *transferRow] {
	return func(yield func(entry, *transferRow) bool) {
		at := r.holding(h).last
		if t := r.transfer(before.Transfer); t != nil && before.Index >= 0 && before.Index < len(t.Postings) {
			// Nearly always before is an entry of the holder, the last of the page before.
			switch p := t.Postings[before.Index]; h {
			case p.From:
				at = t.earlier[before.Index][balance.Debit]
			case p.To:
				at = t.earlier[before.Index][balance.Credit]
			}
		}
		for at != (entry{}) {
			row := r.transfer(at.transfer)
			if !yield(at, row) {
				return
			}
			at = row.earlier[at.posting>>1][at.posting&1]
		}
	}
}

// removeName removes the name of the user with the id from all postings in which the user paid or
// received money. It writes new rows for the transfers and leaves the rows of older states
// unchanged.
func (w *writer) removeName(id user.ID) {
	pages := map[uint64][]*transferRow{}
	for at, row := range w.entries(balance.HolderOf(id), storage.EntryID{}) {
		n := transferPageOf(at.transfer)
		if pages[n] == nil {
			pages[n] = slices.Clone(w.transfersNear(at.transfer))
		}
		if i := slices.Index(pages[n], row); i >= 0 { // else another entry was in the same transfer
			pages[n][i] = &transferRow{row.WithoutName(id), row.earlier}
		}
	}
	for n, list := range pages {
		if len(w.head.latest) > 0 && n == transferPageOf(w.head.latest[0].ID) {
			w.head.latest = list
		} else {
			w.insert(tableTransfers, &transferPage{n, list})
		}
	}
}

// maxPostings is the most postings of one transfer, more than ten times balance.MaxPayees.
const maxPostings = 1 << 20

func (w *writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if err := storage.CheckTransfer(t); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	if t.ID <= w.head.transfer {
		return w.fail(fmt.Errorf("memstore: transfer id %d: %w", t.ID, storage.ErrInvalid))
	}
	if t.Key != "" {
		if taken := get[keyedRow](&w.reader, tableKeyed, byID, append(w.key[:0], t.Key...)); taken != nil {
			return w.fail(&storage.ExistsError{What: "key", ID: int64(taken.id)})
		}
	}
	if t.Reverses != 0 {
		if taken := get[reversalRow](&w.reader, tableReversals, byID, number(w.key[:0], uint64(t.Reverses))); taken != nil {
			return w.fail(&storage.ExistsError{What: "reversal", ID: int64(taken.by)})
		}
	}
	if len(t.Postings) >= maxPostings {
		return w.full(maxPostings, "postings in one transfer")
	}
	earlier, err := w.post(t)
	if err != nil {
		return w.fail(err)
	}
	if w.head.transfers >= w.store.limits.transfers {
		return w.full(w.store.limits.transfers, "transfers")
	}
	if w.head.postings+len(t.Postings) > w.store.limits.postings {
		return w.full(w.store.limits.postings, "postings")
	}
	t.Postings, t.Skipped = slices.Clone(t.Postings), slices.Clone(t.Skipped)
	w.addTransfer(&transferRow{t, earlier})
	if t.Key != "" {
		w.insert(tableKeyed, &keyedRow{t.Key, t.ID})
	}
	if t.Reverses != 0 {
		w.insert(tableReversals, &reversalRow{t.Reverses, t.ID})
	}
	if t.Kind != balance.Transferring {
		w.insert(tableKinds, &kindRow{t.Kind, t.ID})
	}
	w.head.transfer = t.ID
	w.head.transfers++
	w.head.postings += len(t.Postings)
	w.raise(storage.TransferIDs, int64(t.ID))
	return nil
}

// post adds each posting of the transfer t to the balances and statements of its payer and its
// receiver. The balance of balance.World does not change. For each posting post returns two
// entries: the newest entry before the posting in the payer's statement, and in the receiver's.
//
// The caller must have checked t with storage.CheckTransfer, so that no sum overflows. After an
// error some balances may be changed, so the transaction must not be read or committed.
//
// Errors: storage.ErrConflict if a holder's balance after a posting is not the balance in the
// posting.
func (w *writer) post(t balance.Transfer) ([][2]entry, error) {
	earlier := make([][2]entry, len(t.Postings))
	for i, p := range t.Postings {
		for side, move := range [2]struct {
			holder       balance.Holder
			delta, after balance.Units
		}{{p.From, -p.Amount, p.FromAfter}, {p.To, p.Amount, p.ToAfter}} {
			h := w.ownHolding(move.holder)
			if move.holder != balance.World { // the world has no balance
				h.units += move.delta
			}
			if h.units != move.after {
				return nil, fmt.Errorf("memstore: posting %d: %w", i, storage.ErrConflict)
			}
			earlier[i][side] = h.last
			h.last = entry{t.ID, uint32(i<<1 | side)}
		}
	}
	return earlier, nil
}

// ownHolding returns a pointer to the holding of the holder h: the balance and the newest statement
// entry. The holding is in the transaction's copy of the page, so the caller may change it. flush
// writes the page. A holder without transfers has a zero holding.
func (w *writer) ownHolding(h balance.Holder) *holding {
	n, slot := pageOf(int64(h) + 1)
	page := w.balances[n]
	if page == nil {
		page = &balancePage{number: n}
		if row := get[balancePage](&w.reader, tableBalances, byID, number(w.key[:0], n)); row != nil {
			*page = *row
		}
		if w.balances == nil {
			w.balances = map[uint64]*balancePage{}
		}
		w.balances[n] = page
	}
	return &page.balances[slot]
}
