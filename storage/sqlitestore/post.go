package sqlitestore

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
)

// PutBalance implements sqlwrite.Engine. If h is a user, it writes units as the balance of the
// user. If h is the account, it only keeps units in memory, and finish writes them to the row of
// the account. Errors: those of Put.
func (w *writer) PutBalance(ctx context.Context, h balance.Holder, units balance.Units) error {
	if h == balance.Account {
		w.Row.Units = units
		return nil
	}
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
