package sqlitestore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

func (w *writer) PutReference(ctx context.Context, r user.Reference) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	if !r.Kind.Valid() || r.ID <= 0 {
		return w.Fail(ctx, fmt.Errorf("sqlitestore: %s %d: %w", r.Kind, r.ID, storage.ErrInvalid))
	}
	v, err := record.ReferenceOf(r)
	if err != nil {
		return w.Fail(ctx, fmt.Errorf("sqlitestore: %w", err))
	}
	_, err = w.engine.exec(`INSERT INTO roster_refs (account, kind, id, name, version, attributes) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, kind, id) DO UPDATE SET
		name = excluded.name, version = excluded.version, attributes = excluded.attributes`,
		w.account, v.Kind, v.ID, v.Name, v.Version, string(v.Attributes))
	if isConstraint(err) {
		err = w.taken(err, "name", "SELECT id FROM roster_refs WHERE account = ? AND kind = ? AND name = ?",
			w.account, v.Kind, v.Name)
	}
	w.counts.Used(storage.ReferenceIDs(r.Kind), r.ID)
	return w.Fail(ctx, err)
}

func (w *writer) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	n, err := w.engine.exec("DELETE FROM roster_refs WHERE account = ? AND kind = ? AND id = ?", w.account, k.String(), id)
	switch {
	case err != nil:
		return w.Fail(ctx, err)
	case n == 0:
		return errMissing
	}
	w.counts.Wrote()
	return w.Fail(ctx, w.noteSequence(storage.ReferenceIDs(k), id))
}
