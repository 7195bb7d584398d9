package sqlitestore

import (
	"context"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// reader reads one account in one transaction. A writer embeds it.
type reader struct {
	sqlread.Reader
	asker
	account string
	number  int64 // the account's; 0: it was never written to
}

// begin starts the reader in an open transaction.
func (r *reader) begin(g *gate.Gate, writing bool) {
	r.Begin(g, writing, named)
	r.Open(r, sqlread.SQLite, r.account)
}

// open sets what the account's row contains.
func (r *reader) open(v row) {
	r.number = v.number(0)
	r.Row = sqlread.Account{
		Revision: user.Revision(v.number(1)), Config: user.Revision(v.number(2)), Units: balance.Units(v.number(3)),
	}
}

func (r *reader) Account(ctx context.Context) (a user.Account, err error) {
	if err := r.Check(ctx); err != nil {
		return a, err
	}
	v, ok, err := one(r.engine, "SELECT settings FROM roster_accounts WHERE id = ? AND settings IS NOT NULL", r.account)
	switch {
	case err != nil:
	case !ok:
		err = r.Missing()
	default:
		err = record.Decode([]byte(v.text(0)), &a)
	}
	return a, r.Fail(ctx, err)
}
