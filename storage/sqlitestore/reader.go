package sqlitestore

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/codec"
	"github.com/ca74b63c/roster/user"
)

// reader reads one account in one transaction.
type reader struct {
	store    *Store
	engine   engine
	account  int64 // the account's number; 0: it was never written to, and no row has this number
	revision user.Revision
	config   user.Revision // what ConfigRevision returns
	writing  bool
	ended    atomic.Bool
	poison   error // what a method returned that forbids the commit
}

func (r *reader) close() { r.ended.Store(true) }

// noted keeps an error that forbids the commit, and names the engine's.
func (r *reader) noted(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	err = named(ctx, err)
	if r.writing && r.poison == nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrAmbiguous) {
		r.poison = err
	}
	return err
}

// alive returns why a method may not run.
func (r *reader) alive(ctx context.Context) error {
	switch {
	case r.ended.Load():
		return storage.ErrClosed
	case r.store.isClosing():
		return r.noted(ctx, storage.ErrClosed)
	}
	return r.noted(ctx, ctx.Err())
}

var errMissing = fmt.Errorf("sqlitestore: %w", storage.ErrNotFound)

// page returns how many items a list may have.
func page(limit int) (int, error) {
	most, err := storage.PageLimit(limit)
	if err != nil {
		return 0, fmt.Errorf("sqlitestore: %w", err)
	}
	return most, nil
}

// lookup reads a row that there is at most one of and decodes its first column.
func lookup[T any](
	ctx context.Context, r *reader, decode func([]byte) (T, error), query string, args ...any,
) (T, error) {
	var none T
	if err := r.alive(ctx); err != nil {
		return none, err
	}
	v, ok, err := one(ctx, r.engine, query, args...)
	if err == nil && !ok {
		err = errMissing
	}
	if err != nil {
		return none, r.noted(ctx, err)
	}
	t, err := decode(data(v[0]))
	return t, r.noted(ctx, err)
}

// list reads rows and makes an item of each.
func list[T any](
	ctx context.Context, r *reader, limit int, item func(v []driver.Value) (T, error), query string, args ...any,
) ([]T, error) {
	if err := r.alive(ctx); err != nil {
		return nil, err
	}
	limit, err := page(limit)
	if err != nil {
		return nil, r.noted(ctx, err)
	}
	var items []T
	err = r.engine.query(ctx, true, query, func(v []driver.Value) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		t, err := item(v)
		items = append(items, t)
		return true, err
	}, append(args, int64(limit))...)
	if err != nil {
		return nil, r.noted(ctx, err)
	}
	return items, nil
}

func (r *reader) Revision() user.Revision { return r.revision }

func (r *reader) ConfigRevision() user.Revision { return r.config }

func (r *reader) Account(ctx context.Context) (user.Account, error) {
	return lookup(ctx, r, codec.DecodeAccount,
		"SELECT settings FROM roster_accounts WHERE number = ? AND settings IS NOT NULL", r.account)
}

func (r *reader) User(ctx context.Context, id user.ID) (user.User, error) {
	return lookup(ctx, r, codec.DecodeUser, selectUser, r.account, int64(id))
}

const selectUser = "SELECT body FROM roster_users WHERE account = ? AND id = ?"

func (r *reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if err := r.alive(ctx); err != nil {
		return user.User{}, err
	}
	if k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds || k.Value == "" {
		return user.User{}, errMissing
	}
	var owners []int64
	err := r.engine.query(ctx, false,
		"SELECT user FROM "+keyTable(k.Kind)+" WHERE account = ? AND kind = ? AND value = ? LIMIT 2",
		func(v []driver.Value) (bool, error) {
			owners = append(owners, number(v[0]))
			return true, nil
		}, r.account, int64(k.Kind), blob(k.Value))
	switch {
	case err != nil:
		return user.User{}, r.noted(ctx, err)
	case len(owners) == 0:
		return user.User{}, errMissing
	case len(owners) > 1:
		return user.User{}, fmt.Errorf("sqlitestore: %w", storage.ErrAmbiguous)
	}
	return r.User(ctx, user.ID(owners[0]))
}

func keyTable(k user.KeyKind) string {
	if k.Unique() {
		return "roster_unique_keys"
	}
	return "roster_shared_keys"
}

func (r *reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	s, err := lookup(ctx, r, codec.DecodeSecret, "SELECT body FROM roster_secrets WHERE account = ? AND user = ?",
		r.account, int64(id))
	if errors.Is(err, storage.ErrNotFound) {
		return user.Secret{}, nil
	}
	return s, err
}

func (r *reader) Ref(ctx context.Context, k user.RefKind, id int64) (user.Ref, error) {
	return lookup(ctx, r, codec.DecodeRef, "SELECT body FROM roster_refs WHERE account = ? AND kind = ? AND id = ?",
		r.account, int64(k), id)
}

func (r *reader) RefByName(ctx context.Context, k user.RefKind, name string) (user.Ref, error) {
	return lookup(ctx, r, codec.DecodeRef, "SELECT body FROM roster_refs WHERE account = ? AND kind = ? AND name = ?",
		r.account, int64(k), blob(name))
}

func (r *reader) Refs(ctx context.Context, k user.RefKind, after int64, limit int) ([]user.Ref, error) {
	return list(ctx, r, limit, func(v []driver.Value) (user.Ref, error) { return codec.DecodeRef(data(v[0])) },
		"SELECT body FROM roster_refs WHERE account = ? AND kind = ? AND id > ? ORDER BY id LIMIT ?",
		r.account, int64(k), after)
}

func (r *reader) Changes(ctx context.Context, after storage.ChangeID, limit int) ([]storage.Change, error) {
	items, err := list(ctx, r, limit, changeOf,
		`SELECT revision, position, body, before, after, detail FROM roster_changes
		WHERE account = ? AND (revision, position) > (?, ?) ORDER BY revision, position LIMIT ?`,
		r.account, signed(after.Revision), int64(after.Index))
	if err != nil {
		return nil, err
	}
	first, err := r.compacted(ctx)
	if err != nil {
		return nil, r.noted(ctx, err)
	}
	if err := storage.CheckKept(after, first); err != nil {
		return nil, r.noted(ctx, fmt.Errorf("sqlitestore: %w", err))
	}
	return items, nil
}

func changeOf(v []driver.Value) (storage.Change, error) {
	c, err := codec.DecodeChange(data(v[2]))
	if err != nil {
		return c, err
	}
	c.ID = storage.ChangeID{Revision: user.Revision(number(v[0])), Index: int(number(v[1]))}
	c.Detail = text(v[5])
	if b := data(v[3]); b != nil {
		if err := json.Unmarshal(b, &c.Diff); err != nil {
			return c, err
		}
	}
	c.Created, err = userOrNil(v[4])
	return c, err
}

func userOrNil(v driver.Value) (*user.User, error) {
	b := data(v)
	if b == nil {
		return nil, nil
	}
	u, err := codec.DecodeUser(b)
	return &u, err
}

// signed returns a number as SQLite can compare it: what is beyond its integers is beyond everything in a table too.
func signed[T ~uint64](n T) int64 { return int64(min(uint64(n), 1<<63-1)) }
