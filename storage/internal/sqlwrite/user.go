package sqlwrite

import (
	"context"

	"github.com/ca74b63c/roster/internal/facet"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// PutUser implements storage.Writer. It writes the user's row, and of keys, sets, custom attributes
// and texts only what differs from before.
func (w *Writer) PutUser(ctx context.Context, u user.User) error {
	return w.do(ctx, func() error {
		if u.ID <= 0 {
			return w.errorf("user id %d: %w", u.ID, storage.ErrInvalid)
		}
		row, err := record.UserRow(u)
		if err != nil {
			return w.invalid(err)
		}
		found, err := w.engine.FindUser(ctx, u.ID)
		if err != nil {
			return err
		}
		var old user.User
		if found != nil {
			old = *found
		}
		if found == nil || !user.SameKeys(old, u) {
			if err := w.checkKeys(ctx, old, u); err != nil {
				return err
			}
		}
		w.Counts.Used(storage.UserIDs, int64(u.ID))
		w.Counts.Raise(u.ConfigVersion)
		if err := w.engine.WriteUser(ctx, u, row); err != nil {
			return err
		}
		if err := w.putEntries(ctx, old, u); err != nil {
			return err
		}
		if found != nil && storage.SearchedTexts(old) == storage.SearchedTexts(u) {
			return nil
		}
		return w.engine.PutText(ctx, u.ID, record.SearchText(u))
	})
}

// checkKeys returns a *storage.ExistsError if another user has one of the new unique keys of u. A
// key is new if old, the user before the change, does not have it. Other errors: those of the
// engine.
func (w *Writer) checkKeys(ctx context.Context, old, u user.User) error {
	before := old.Keys()
	var keys []user.Key
	for k, value := range u.Keys() {
		if kind := user.KeyKind(k); kind.Unique() && value != "" && value != before[k] {
			keys = append(keys, user.Key{Kind: kind, Value: value})
		}
	}
	if len(keys) == 0 {
		return nil
	}
	owners, err := w.engine.Owners(ctx, keys)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if owner := owners[k]; owner != 0 && owner != u.ID {
			return &storage.ExistsError{What: k.Kind.String(), ID: int64(owner)}
		}
	}
	return nil
}

// entry is a row by which queries find a user.
type entry struct {
	table Table
	name  string
	value any
}

// entriesOf returns the set of rows by which queries find the user u: one for each key, one for
// each id in a set, and one for each custom attribute. Keys with the value "" have no row.
func entriesOf(u user.User) map[entry]bool {
	list := make(map[entry]bool)
	for k, value := range u.Keys() {
		switch kind := user.KeyKind(k); {
		case value == "":
		case kind.Unique():
			list[entry{UniqueKeys, kind.String(), value}] = true
		default:
			list[entry{SharedKeys, kind.String(), value}] = true
		}
	}
	for m := range facet.Members(u) {
		list[entry{UserSets, record.SetName(m.Set), m.Value}] = true
	}
	for name, v := range u.Custom.All() {
		list[entry{UserCustom, name, v.String()}] = true
	}
	return list
}

// putEntries updates the rows of keys, sets and custom attributes by which queries find a user: it
// deletes those that only old needs, the user before the change, and then writes those that only u
// needs. Errors: the engine's.
func (w *Writer) putEntries(ctx context.Context, old, u user.User) error {
	before, after := entriesOf(old), entriesOf(u)
	for e := range before {
		if !after[e] {
			if err := w.engine.Delete(ctx, e.table, e.table.Key([]any{e.name, e.value, int64(u.ID)})...); err != nil {
				return err
			}
		}
	}
	for e := range after {
		if !before[e] {
			if err := w.engine.Put(ctx, e.table, e.name, e.value, int64(u.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}
