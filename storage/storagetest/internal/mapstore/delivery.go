package mapstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/storage"
)

func (r *reader) Delivery(ctx context.Context, name string) (storage.Delivery, error) {
	d, ok := r.at("Delivery").deliveries[name]
	if !ok {
		return storage.Delivery{}, errMissing
	}
	return d, nil
}

func (r *reader) Deliveries(ctx context.Context, after string, limit int) ([]storage.Delivery, error) {
	var list []storage.Delivery
	for name, d := range r.at("Deliveries").deliveries {
		if name > after || r.bad("repeats the last delivery of a page") && name == after {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b storage.Delivery) int {
		if r.bad("lists deliveries by their positions") {
			return cmp.Compare(a.Position.Revision, b.Position.Revision)
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return page(r.store, list, limit)
}

func (r *reader) DeadLetters(
	ctx context.Context, name string, after storage.ChangeID, limit int,
) ([]storage.DeadLetter, error) {
	var list []storage.DeadLetter
	for id, l := range r.at("DeadLetters").letters {
		switch {
		case id.name != name && !r.bad("has one list of dead letters for all deliveries"):
			continue
		case r.bad("pages dead letters by revision") && id.change.Revision <= after.Revision:
			continue
		case !after.Less(id.change):
			continue
		case r.bad("has the change of a dead letter no more once it is compacted") && !r.state.compacted.Less(id.change):
			continue
		case !r.bad("gives out its own dead letters"):
			l = l.Clone()
		}
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b storage.DeadLetter) int {
		if r.bad("lists dead letters by the time of their failure") {
			return a.At.Compare(b.At)
		}
		a1, b1 := a.Change.ID, b.Change.ID
		return cmp.Or(cmp.Compare(a1.Revision, b1.Revision), cmp.Compare(a1.Index, b1.Index))
	})
	return page(r.store, list, limit)
}

func (w *writer) PutDelivery(ctx context.Context, d storage.Delivery) error {
	if err := d.Check(); err != nil && !w.bad("takes any delivery") {
		return fmt.Errorf("mapstore: %w", err)
	}
	w.on("forgets the holder of a lease", func() { d.Holder = "" })
	if old, ok := w.state.deliveries[d.Name]; ok && w.bad("never moves a position back") && d.Position.Less(old.Position) {
		d.Position = old.Position
	}
	d.Until = d.Until.UTC()
	w.state.deliveries[d.Name] = d
	w.wroteQuietly()
	return nil
}

func (w *writer) DeleteDelivery(ctx context.Context, name string) error {
	if _, ok := w.state.deliveries[name]; !ok && !w.bad("deletes deliveries that are not there") {
		return errMissing
	}
	delete(w.state.deliveries, name)
	for id := range w.state.letters {
		if id.name == name && !w.bad("keeps the dead letters of a delivery that is deleted") {
			delete(w.state.letters, id)
		}
	}
	w.wroteQuietly()
	return nil
}

func (w *writer) PutDeadLetter(ctx context.Context, name string, l storage.DeadLetter) error {
	if err := l.Check(); err != nil && !w.bad("takes any dead letter") {
		return fmt.Errorf("mapstore: %w", err)
	}
	if _, ok := w.state.deliveries[name]; !ok && !w.bad("keeps dead letters of no delivery") {
		return errMissing
	}
	id := letterID{name, l.Change.ID}
	if _, ok := w.state.letters[id]; ok && w.bad("keeps the first dead letter of a change") {
		return nil
	}
	w.on("forgets the user that the change of a dead letter created", func() { l.Change.Created = nil })
	if !w.bad("keeps the caller's dead letters") {
		l = l.Clone()
	}
	w.state.letters[id] = l
	w.wroteQuietly()
	return nil
}

func (w *writer) DeleteDeadLetter(ctx context.Context, name string, id storage.ChangeID) error {
	if _, ok := w.state.letters[letterID{name, id}]; !ok && !w.bad("deletes dead letters that are not there") {
		return errMissing
	}
	delete(w.state.letters, letterID{name, id})
	w.wroteQuietly()
	return nil
}

// wroteQuietly notes a write that raises no revision.
func (w *writer) wroteQuietly() {
	w.quiet = true
	w.wrote = w.wrote || w.bad("raises the revision for a delivery")
}

// scrubLetters scrubs the dead letters of a user.
func (w *writer) scrubLetters(about func(storage.Change) bool) {
	for id, l := range w.state.letters {
		if !about(l.Change) || w.bad("scrubs no dead letters") {
			continue
		}
		scrubbed := l.Scrubbed()
		w.on("keeps the error of a dead letter that is scrubbed", func() { scrubbed.Error = l.Error })
		w.state.letters[id] = scrubbed
	}
}
