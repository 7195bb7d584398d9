package pgstore

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// grace is how long a statement may continue after its caller's context ended. To stop it would
// close the connection that other Updates share, and nearly all statements end within the grace.
const grace = 100 * time.Millisecond

// patient returns a context that has the values of ctx, and the function stop. The context ends 100
// ms (grace) after ctx ends, or when stop is called. The caller must call stop. If ctx can never
// end, patient returns ctx itself, and stop does nothing.
func patient(ctx context.Context) (_ context.Context, stop func()) {
	if ctx.Done() == nil {
		return ctx, func() {}
	}
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	release := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return late, func() { release(); cancel() }
}

// link sends a transaction's statements to the database. Each batch is one round trip.
type link interface {
	batch(ctx context.Context, b *pgx.Batch) error
}

// opened is the link of a transaction that is already open, on a connection or the host's.
type opened struct {
	engine interface {
		SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	}
}

// batch sends the statements of b and returns the first error. It discards a result for which b has
// no function. When ctx has ended, batch waits at most 100 ms (grace) longer for the results.
func (o opened) batch(ctx context.Context, b *pgx.Batch) error {
	ctx, stop := patient(ctx)
	defer stop()
	return o.engine.SendBatch(ctx, b).Close()
}

// unlocked is the link of a group that has not locked the account's row. After each batch it checks
// that the row is unchanged since the group began, so all that fn reads belongs to one state.
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

// read adds a SELECT statement to a batch. When the batch runs, each row is passed to row, until
// row returns an error.
func read(b *pgx.Batch, row func(pgx.Rows) error, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := row(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// query runs one SELECT statement.
func query(ctx context.Context, e sqlread.Engine, row func(sqlread.Row) error, sql string, args ...any) error {
	return e.Ask(ctx, sqlread.Question{SQL: sql, Args: args, Row: row})
}

// asker is the sqlread.Engine of a link.
type asker struct{ link }

// Ask implements sqlread.Engine. It runs the SELECT statements of all questions in one round trip.
// For each row of a question's answer it calls the function Row of the question. It returns the
// first error of the link or of a Row function.
func (a asker) Ask(ctx context.Context, questions ...sqlread.Question) error {
	var b pgx.Batch
	for _, q := range questions {
		read(&b, func(rows pgx.Rows) error { return q.Row(rows) }, q.SQL, q.Args...)
	}
	return a.batch(ctx, &b)
}
