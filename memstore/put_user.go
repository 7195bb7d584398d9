package memstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func (w *writer) PutUser(ctx context.Context, u user.User) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if u.ID <= 0 {
		return w.fail(fmt.Errorf("memstore: user id %d: %w", u.ID, storage.ErrInvalid))
	}
	prev := w.user(u.ID)
	keys, differ, err := w.claimKeys(prev, &u)
	if err != nil {
		return w.fail(err)
	}
	if prev == nil {
		if w.head.users >= w.store.limits.users {
			return w.full(w.store.limits.users, "users")
		}
		w.head.users++
		packTexts(&u)
	}
	p, ok := w.users[u.ID]
	if !ok {
		p.old = prev
	}
	if p.now = &u; differ {
		p.keys, p.rekeyed = keys, true
	}
	w.users[u.ID] = p
	w.raise(storage.UserIDs, int64(u.ID))
	w.head.config = max(w.head.config, u.ConfigVersion)
	w.wrote = true
	return nil
}

func (w *writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	if w.user(id) == nil {
		return fmt.Errorf("memstore: user %d: %w", id, storage.ErrNotFound)
	}
	row := &secretRow{id, s}
	if !s.IsZero() {
		w.insert(tableSecrets, row)
	} else if w.wrote = true; get[secretRow](&w.reader, tableSecrets, byID, number(w.key[:0], uint64(id))) != nil {
		w.remove(tableSecrets, row)
	}
	return nil
}
