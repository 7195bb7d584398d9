package sqlitestore

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/gate"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// reader reads one account in one transaction.
type reader struct {
	gate.Tx
	engine   engine
	account  string
	number   int64 // the account's; 0: it was never written to
	revision user.Revision
	config   user.Revision                  // what ConfigRevision returns
	balances map[balance.Holder]*balanceRow // those that were read
}

// open takes what the account's row says.
func (r *reader) open(v row) {
	r.number, r.revision, r.config = v.number(0), user.Revision(v.number(1)), user.Revision(v.number(2))
}

var errMissing = fmt.Errorf("sqlitestore: %w", storage.ErrNotFound)

// pageLimit returns how many items a list may have.
func pageLimit(limit int) (int64, error) {
	most, err := storage.PageLimit(limit)
	if err != nil {
		return 0, fmt.Errorf("sqlitestore: %w", err)
	}
	return int64(most), nil
}

// lookup reads the row that there is at most one of.
func lookup[T any](ctx context.Context, r *reader, item func(row) (T, error), query string, args ...any) (T, error) {
	var none T
	if err := r.Check(ctx); err != nil {
		return none, err
	}
	v, ok, err := one(r.engine, query, args...)
	if err == nil && !ok {
		err = errMissing
	}
	if err != nil {
		return none, r.Fail(ctx, err)
	}
	t, err := item(v)
	return t, r.Fail(ctx, err)
}

// list reads rows up to a limit, which is the last argument of the query.
func list[T any](
	ctx context.Context, r *reader, limit int, item func(row) (T, error), query string, args ...any,
) ([]T, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	most, err := pageLimit(limit)
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	var items []T
	err = r.engine.query(ctx, query, func(v row) (bool, error) {
		t, err := item(v)
		items = append(items, t)
		return true, errors.Join(err, ctx.Err())
	}, append(args, most)...)
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	return items, nil
}

// decoded reads the value of a JSON column.
func decoded[T any](v row) (t T, err error) {
	err = record.Decode(v.json(0), &t)
	return t, err
}

func (r *reader) Revision() user.Revision { return r.revision }

func (r *reader) ConfigRevision() user.Revision { return r.config }

func (r *reader) Account(ctx context.Context) (user.Account, error) {
	return lookup(ctx, r, decoded[user.Account],
		"SELECT settings FROM roster_accounts WHERE id = ? AND settings IS NOT NULL", r.account)
}

// signed returns a number as a column can have it. What is beyond that is beyond every row too.
func signed[T ~uint64](n T) int64 { return int64(min(uint64(n), 1<<63-1)) }
