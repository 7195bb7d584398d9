package memstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func (r *reader) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	return r.reference(ctx, byID, referenceKey(r.key[:0], k, id))
}

func (r *reader) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	return r.reference(ctx, byName, nameKey(r.key[:0], k, name))
}

func (r *reader) reference(ctx context.Context, index string, key []byte) (user.Reference, error) {
	if err := r.Check(ctx); err != nil {
		return user.Reference{}, err
	}
	row := get[referenceRow](r, tableReferences, index, key)
	if row == nil {
		return user.Reference{}, fmt.Errorf("memstore: reference: %w", storage.ErrNotFound)
	}
	return row.Reference, nil
}

func (r *reader) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error) {
	most, err := r.limited(ctx, limit)
	if err != nil {
		return nil, err
	}
	if r.head.references == 0 {
		return nil, nil
	}
	var list []user.Reference
	for row := range ascend[referenceRow](r, tableReferences, referenceKey(r.key[:0], k, max(after, 0))) {
		if row.Kind != k || len(list) == most {
			break
		}
		if row.ID > after {
			list = append(list, row.Reference)
		}
	}
	return list, nil
}

func (w *writer) PutReference(ctx context.Context, ref user.Reference) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if !ref.Kind.Valid() || ref.ID <= 0 {
		return w.fail(fmt.Errorf("memstore: %s %d: %w", ref.Kind, ref.ID, storage.ErrInvalid))
	}
	// go-memdb's Unique overwrites, it does not refuse.
	named := get[referenceRow](&w.reader, tableReferences, byName, nameKey(w.key[:0], ref.Kind, ref.Name))
	if named != nil && named.ID != ref.ID {
		return w.fail(&storage.ExistsError{What: "name", ID: named.ID})
	}
	if get[referenceRow](&w.reader, tableReferences, byID, referenceKey(w.key[:0], ref.Kind, ref.ID)) == nil {
		if w.head.references >= w.store.limits.refs {
			return w.full(w.store.limits.refs, "pieces of reference data")
		}
		w.head.references++
	}
	w.raise(storage.ReferenceIDs(ref.Kind), ref.ID)
	w.insert(tableReferences, &referenceRow{ref})
	return nil
}

func (w *writer) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	row := get[referenceRow](&w.reader, tableReferences, byID, referenceKey(w.key[:0], k, id))
	if row == nil {
		return fmt.Errorf("memstore: reference: %w", storage.ErrNotFound)
	}
	w.head.references--
	w.remove(tableReferences, row)
	return nil
}
