package memstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// delivery returns the row of a delivery, nil if there is none.
func (r *reader) delivery(name string) *deliveryRow {
	if name == "" {
		return nil
	}
	return get[deliveryRow](r, tableDeliveries, byID, append(r.key[:0], name...))
}

// letter returns the row of a dead letter, nil if there is none.
func (r *reader) letter(name string, id storage.ChangeID) *letterRow {
	return get[letterRow](r, tableLetters, byID, letterKey(r.key[:0], name, id))
}

func noDelivery(name string) error {
	return fmt.Errorf("memstore: delivery %.80q: %w", name, storage.ErrNotFound)
}

func (r *reader) Delivery(ctx context.Context, name string) (storage.Delivery, error) {
	if err := r.Check(ctx); err != nil {
		return storage.Delivery{}, err
	}
	row := r.delivery(name)
	if row == nil {
		return storage.Delivery{}, noDelivery(name)
	}
	return row.Delivery, nil
}

func (r *reader) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	most, err := r.limited(ctx, limit)
	if err != nil {
		return nil, err
	}
	var list []storage.Delivery
	for row := range ascend[deliveryRow](r, tableDeliveries, append(r.key[:0], after...)) {
		if len(list) == most {
			break
		}
		if row.Name > after {
			list = append(list, row.Delivery)
		}
	}
	return list, nil
}

func (r *reader) DeadLetters(
	ctx context.Context, name string, after storage.ChangeID, limit int,
) ([]storage.DeadLetter, error) {
	most, err := r.limited(ctx, limit)
	if err != nil {
		return nil, err
	}
	var list []storage.DeadLetter
	from := storage.ChangeID{Revision: after.Revision, Index: max(after.Index, 0)}
	for row := range ascend[letterRow](r, tableLetters, letterKey(r.key[:0], name, from)) {
		if row.name != name || len(list) == most {
			break
		}
		if after.Less(row.Change.ID) {
			list = append(list, row.Clone())
		}
	}
	return list, nil
}

func (w *writer) PutDelivery(ctx context.Context, d storage.Delivery) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if err := d.Check(); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	if w.delivery(d.Name) == nil {
		if w.head.deliveries >= w.store.limits.deliveries {
			return w.full(w.store.limits.deliveries, "deliveries")
		}
		w.head.deliveries++
	}
	d.Until = user.NormalizeTime(d.Until)
	must(w.quietTable().Insert(tableDeliveries, &deliveryRow{d}))
	return nil
}

func (w *writer) DeleteDelivery(ctx context.Context, name string) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	row := w.delivery(name)
	if row == nil {
		return noDelivery(name)
	}
	var gone []*letterRow
	for l := range ascend[letterRow](&w.reader, tableLetters, letterKey(w.key[:0], name, storage.ChangeID{})) {
		if l.name != name {
			break
		}
		gone = append(gone, l)
	}
	for _, l := range gone {
		must(w.quietTable().Delete(tableLetters, l))
	}
	must(w.quietTable().Delete(tableDeliveries, row))
	w.head.deliveries--
	w.head.letters -= len(gone)
	return nil
}

func (w *writer) PutDeadLetter(ctx context.Context, name string, l storage.DeadLetter) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if err := l.Check(); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	if w.delivery(name) == nil {
		return noDelivery(name)
	}
	if w.letter(name, l.Change.ID) == nil {
		if w.head.letters >= w.store.limits.letters {
			return w.full(w.store.limits.letters, "dead letters")
		}
		w.head.letters++
	}
	l = l.Clone()
	l.At = user.NormalizeTime(l.At)
	must(w.quietTable().Insert(tableLetters, &letterRow{name, l}))
	return nil
}

func (w *writer) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	row := w.letter(name, id)
	if row == nil {
		return fmt.Errorf("memstore: dead letter of change %v: %w", id, storage.ErrNotFound)
	}
	must(w.quietTable().Delete(tableLetters, row))
	w.head.letters--
	return nil
}

// scrubLetters removes the personal data of the user with the id from all dead letters about this
// user. A dead letter is a change that a consumer failed to handle. scrubLetters replaces each of
// these dead letters by its DeadLetter.Scrubbed. Dead letters about other users stay the same.
func (w *writer) scrubLetters(id user.ID) {
	var rows []*letterRow
	for row := range all[letterRow](w.rows, tableLetters) {
		if row.Change.UserID == id {
			rows = append(rows, &letterRow{row.name, row.Scrubbed()})
		}
	}
	for _, row := range rows {
		w.insert(tableLetters, row)
	}
}
