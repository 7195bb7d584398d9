package pgstore

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// grace is how long a statement may go on after its caller's context has ended. The driver closes
// the connection of a statement whose context ends, and the transaction of all the callers in it is
// lost. Nearly every statement is done sooner, so that a caller that gives up costs the others
// nothing.
const grace = 100 * time.Millisecond

// patient returns a context that ends a grace after ctx. stop has to be called.
func patient(ctx context.Context) (_ context.Context, stop func()) {
	if ctx.Done() == nil {
		return ctx, func() {}
	}
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	release := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return late, func() { release(); cancel() }
}

// send sends a batch and waits for the answers, at most a grace longer than ctx.
func send(ctx context.Context, to engine, b *pgx.Batch) error {
	ctx, stop := patient(ctx)
	defer stop()
	return to.SendBatch(ctx, b).Close()
}

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
	ctx, stop := patient(ctx)
	defer stop()
	rows, err := o.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	return each(rows, row)
}

func (o opened) batch(ctx context.Context, b *pgx.Batch) error { return send(ctx, o.engine, b) }

// unlocked is the link of a group that has not locked the account's row. Behind each question it
// asks whether the row is still the one that the group began with, so that all that an fn is told
// is of one state.
type unlocked struct{ *group }

const selectCommits = "SELECT commits FROM roster_accounts WHERE id = $1"

func (u unlocked) query(ctx context.Context, sql string, row func(pgx.Rows) error, args ...any) error {
	var b pgx.Batch
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error { return each(rows, row) })
	return u.batch(ctx, &b)
}

func (u unlocked) batch(ctx context.Context, b *pgx.Batch) error {
	commits := int64(-1)
	b.Queue(selectCommits, u.account).Query(func(rows pgx.Rows) error {
		return each(rows, func(rows pgx.Rows) error { return rows.Scan(&commits) })
	})
	if err := send(ctx, u.conn, b); err != nil {
		return err
	}
	if commits != u.row.commits {
		u.stale = true
		return errStale
	}
	u.checked = true
	return nil
}
