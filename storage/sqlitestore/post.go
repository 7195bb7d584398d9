package sqlitestore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
)

func (w *writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	return w.Fail(ctx, w.post(ctx, t))
}

func (w *writer) post(ctx context.Context, t balance.Transfer) error {
	if err := storage.CheckTransfer(t); err != nil {
		return fmt.Errorf("sqlitestore: %w", err)
	}
	last, err := w.counts.LastRow(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	if int64(t.ID) <= last {
		return fmt.Errorf("sqlitestore: transfer id %d: %w", t.ID, storage.ErrInvalid)
	}
	if err := w.postTransfer(t); err != nil {
		return err
	}
	changed, err := w.move(t.Postings)
	if err != nil {
		return err
	}
	for i, p := range t.Postings {
		if i%256 == 255 && ctx.Err() != nil {
			return ctx.Err()
		}
		_, err := w.engine.exec(`INSERT INTO roster_postings
			(account, transfer, position, payer, payee, amount, payer_after, payee_after, login)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, w.account, int64(t.ID), int64(i), int64(p.From), int64(p.To),
			int64(p.Amount), int64(p.FromAfter), int64(p.ToAfter), p.Name)
		if err != nil {
			return conflict(err, "posting %d", i)
		}
	}
	for h, b := range changed {
		query := "INSERT INTO roster_balances (units, account, holder) VALUES (?, ?, ?)"
		if b.stored {
			query = "UPDATE roster_balances SET units = ? WHERE account = ? AND holder = ?"
		}
		if _, err := w.engine.exec(query, int64(b.units), w.account, int64(h)); err != nil {
			return conflict(err, "balance of %s", h)
		}
		b.stored = true
	}
	w.counts.Used(storage.TransferIDs, int64(t.ID))
	return nil
}

// conflict returns ErrConflict for a row that a constraint refused, and err otherwise.
func conflict(err error, format string, args ...any) error {
	if !isConstraint(err) {
		return err
	}
	return fmt.Errorf("sqlitestore: %s: %w (%w)", fmt.Sprintf(format, args...), storage.ErrConflict, err)
}

// postTransfer writes what the postings share.
func (w *writer) postTransfer(t balance.Transfer) error {
	r, err := record.TransferOf(t)
	if err != nil {
		return fmt.Errorf("sqlitestore: %w", err)
	}
	_, err = w.engine.exec(`INSERT INTO roster_transfers (account, id, at, kind, actor, reason, key, currency, requested,
			requested_currency, strict, account_description, user_description, users, details)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, w.account, r.ID, instant(r.At), r.Kind, orNull(r.Actor),
		orNull(r.Reason), orNull(r.Key), orNull(r.Currency), orNull(r.Requested), orNull(r.RequestedCurrency), flag(r.Strict),
		orNull(r.AccountDescription), orNull(r.UserDescription), orNull(r.Users), orNull(string(r.Details)))
	if isConstraint(err) {
		return w.taken(err, "key", "SELECT id FROM roster_transfers WHERE account = ? AND key = ?", w.account, r.Key)
	}
	if err != nil || t.Reverses == 0 {
		return err
	}
	_, err = w.engine.exec("INSERT INTO roster_reversals (account, reversed, reversal) VALUES (?, ?, ?)",
		w.account, int64(t.Reverses), r.ID)
	if isConstraint(err) {
		return w.taken(err, "reversal", "SELECT reversal FROM roster_reversals WHERE account = ? AND reversed = ?",
			w.account, int64(t.Reverses))
	}
	return err
}

// move makes the balances what the postings say, and returns those that changed. Errors:
// ErrConflict if a posting says something else than its amount.
func (w *writer) move(postings []balance.Posting) (map[balance.Holder]*balanceRow, error) {
	changed := make(map[balance.Holder]*balanceRow, len(postings)+1)
	for i, p := range postings {
		for _, side := range []struct {
			holder       balance.Holder
			delta, after balance.Units
		}{{p.From, -p.Amount, p.FromAfter}, {p.To, p.Amount, p.ToAfter}} {
			if side.holder == balance.World {
				continue
			}
			b, err := w.balance(side.holder)
			if err != nil {
				return nil, err
			}
			if b.units += side.delta; b.units != side.after {
				return nil, fmt.Errorf("sqlitestore: posting %d: %w", i, storage.ErrConflict)
			}
			changed[side.holder] = b
		}
	}
	return changed, nil
}
