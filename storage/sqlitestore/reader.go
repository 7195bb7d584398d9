package sqlitestore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/gate"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// reader reads one account in one transaction.
type reader struct {
	sqlread.Reader
	engine   engine
	account  string
	number   int64 // the account's; 0: it was never written to
	revision user.Revision
	config   user.Revision // what ConfigRevision returns
	units    balance.Units // of the account itself
}

// begin opens the transaction.
func (r *reader) begin(g *gate.Gate, writing bool) {
	r.Begin(g, writing, named)
	r.Open(asker{r.engine}, sqlread.SQLite, r.account)
}

// open takes what the account's row says.
func (r *reader) open(v row) {
	r.number, r.revision, r.config = v.number(0), user.Revision(v.number(1)), user.Revision(v.number(2))
	r.units = balance.Units(v.number(3))
}

var errMissing = fmt.Errorf("sqlitestore: %w", storage.ErrNotFound)

func (r *reader) Revision() user.Revision { return r.revision }

func (r *reader) ConfigRevision() user.Revision { return r.config }

func (r *reader) Account(ctx context.Context) (a user.Account, err error) {
	if err := r.Check(ctx); err != nil {
		return a, err
	}
	v, ok, err := one(r.engine, "SELECT settings FROM roster_accounts WHERE id = ? AND settings IS NOT NULL", r.account)
	switch {
	case err != nil:
	case !ok:
		err = errMissing
	default:
		err = record.Decode([]byte(v.text(0)), &a)
	}
	return a, r.Fail(ctx, err)
}

func (r *reader) Counters(ctx context.Context) (storage.Counters, error) {
	c, err := r.Reader.Counters(ctx)
	if err == nil {
		c.Revision = r.revision
	}
	return c, err
}

func (r *reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	return r.Reader.Balances(ctx, r.units, holders)
}
