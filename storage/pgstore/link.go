package pgstore

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage/internal/sqlread"
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

// link is where a transaction's statements go. Each batch is one round trip.
type link interface {
	batch(ctx context.Context, b *pgx.Batch) error
}

// engine is a connection, or a transaction of the embedding server's.
type engine interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// opened is a link in an open transaction.
type opened struct{ engine }

// batch waits for the answers at most a grace longer than ctx.
func (o opened) batch(ctx context.Context, b *pgx.Batch) error {
	ctx, stop := patient(ctx)
	defer stop()
	return o.SendBatch(ctx, b).Close()
}

// unlocked is the link of a group that has not locked the account's row. Behind each question it
// asks whether the row is still the one that the group began with, so that all that an fn is told
// is of one state.
type unlocked struct{ *group }

func (u unlocked) batch(ctx context.Context, b *pgx.Batch) error {
	commits := int64(-1)
	read(b, func(rows pgx.Rows) error { return rows.Scan(&commits) }, "SELECT commits FROM roster_accounts WHERE id = $1", u.account)
	if err := (opened{u.conn}).batch(ctx, b); err != nil {
		return err
	}
	if commits != u.row.commits {
		u.stale = true
		return errStale
	}
	u.checked = true
	return nil
}

// read adds a statement to a batch. It calls row for each row of the answer.
func read(b *pgx.Batch, row func(pgx.Rows) error, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error { return each(rows, row) })
}

// each calls row for each row, and closes them.
func each(rows pgx.Rows, row func(pgx.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// query asks one question.
func query(ctx context.Context, e sqlread.Engine, row func(sqlread.Row) error, sql string, args ...any) error {
	return e.Ask(ctx, sqlread.Question{SQL: sql, Args: args, Row: row})
}

// asker asks over a link.
type asker struct{ link }

// Ask implements sqlread.Engine.
func (a asker) Ask(ctx context.Context, questions ...sqlread.Question) error {
	var b pgx.Batch
	for _, q := range questions {
		read(&b, func(rows pgx.Rows) error { return q.Row(rows) }, q.SQL, q.Args...)
	}
	return a.batch(ctx, &b)
}
