package memstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

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

// post applies the postings of the transfer t to the balances and the statements of the holders.
// The balance of balance.World does not change. The result has two entries for each posting: the
// first for the holder who pays, the second for the holder who receives. Each is the entry that was
// the newest of the holder's statement before the posting.
//
// The caller must have checked t with storage.CheckTransfer, so that no sum overflows. After an
// error some balances may be changed, so the transaction must not be read or committed.
//
// Errors: storage.ErrConflict if the balance of a holder after a posting is not the balance that
// the posting contains.
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

// ownHolding returns a pointer to the holding of the holder h, which is the balance and the newest
// statement entry. The caller may change the holding, because it is in a copy that belongs to the
// transaction. A holder without transfers gets a zero holding. The flush of the transaction writes
// the holding.
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
