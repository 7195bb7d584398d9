package pgstore

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// link is where a transaction's statements go. Each call is one round trip.
type link interface {
	query(ctx context.Context, sql string, row func(pgx.Rows) error, args ...any) error
	batch(ctx context.Context, b *pgx.Batch) error
}

// engine is a connection, or a transaction of the embedding server's.
type engine interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// opened is a link in an open transaction.
type opened struct{ engine }

func (o opened) query(ctx context.Context, sql string, row func(pgx.Rows) error, args ...any) error {
	rows, err := o.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	return each(rows, row)
}

func (o opened) batch(ctx context.Context, b *pgx.Batch) error { return o.SendBatch(ctx, b).Close() }

// unlocked is the link of a group that has not locked the account's row. Behind each question it asks whether the row is
// still the one that the group began with, so that all that an fn is told is of one state.
type unlocked struct{ *group }

const selectTicks = "SELECT ticks FROM roster_accounts WHERE id = $1"

func (u unlocked) query(ctx context.Context, sql string, row func(pgx.Rows) error, args ...any) error {
	var b pgx.Batch
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error { return each(rows, row) })
	return u.batch(ctx, &b)
}

func (u unlocked) batch(ctx context.Context, b *pgx.Batch) error {
	ticks := int64(-1)
	b.Queue(selectTicks, u.account).Query(func(rows pgx.Rows) error {
		return each(rows, func(rows pgx.Rows) error { return rows.Scan(&ticks) })
	})
	if err := u.conn.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	if ticks != u.row.ticks {
		u.stale = true
		return errStale
	}
	u.checked = true
	return nil
}
