package sqlitestore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/codec"
)

func (w *writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	if err := w.writable(ctx); err != nil {
		return err
	}
	return w.noted(ctx, w.post(ctx, t))
}

func (w *writer) post(ctx context.Context, t balance.Transfer) error {
	if err := storage.CheckTransfer(t); err != nil {
		return fmt.Errorf("sqlitestore: %w", err)
	}
	if !w.lastRead {
		v, _, err := one(ctx, w.engine, "SELECT max(id) FROM roster_transfers WHERE account = ?", w.account)
		if err != nil {
			return err
		}
		w.last, w.lastRead = number(v[0]), true
	}
	if int64(t.ID) <= w.last {
		return fmt.Errorf("sqlitestore: transfer id %d: %w", t.ID, storage.ErrInvalid)
	}
	if err := w.postRow(ctx, t); err != nil {
		return err
	}
	moved, err := w.follow(ctx, t.Postings)
	if err != nil {
		return err
	}
	for i, p := range t.Postings {
		if i%256 == 255 && ctx.Err() != nil {
			return ctx.Err()
		}
		_, err := w.engine.exec(`INSERT INTO roster_postings
			(account, transfer, position, payer, payee, amount, payer_after, payee_after, name)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, w.account, int64(t.ID), int64(i), int64(p.From), int64(p.To),
			int64(p.Amount), int64(p.FromAfter), int64(p.ToAfter), blob(p.Name))
		if isConstraint(err) {
			return fmt.Errorf("sqlitestore: posting %d: %w (%w)", i, storage.ErrConflict, err)
		}
		if err != nil {
			return err
		}
	}
	if err := w.settle(moved); err != nil {
		return err
	}
	w.last = int64(t.ID)
	w.used(storage.TransferIDs, w.last)
	return nil
}

// postRow writes what the postings share.
func (w *writer) postRow(ctx context.Context, t balance.Transfer) error {
	var reverses any
	if t.Reverses != 0 {
		reverses = int64(t.Reverses)
	}
	_, err := w.engine.exec("INSERT INTO roster_transfers (account, id, key, reverses, body) VALUES (?, ?, ?, ?, ?)",
		w.account, int64(t.ID), orNull(t.Key), reverses, codec.AppendTransfer(nil, t))
	if !isConstraint(err) {
		return err
	}
	found := w.taken(ctx, nil, "key", "SELECT id FROM roster_transfers WHERE account = ? AND key = ?",
		w.account, orNull(t.Key))
	if found == nil {
		found = w.taken(ctx, err, "reversal", "SELECT id FROM roster_transfers WHERE account = ? AND reverses = ?",
			w.account, reverses)
	}
	return found
}

// move is what a transfer makes of one holder's balance.
type move struct {
	holder balance.Holder
	had    balance.Units
	has    balance.Units
	known  bool // there is a row
}

// follow reads the balances of all who take part and returns what the postings make of them, or ErrConflict if one of
// them does not say so itself.
func (w *writer) follow(ctx context.Context, postings []balance.Posting) ([]*move, error) {
	moves := make([]*move, 0, len(postings)+1)
	byHolder := make(map[balance.Holder]*move, len(postings)+1)
	step := func(i int, h balance.Holder, delta, after balance.Units) error {
		if h == balance.World {
			return nil
		}
		m := byHolder[h]
		if m == nil {
			v, ok, err := one(ctx, w.engine, selectBalance, w.account, int64(h))
			if err != nil {
				return err
			}
			m = &move{holder: h, known: ok}
			if ok {
				m.had = balance.Units(number(v[0]))
			}
			m.has = m.had
			byHolder[h] = m
			moves = append(moves, m)
		}
		if m.has += delta; m.has != after {
			return fmt.Errorf("sqlitestore: posting %d: %w", i, storage.ErrConflict)
		}
		return nil
	}
	for i, p := range postings {
		if err := step(i, p.From, -p.Amount, p.FromAfter); err != nil {
			return nil, err
		}
		if err := step(i, p.To, p.Amount, p.ToAfter); err != nil {
			return nil, err
		}
	}
	return moves, nil
}

// settle writes the balances.
func (w *writer) settle(moves []*move) error {
	for _, m := range moves {
		query := "INSERT INTO roster_balances (units, account, holder) VALUES (?, ?, ?)"
		if m.known {
			query = "UPDATE roster_balances SET units = ? WHERE account = ? AND holder = ?"
		}
		_, err := w.engine.exec(query, int64(m.has), w.account, int64(m.holder))
		if isConstraint(err) {
			return fmt.Errorf("sqlitestore: balance of %s: %w (%w)", m.holder, storage.ErrConflict, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
