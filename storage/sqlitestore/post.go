package sqlitestore

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
)

// Balances implements storage.Reader. It reads the row of a user at the first request in the
// transaction, and then remembers the balance. Later requests for this user do not read the row
// again; they include the transfers of this transaction. The balance of the account needs no
// reading.
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
		found, err := w.Reader.Balances(ctx, wanted...)
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

// PutBalance implements sqlwrite.Engine. If h is a user, it writes units as the balance of the
// user. If h is the account, it only keeps units in memory, and finish writes them to the row of
// the account. The caller must have called Balances for h before. Errors: those of Put.
func (w *writer) PutBalance(ctx context.Context, h balance.Holder, units balance.Units) error {
	if h == balance.Account {
		w.units = units
		return nil
	}
	w.balances[h] = units
	return w.Put(ctx, sqlwrite.Balances, int64(h), int64(units))
}

// CheckUnused implements sqlwrite.Engine.
func (w *writer) CheckUnused(_ context.Context, t balance.Transfer) error {
	for _, q := range []struct {
		what, sql string
		asked     bool
		arg       any
	}{
		{"key", "SELECT transfer FROM roster_postings WHERE account = ? AND key = ?", t.Key != "", t.Key},
		{"reversal", "SELECT reversal FROM roster_reversals WHERE account = ? AND reversed = ?", t.Reverses != 0, int64(t.Reverses)},
	} {
		if !q.asked {
			continue
		}
		v, ok, err := one(w.engine, q.sql, w.account, q.arg)
		if err != nil {
			return err
		}
		if ok {
			return &storage.ExistsError{What: q.what, ID: v.number(0)}
		}
	}
	return nil
}
