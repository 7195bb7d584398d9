package sqlitestore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

func (w *writer) AppendChange(ctx context.Context, c storage.Change) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	return w.Fail(ctx, w.appendChange(c))
}

func (w *writer) appendChange(c storage.Change) (err error) {
	if c.ID, err = w.counts.ChangeID(c.ID); err != nil {
		return err
	}
	r, err := record.ChangeOf(c)
	if err != nil {
		return err
	}
	_, err = w.engine.exec(`INSERT INTO roster_changes (account, revision, position, at, type, actor, user_id, reason,
		created, diff, reference_kind, reference_id, transfer, money, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		w.account, r.Revision, r.Position, instant(r.At), r.Type, orNull(r.Actor), orNull(r.UserID), orNull(r.Reason),
		orNull(string(r.Created)), orNull(string(r.Diff)), orNull(r.ReferenceKind), orNull(r.ReferenceID),
		orNull(r.Transfer), orNull(string(r.Money)), orNull(r.Detail))
	return err
}

const scrubChanges = `UPDATE roster_changes INDEXED BY roster_changes_of_user
	SET created = NULL, diff = NULL, detail = NULL WHERE account = ? AND user_id = ?`

func (w *writer) Scrub(ctx context.Context, id user.ID) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	w.counts.Wrote()
	for _, s := range []string{
		scrubChanges,
		`UPDATE roster_postings INDEXED BY roster_postings_by_payee SET login = ''
			WHERE account = ? AND payee = ? AND payee <> 0`,
		`UPDATE roster_postings INDEXED BY roster_postings_by_payer SET login = ''
			WHERE account = ? AND payer = ? AND payer <> 0 AND payee <= 0`,
	} {
		if _, err := w.engine.exec(s, w.account, int64(id)); err != nil {
			return w.Fail(ctx, err)
		}
	}
	return nil
}

func (w *writer) CompactChanges(ctx context.Context, last storage.ChangeID) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	return w.Fail(ctx, w.compactChanges(ctx, last))
}

func (w *writer) compactChanges(ctx context.Context, last storage.ChangeID) error {
	if err := storage.CheckCompaction(last, w.Next()); err != nil {
		return fmt.Errorf("sqlitestore: %w", err)
	}
	compacted, err := w.Compacted(ctx)
	if err != nil || !compacted.Less(last) {
		return err
	}
	w.counts.Wrote()
	return w.forgetChanges(last)
}

// forgetChanges removes the changes up to one, and notes that.
func (w *writer) forgetChanges(last storage.ChangeID) error {
	at := []any{w.account, sqlread.Signed(last.Revision), int64(last.Index)}
	for _, statement := range []string{
		"DELETE FROM roster_changes WHERE account = ? AND (revision, position) <= (?, ?)",
		`INSERT INTO roster_compactions (account, revision, position) VALUES (?, ?, ?)
			ON CONFLICT (account) DO UPDATE SET revision = excluded.revision, position = excluded.position`,
	} {
		if _, err := w.engine.exec(statement, at...); err != nil {
			return err
		}
	}
	return nil
}
