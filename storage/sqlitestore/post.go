package sqlitestore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
)

// Balances reads the row of a user once in a transaction.
func (w *writer) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := w.Check(ctx); err != nil {
		return nil, err
	}
	var wanted []balance.Holder
	for _, h := range holders {
		if _, ok := w.balances[h]; !ok && h > 0 {
			wanted = append(wanted, h)
		}
	}
	if len(wanted) > 0 {
		found, err := w.Reader.Balances(ctx, 0, wanted)
		if err != nil {
			return nil, err
		}
		if w.balances == nil {
			w.balances = make(map[balance.Holder]balance.Units)
		}
		for i, h := range wanted {
			w.balances[h] = found[i]
		}
	}
	units := make([]balance.Units, len(holders))
	for i, h := range holders {
		if units[i] = w.balances[h]; h == balance.Account {
			units[i] = w.units
		}
	}
	return units, nil
}

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
	if err := w.putPostings(ctx, t); err != nil {
		return err
	}
	if err := w.move(ctx, t.Postings); err != nil {
		return err
	}
	w.counts.Used(storage.TransferIDs, int64(t.ID))
	return nil
}

const (
	insertPosting  = "INSERT INTO roster_postings (account, transfer, position, payer, payee, amount, payer_after, payee_after, login"
	insertTransfer = insertPosting + `, at, kind, actor, reason, key, currency, requested, requested_currency, strict,
		account_description, user_description, users, details) VALUES (`
)

// putPostings writes the rows of a transfer. The first one has what is the transfer's own.
func (w *writer) putPostings(ctx context.Context, t balance.Transfer) error {
	r, err := record.TransferOf(t)
	if err != nil {
		return fmt.Errorf("sqlitestore: %w", err)
	}
	postings := t.Postings
	if len(postings) == 0 {
		postings = []balance.Posting{{}}
	}
	for i, p := range postings {
		if i%256 == 255 && ctx.Err() != nil {
			return ctx.Err()
		}
		query, args := insertPosting+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", []any{w.account, r.ID, int64(i), int64(p.From), int64(p.To),
			orNull(int64(p.Amount)), int64(p.FromAfter), int64(p.ToAfter), p.Name}
		if i == 0 {
			query, args = insertTransfer+strings.Repeat("?, ", 21)+"?)", append(args, instant(r.At), r.Kind, orNull(r.Actor),
				orNull(r.Reason), orNull(r.Key), orNull(r.Currency), orNull(r.Requested), orNull(r.RequestedCurrency), flag(r.Strict),
				orNull(r.AccountDescription), orNull(r.UserDescription), orNull(r.Users), orNull(string(r.Details)))
		}
		if _, err = w.engine.exec(query, args...); isConstraint(err) && i == 0 {
			err = w.taken(err, "key", "SELECT transfer FROM roster_postings WHERE account = ? AND key = ?", w.account, r.Key)
		}
		if err != nil {
			return conflict(err, "posting %d", i)
		}
	}
	if t.Reverses == 0 {
		return nil
	}
	_, err = w.engine.exec("INSERT INTO roster_reversals (account, reversed, reversal) VALUES (?, ?, ?)",
		w.account, int64(t.Reverses), r.ID)
	if isConstraint(err) {
		return w.taken(err, "reversal", "SELECT reversal FROM roster_reversals WHERE account = ? AND reversed = ?",
			w.account, int64(t.Reverses))
	}
	return err
}

// conflict returns ErrConflict for a row that a constraint refused, and err otherwise.
func conflict(err error, format string, args ...any) error {
	if !isConstraint(err) {
		return err
	}
	return fmt.Errorf("sqlitestore: %s: %w (%w)", fmt.Sprintf(format, args...), storage.ErrConflict, err)
}

// move makes the balances what the postings say. Errors: ErrConflict if a posting says something
// else than its amount.
func (w *writer) move(ctx context.Context, postings []balance.Posting) error {
	var holders []balance.Holder
	for _, p := range postings {
		holders = append(holders, p.From, p.To)
	}
	slices.Sort(holders)
	holders = slices.Compact(holders)
	before, err := w.Balances(ctx, holders...)
	if err != nil {
		return err
	}
	has := make(map[balance.Holder]balance.Units, len(holders))
	for i, h := range holders {
		has[h] = before[i]
	}
	for i, p := range postings {
		has[p.From] -= p.Amount
		right := p.From == balance.World || has[p.From] == p.FromAfter
		has[p.To] += p.Amount
		if !right || p.To != balance.World && has[p.To] != p.ToAfter {
			return fmt.Errorf("sqlitestore: posting %d: %w", i, storage.ErrConflict)
		}
	}
	for _, h := range holders {
		switch {
		case h == balance.Account:
			w.units = has[h]
		case h > 0:
			if _, err := w.engine.exec(`INSERT INTO roster_balances (account, holder, units) VALUES (?, ?, ?)
				ON CONFLICT (account, holder) DO UPDATE SET units = excluded.units`, w.account, int64(h), int64(has[h])); err != nil {
				return conflict(err, "balance of %s", h)
			}
			w.balances[h] = has[h]
		}
	}
	return nil
}
