package sqlwrite

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// AppendChange implements storage.Writer. The change of a transfer with a single posting repeats
// the transfer, so the posting's row stands for it, and the change has no row of its own.
func (w *Writer) AppendChange(ctx context.Context, c storage.Change) error {
	return w.do(ctx, func() error {
		id, err := w.Counts.ChangeID(c.ID)
		if err != nil {
			return w.reader.Named(err)
		}
		c.ID = id
		if w.last.repeatedBy(c) {
			return w.markChange(ctx, id)
		}
		row, err := record.ChangeRow(c)
		if err != nil {
			return w.invalid(err)
		}
		return w.engine.Put(ctx, Changes, row...)
	})
}

// Scrub implements storage.Writer.
func (w *Writer) Scrub(ctx context.Context, id user.ID) error {
	return w.do(ctx, func() error {
		w.Counts.Wrote()
		var list []Statement
		for _, sql := range Scrubs(w.reader.Dialect()) {
			list = append(list, Statement{sql, []any{w.account, int64(id)}})
		}
		return w.engine.Exec(ctx, list...)
	})
}

// Scrubs returns the statements that remove a user's personal data from what happened. Their
// arguments are the account and the user.
func Scrubs(d sqlread.Dialect) []string {
	return []string{
		"UPDATE roster_changes" + d.Hint("roster_changes_of_user") + ` SET created = NULL, diff = NULL, detail = NULL
			WHERE account = $1 AND user_id = $2 AND (created IS NOT NULL OR diff IS NOT NULL OR detail IS NOT NULL)`,
		"UPDATE roster_postings" + d.Hint("roster_postings_by_payee") + ` SET login = ''
			WHERE account = $1 AND payee = $2 AND payee <> 0`,
		"UPDATE roster_postings" + d.Hint("roster_postings_by_payer") + ` SET login = ''
			WHERE account = $1 AND payer = $2 AND payer <> 0 AND payee <= 0`,
		`UPDATE roster_dead_letters SET created = NULL, diff = NULL, detail = NULL, error = ''
			WHERE account = $1 AND user_id = $2`,
	}
}

// CompactChanges implements storage.Writer.
func (w *Writer) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	return w.do(ctx, func() error {
		if err := storage.CheckCompaction(last, w.Next()); err != nil {
			return w.reader.Named(err)
		}
		compacted, err := w.reader.Compacted(ctx)
		if err != nil || !compacted.Less(last) {
			return err
		}
		w.Counts.Wrote()
		return w.forget(ctx, last)
	})
}

// forget removes the changes up to one, and notes that.
func (w *Writer) forget(ctx context.Context, last storage.ChangeID) error {
	at := []any{w.account, sqlread.Signed(last.Revision), int64(last.Index)}
	return w.engine.Exec(ctx,
		Statement{"DELETE FROM roster_changes WHERE account = $1 AND (revision, position) <= ($2, $3)", at},
		Statement{"UPDATE roster_postings" + w.reader.Dialect().Hint("roster_postings_by_revision") + ` SET revision = NULL, change_position = NULL
			WHERE account = $1 AND revision IS NOT NULL AND (revision, change_position) <= ($2, $3)`, at},
		Statement{Compactions.Insert(1, false), at})
}

// Load implements storage.Writer.
func (w *Writer) Load(ctx context.Context, c storage.Counters) error {
	return w.do(ctx, func() error {
		newest, err := w.reader.LastChange(ctx)
		if err != nil {
			return err
		}
		if err := w.Counts.Load(ctx, c, newest); err != nil {
			return w.reader.Named(err)
		}
		if c.Compacted == (storage.ChangeID{}) {
			return nil
		}
		return w.forget(ctx, c.Compacted)
	})
}

// Counters implements storage.Reader. It returns the result of sqlread.Reader.Counters, in which
// the greatest ids also include those that this transaction took with NextID or received with Load
// and has not written yet. Errors: those of sqlread.Reader.Counters.
func (w *Writer) Counters(ctx context.Context) (storage.Counters, error) {
	c, err := w.reader.Counters(ctx)
	if err == nil {
		w.Counts.Add(&c)
	}
	return c, err
}

// DeleteAccount removes what the account has, and writes the counters that stay. before are those
// that it had.
func (w *Writer) DeleteAccount(ctx context.Context, before storage.Counters) error {
	return w.do(ctx, func() error {
		w.last = posted{}
		for s, last := range before.Given { // no row will show it
			if last > 0 {
				if err := w.note(ctx, storage.Sequence(s), last); err != nil {
					return err
				}
			}
		}
		var list []Statement
		for _, sql := range append(Deletions(), "UPDATE roster_accounts SET settings = NULL, units = 0 WHERE id = $1") {
			list = append(list, Statement{sql, []any{w.account}})
		}
		if err := w.engine.Exec(ctx, list...); err != nil || before.Revision == 0 || before.Deleted() {
			return err // a deleted account has deliveries at most
		}
		w.Counts.Wrote()
		return w.forget(ctx, before.AfterDeletion().Compacted)
	})
}

// PutDelivery implements storage.Writer.
func (w *Writer) PutDelivery(ctx context.Context, d storage.Delivery) error {
	return w.do(ctx, func() error {
		if err := d.Check(); err != nil {
			return w.reader.Named(err)
		}
		w.Counts.Quiet()
		return w.engine.Put(ctx, Deliveries, d.Name, int64(d.Position.Revision), int64(d.Position.Index), d.Holder, record.NullTime(d.Until))
	})
}

// DeleteDelivery implements storage.Writer.
func (w *Writer) DeleteDelivery(ctx context.Context, name string) error {
	if _, err := w.reader.Delivery(ctx, name); err != nil {
		return err
	}
	return w.do(ctx, func() error {
		w.Counts.Quiet()
		args := []any{w.account, name}
		return w.engine.Exec(ctx,
			Statement{"DELETE FROM roster_dead_letters WHERE account = $1 AND name = $2", args},
			Statement{"DELETE FROM roster_deliveries WHERE account = $1 AND name = $2", args})
	})
}

// PutDeadLetter implements storage.Writer.
func (w *Writer) PutDeadLetter(ctx context.Context, name string, l storage.DeadLetter) error {
	return w.do(ctx, func() error {
		if err := l.Check(); err != nil {
			return w.reader.Named(err)
		}
		if _, err := w.reader.Delivery(ctx, name); err != nil {
			return err
		}
		change, err := record.ChangeRow(l.Change)
		if err != nil {
			return w.invalid(err)
		}
		w.Counts.Quiet()
		row := append([]any{name}, change...)
		return w.engine.Put(ctx, DeadLetters, append(row, int64(l.Attempts), l.Error, record.NullTime(l.At))...)
	})
}

// DeleteDeadLetter implements storage.Writer.
func (w *Writer) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	return w.do(ctx, func() error {
		key, known := []any{name, sqlread.Signed(id.Revision), int64(id.Index)}, int64(0)
		err := w.ask(ctx, func(row sqlread.Row) error { return row.Scan(&known) },
			"SELECT revision FROM roster_dead_letters WHERE account = $1 AND name = $2 AND revision = $3 AND position = $4", key...)
		if err != nil {
			return err
		}
		if known == 0 {
			return w.reader.Missing()
		}
		w.Counts.Quiet()
		return w.engine.Delete(ctx, DeadLetters, key...)
	})
}
