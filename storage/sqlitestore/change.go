package sqlitestore

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

func changeOf(v row) (storage.Change, error) {
	at, err := v.instant(2)
	if err != nil {
		return storage.Change{}, err
	}
	r := record.Change{
		Revision: v.number(0), Position: v.number(1), At: at, Type: v.text(3), Actor: v.number(4), UserID: v.number(5),
		Reason: v.text(6), Created: v.json(7), Diff: v.json(8), ReferenceKind: v.text(9), ReferenceID: v.number(10),
		Transfer: v.number(11), Money: v.json(12), Detail: v.text(13),
	}
	return r.Change()
}

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
