package sqlitestore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

const selectRef = "SELECT kind, id, name, version, attributes FROM roster_refs WHERE account = ? AND kind = ? "

func refOf(v row) (user.Ref, error) {
	r := record.Ref{
		Kind: v.text(0), ID: v.number(1), Name: v.text(2), Version: v.number(3), Attributes: v.json(4),
	}
	return r.Ref()
}

func (r *reader) Ref(ctx context.Context, k user.RefKind, id int64) (user.Ref, error) {
	return lookup(ctx, r, refOf, selectRef+"AND id = ?", r.account, k.String(), id)
}

func (r *reader) RefByName(ctx context.Context, k user.RefKind, name string) (user.Ref, error) {
	return lookup(ctx, r, refOf, selectRef+"AND name = ?", r.account, k.String(), name)
}

func (r *reader) Refs(ctx context.Context, k user.RefKind, after int64, limit int) ([]user.Ref, error) {
	return list(ctx, r, limit, refOf, selectRef+"AND id > ? ORDER BY id LIMIT ?", r.account, k.String(), after)
}

func (w *writer) PutRef(ctx context.Context, r user.Ref) error {
	if err := w.checkWrite(ctx); err != nil {
		return err
	}
	if !r.Kind.Valid() || r.ID <= 0 {
		return w.Fail(ctx, fmt.Errorf("sqlitestore: %s %d: %w", r.Kind, r.ID, storage.ErrInvalid))
	}
	v, err := record.RefOf(r)
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
	w.counts.Used(storage.RefIDs(r.Kind), r.ID)
	return w.Fail(ctx, err)
}

func (w *writer) DeleteRef(ctx context.Context, k user.RefKind, id int64) error {
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
	return w.Fail(ctx, w.noteSequence(storage.RefIDs(k), id))
}
