package memstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// purse is what a holder has.
type purse struct {
	units balance.Units
	last  entryRef // his newest entry
}

type pursePage struct {
	edit   uint64
	purses [fan]purse
}

func (p *pursePage) own(edit uint64) *pursePage {
	switch {
	case p == nil:
		return &pursePage{edit: edit}
	case p.edit == edit:
		return p
	}
	c := *p
	c.edit = edit
	return &c
}

// transferRow is a transfer in the log, and for each side of each posting the entry that its holder had before. A
// statement follows these links, so it needs no index.
type transferRow struct {
	balance.Transfer
	earlier [][2]entryRef
}

// entryRef is an entry: the number of the transfer in the log plus one, the posting, and the side in the lowest bit.
// 0 is none.
type entryRef uint64

// postingBits bounds the postings of one transfer, at more than ten times balance.MaxPayees.
const postingBits = 20

func refOf(row, posting int, side balance.Side) entryRef {
	return entryRef(row+1)<<(postingBits+1) | entryRef(posting)<<1 | entryRef(side)
}

func (e entryRef) parts() (row, posting int, side balance.Side) {
	return int(e>>(postingBits+1)) - 1, int(e >> 1 & (1<<postingBits - 1)), balance.Side(e & 1)
}

// post applies the postings of a transfer that storage.CheckTransfer has not refused, so that no
// sum wraps around. It returns the links of its entries, or an error for the first one that does
// not follow.
func (s *state) post(t balance.Transfer, edit uint64) ([][2]entryRef, error) {
	earlier := make([][2]entryRef, len(t.Postings))
	for i, p := range t.Postings {
		for side, move := range [2]struct {
			holder       balance.Holder
			delta, after balance.Units
		}{{p.From, -p.Amount, p.FromAfter}, {p.To, p.Amount, p.ToAfter}} {
			had := s.purse(move.holder)
			earlier[i][side] = had.last
			now := purse{had.units + move.delta, refOf(s.transfers.end, i, balance.Side(side))}
			if move.holder == balance.World {
				now.units = 0 // the world has no balance
			}
			if now.units != move.after {
				return nil, fmt.Errorf("memstore: posting %d: %w", i, storage.ErrConflict)
			}
			s.setPurse(move.holder, now, edit)
		}
	}
	return earlier, nil
}

func (w *writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	if err := storage.CheckTransfer(t); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	s := w.state
	if n := s.transfers.len(); n > 0 && t.ID <= s.transfers.at(n-1).ID {
		return w.fail(fmt.Errorf("memstore: transfer id %d: %w", t.ID, storage.ErrInvalid))
	}
	if t.Key != "" {
		switch taken, err := row[keyRow](s.rows, tableKeys, byID, []byte(t.Key)); {
		case err != nil:
			return w.fail(fmt.Errorf("memstore: transfer: %w", err))
		case taken != nil:
			return w.fail(&storage.ExistsError{What: "key", ID: int64(taken.id)})
		}
	}
	if t.Reverses != 0 {
		switch taken, err := row[reversalRow](s.rows, tableReversals, byID, number(uint64(t.Reverses))); {
		case err != nil:
			return w.fail(fmt.Errorf("memstore: transfer: %w", err))
		case taken != nil:
			return w.fail(&storage.ExistsError{What: "reversal", ID: int64(taken.by)})
		}
	}
	if len(t.Postings) >= 1<<postingBits {
		return w.fail(fmt.Errorf("memstore: %d postings in one transfer: %w", len(t.Postings), storage.ErrLimit))
	}
	earlier, err := s.post(t, w.edit)
	if err != nil {
		return w.fail(err)
	}
	if s.transfers.len() >= w.store.limits.transfers || s.postings+len(t.Postings) > w.store.limits.postings {
		return w.fail(fmt.Errorf("memstore: transfers: %w", storage.ErrLimit))
	}
	s.transfers.append(transferRow{copyTransfer(t), earlier})
	s.postings += len(t.Postings)
	s.raise(storage.TransferIDs, int64(t.ID))
	w.wrote = true
	if t.Key != "" {
		if err := w.insert(tableKeys, &keyRow{t.Key, t.ID}); err != nil {
			return err
		}
	}
	if t.Reverses != 0 {
		return w.insert(tableReversals, &reversalRow{t.Reverses, t.ID})
	}
	return nil
}

func copyTransfer(t balance.Transfer) balance.Transfer {
	t.Postings, t.Skipped = slices.Clone(t.Postings), slices.Clone(t.Skipped)
	return t
}

// transferAt returns the number in the log of the first transfer whose id is not less than id.
func (s *state) transferAt(id balance.TransferID) int {
	return s.transfers.search(func(t *transferRow) bool { return t.ID >= id })
}

func (s *state) transfer(id balance.TransferID) (balance.Transfer, error) {
	if i := s.transferAt(id); i < s.transfers.end && s.transfers.at(i).ID == id {
		return copyTransfer(s.transfers.at(i).Transfer), nil
	}
	return balance.Transfer{}, fmt.Errorf("memstore: transfer %d: %w", id, storage.ErrNotFound)
}

func (r *reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	list := make([]balance.Units, len(holders))
	for i, h := range holders {
		list[i] = r.state.purse(h).units
	}
	return list, nil
}

func (r *reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	if err := r.ready(ctx); err != nil {
		return balance.Transfer{}, err
	}
	return r.state.transfer(id)
}

func (r *reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	if err := r.ready(ctx); err != nil {
		return balance.Transfer{}, err
	}
	found, err := row[keyRow](r.state.rows, tableKeys, byID, []byte(key))
	if err != nil {
		return balance.Transfer{}, r.fail(fmt.Errorf("memstore: transfer: %w", err))
	}
	if found == nil {
		return balance.Transfer{}, fmt.Errorf("memstore: transfer by key: %w", storage.ErrNotFound)
	}
	return r.state.transfer(found.id)
}

func (r *reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	if err := r.ready(ctx); err != nil {
		return 0, err
	}
	found, err := row[reversalRow](r.state.rows, tableReversals, byID, number(uint64(id)))
	if err != nil {
		return 0, r.fail(fmt.Errorf("memstore: reversal: %w", err))
	}
	if found == nil {
		return 0, fmt.Errorf("memstore: reversal of transfer %d: %w", id, storage.ErrNotFound)
	}
	return found.by, nil
}

func (r *reader) Transfers(ctx context.Context, after balance.TransferID, limit int) ([]balance.Transfer, error) {
	most, err := r.limited(ctx, limit)
	if err != nil {
		return nil, err
	}
	log := &r.state.transfers
	from := log.search(func(t *transferRow) bool { return t.ID > after })
	var list []balance.Transfer
	for i := from; i < min(log.end, from+most); i++ {
		list = append(list, copyTransfer(log.at(i).Transfer))
	}
	return list, nil
}

func (r *reader) Statement(
	ctx context.Context, h balance.Holder, before storage.EntryID, limit int,
) ([]balance.Entry, error) {
	most, err := r.limited(ctx, limit)
	if err != nil {
		return nil, err
	}
	var list []balance.Entry
	for at := r.state.newest(h, before); at != 0 && len(list) < most; {
		n, posting, side := at.parts()
		t := r.state.transfers.at(n)
		if e, ok := t.Entry(posting, side); ok && (before == storage.EntryID{} || storage.EntryIDOf(e).Less(before)) {
			list = append(list, e)
		}
		at = t.earlier[posting][side]
	}
	return list, nil
}

// newest returns the holder's newest entry older than before, or one from where it is reached by going back. Nearly
// always before is an entry of his own, the last of the page before, and its link leads on.
func (s *state) newest(h balance.Holder, before storage.EntryID) entryRef {
	if (before == storage.EntryID{}) {
		return s.purse(h).last
	}
	n := s.transferAt(before.Transfer)
	if n < s.transfers.end && before.Index >= 0 {
		if t := s.transfers.at(n); t.ID == before.Transfer && before.Index < len(t.Postings) {
			switch p := t.Postings[before.Index]; h {
			case p.From:
				return t.earlier[before.Index][balance.Debit]
			case p.To:
				return t.earlier[before.Index][balance.Credit]
			}
		}
	}
	return s.purse(h).last
}

// forgetName takes the user's name out of the postings that he took part in.
func (s *state) forgetName(id user.ID) {
	h := balance.HolderOf(id)
	var rows []int // descending, each once
	for at := s.purse(h).last; at != 0; {
		n, posting, side := at.parts()
		if len(rows) == 0 || rows[len(rows)-1] != n {
			rows = append(rows, n)
		}
		at = s.transfers.at(n).earlier[posting][side]
	}
	s.transfers.rewrite(slices.Values(rows), func(t *transferRow) bool {
		t.Transfer = t.WithoutName(id)
		return true
	})
}
