package pgstore

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// DeleteAccount implements storage.Storage. It is one transaction, apart from those that Updates
// share. It locks the account's row first, so Updates of the account wait for it, in every process;
// Views do not. What Updates had read before is stale then, and they run again. The account's row,
// its sequences and its compaction stay.
//
// Errors: storage.ErrClosed, the context's, storage.ErrNestedTx, storage.ErrUnknownOutcome,
// *SchemaError, and the engine's.
func (s *Store) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	end, err := s.enterTx(ctx, true)
	if err != nil {
		return 0, err
	}
	defer end()
	for attempt := 1; ; attempt++ {
		rev, again, err := s.deleteAccount(ctx, a)
		if !again || attempt >= s.opt.attempts {
			return rev, err
		}
		if err := s.pause(ctx, attempt); err != nil {
			return 0, err
		}
	}
}

// deleteAccount runs one transaction. After an error, again says whether another one may succeed.
func (s *Store) deleteAccount(ctx context.Context, a user.AccountID) (_ user.Revision, again bool, _ error) {
	ctx, stop := s.untilClose(ctx)
	defer stop()
	d := deletion{account: string(a)}
	c, err := s.connected(ctx, func(c *pgxpool.Conn) error {
		return d.begin(ctx, c, "BEGIN ISOLATION LEVEL READ COMMITTED")
	})
	if err != nil {
		return 0, ctx.Err() == nil && passing(err), named(ctx, err)
	}
	defer func() { s.leave(c) }()
	if d.idle() {
		return d.before.Revision, false, nil
	}
	if err := d.run(ctx, c, &pgx.Batch{}); err != nil {
		return 0, ctx.Err() == nil && passing(err), named(ctx, err)
	}
	done, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opt.commit)
	defer cancel()
	tag, err := c.Exec(done, "COMMIT")
	switch {
	case err == nil && tag.String() != commitTag:
		return 0, false, errRolledBack
	case err != nil && refused(c.Conn(), err):
		return 0, passing(err), named(ctx, err)
	case err != nil && s.fence(&group{account: d.account, row: d.row}):
		return 0, true, named(ctx, err) // the commit has not happened and never will
	case err != nil:
		return 0, false, fmt.Errorf("%w (%w)", storage.ErrUnknownOutcome, err)
	}
	s.cache.take(a)
	s.watch.commit(a, d.after.Revision)
	s.watch.tell(a, d.after.Revision)
	return d.after.Revision, false, nil
}

// DeleteAccount implements storage.Storage.
func (h *hostTx) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	end, err := h.store.gate.EnterTx(ctx, true)
	if err != nil {
		return 0, err
	}
	defer end()
	d := deletion{account: string(a)}
	err = h.call(ctx, func() (bool, error) {
		if err := d.begin(ctx, h.tx, ""); err != nil || d.idle() {
			return true, named(ctx, err)
		}
		var b pgx.Batch
		if h.store.opt.listen {
			b.Queue(notify, channel, payload(a, d.after.Revision))
		}
		return true, named(ctx, d.run(ctx, h.tx, &b))
	})
	if err != nil {
		return 0, err
	}
	return d.after.Revision, nil
}

// deletion is the deletion of an account in a transaction.
type deletion struct {
	account       string
	row           accountRow
	before, after storage.Counters
}

// begin locks the account's row, behind another statement, and reads what the account counts.
func (d *deletion) begin(ctx context.Context, to engine, before string) error {
	var b pgx.Batch
	if before != "" {
		b.Queue(before)
	}
	d.row, d.before = accountRow{}, storage.Counters{}
	b.Queue(selectAccount+" FOR NO KEY UPDATE", d.account).Query(func(rows pgx.Rows) error { return each(rows, d.row.scan) })
	queue(&b, sqlread.CountersOf(d.account, &d.before)...)
	if err := send(ctx, to, &b); err != nil {
		return err
	}
	d.before.Revision = user.Revision(d.row.revision)
	d.after = d.before.AfterDeletion()
	return nil
}

// idle reports whether there is nothing to delete.
func (d *deletion) idle() bool { return !d.row.known || d.before.Deleted() }

// run removes everything, and writes the counters that stay. Its statements go before those of b.
func (d *deletion) run(ctx context.Context, to engine, then *pgx.Batch) error {
	var b pgx.Batch
	for _, statement := range sqlread.Deletions() {
		b.Queue(statement, d.account)
	}
	for s, last := range d.after.Given { // no row will show it
		if last > 0 {
			b.Queue(`INSERT INTO roster_sequences (account, name, last) VALUES ($1, $2, $3)
				ON CONFLICT (account, name) DO UPDATE SET last = excluded.last`,
				d.account, record.SequenceName(storage.Sequence(s)), last)
		}
	}
	if d.after.Revision != 0 {
		b.Queue(putCompaction, d.account, sqlread.Signed(d.after.Compacted.Revision), int64(d.after.Compacted.Index))
	}
	b.Queue("UPDATE roster_accounts SET revision = $2, commits = commits + 1, units = 0, settings = NULL WHERE id = $1",
		d.account, int64(d.after.Revision))
	b.QueuedQueries = append(b.QueuedQueries, then.QueuedQueries...)
	return send(ctx, to, &b)
}
