package memstore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// reader reads one state. It is also the context that fn gets, which saves making one: a View costs one allocation.
type reader struct {
	context.Context
	store *Store
	state *state
	base  user.Revision // of the state that the transaction began with
	over  atomic.Bool   // fn returned

	writes bool
	poison error // of a writer: why there must be no commit
}

// inside is the key under which a context says that it belongs to a transaction of a store.
type inside struct{ *Store }

// Value says that this is the context of a transaction, so that one inside it is refused.
func (r *reader) Value(key any) any {
	if key == (inside{r.store}) {
		return r
	}
	return r.Context.Value(key)
}

// ready returns why a method may not run.
func (r *reader) ready(ctx context.Context) error {
	switch {
	case r.over.Load():
		return storage.ErrClosed
	case r.store.isClosed():
		return r.fail(storage.ErrClosed)
	case r.poison != nil:
		return r.poison // a write that failed may have been half done: nothing of the state can be told any more
	}
	if err := ctx.Err(); err != nil {
		return r.fail(err)
	}
	return nil
}

// fail remembers an error that forbids the commit.
func (r *reader) fail(err error) error {
	if r.writes && r.poison == nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrAmbiguous) {
		r.poison = err
	}
	return err
}

// limited is ready, and says how many items an answer may have.
func (r *reader) limited(ctx context.Context, limit int) (int, error) {
	if err := r.ready(ctx); err != nil {
		return 0, err
	}
	most, err := storage.PageLimit(limit)
	if err != nil {
		return 0, r.fail(fmt.Errorf("memstore: %w", err))
	}
	return most, nil
}

func (r *reader) Revision() user.Revision { return r.base }

func (r *reader) ConfigRevision() user.Revision { return r.state.config }

func (r *reader) Account(ctx context.Context) (user.Account, error) {
	if err := r.ready(ctx); err != nil {
		return user.Account{}, err
	}
	if r.state.account == nil {
		return user.Account{}, fmt.Errorf("memstore: account: %w", storage.ErrNotFound)
	}
	return *r.state.account, nil
}

func (r *reader) User(ctx context.Context, id user.ID) (user.User, error) {
	if err := r.ready(ctx); err != nil {
		return user.User{}, err
	}
	u := r.state.user(id)
	if u == nil {
		return user.User{}, fmt.Errorf("memstore: user %d: %w", id, storage.ErrNotFound)
	}
	return *u, nil
}

func (r *reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if err := r.ready(ctx); err != nil {
		return user.User{}, err
	}
	u, err := r.state.claim(r.store.seed, k)
	if err != nil {
		return user.User{}, fmt.Errorf("memstore: user by %s: %w", k.Kind, err)
	}
	return *u, nil
}

func (r *reader) Users(ctx context.Context, q storage.Query) ([]user.User, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, r.fail(fmt.Errorf("memstore: users: %w", err))
	}
	s := newSearch(r.state, r.store.seed, &q)
	found := s.list()
	if len(found) == 0 {
		return nil, nil
	}
	list := make([]user.User, len(found))
	for i, u := range found {
		list[i] = *u
	}
	return list, nil
}

func (r *reader) CountUsers(ctx context.Context, q storage.Query) (int, error) {
	if err := r.ready(ctx); err != nil {
		return 0, err
	}
	if err := q.Check(); err != nil {
		return 0, r.fail(fmt.Errorf("memstore: users: %w", err))
	}
	return newSearch(r.state, r.store.seed, &q).count(), nil
}

func (r *reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	if err := r.ready(ctx); err != nil {
		return user.Secret{}, err
	}
	found, err := row[secretRow](r.state.rows, tableSecrets, byID, number(uint64(id)))
	if err != nil {
		return user.Secret{}, r.fail(fmt.Errorf("memstore: secret: %w", err))
	}
	if found == nil {
		return user.Secret{}, nil
	}
	return found.secret, nil
}

func (r *reader) Ref(ctx context.Context, k user.RefKind, id int64) (user.Ref, error) {
	return r.ref(ctx, byID, refKey(k, id))
}

func (r *reader) RefByName(ctx context.Context, k user.RefKind, name string) (user.Ref, error) {
	return r.ref(ctx, byName, refNameKey(k, name))
}

func (r *reader) ref(ctx context.Context, index string, key []byte) (user.Ref, error) {
	if err := r.ready(ctx); err != nil {
		return user.Ref{}, err
	}
	found, err := row[refRow](r.state.rows, tableRefs, index, key)
	if err != nil {
		return user.Ref{}, r.fail(fmt.Errorf("memstore: reference: %w", err))
	}
	if found == nil {
		return user.Ref{}, fmt.Errorf("memstore: reference: %w", storage.ErrNotFound)
	}
	return found.Ref, nil
}

func (r *reader) Refs(ctx context.Context, k user.RefKind, after int64, limit int) ([]user.Ref, error) {
	most, err := r.limited(ctx, limit)
	if err != nil {
		return nil, err
	}
	rows, err := r.state.rows.LowerBound(tableRefs, byID, refKey(k, max(after, 0)))
	if err != nil {
		return nil, r.fail(fmt.Errorf("memstore: references: %w", err))
	}
	var list []user.Ref
	for ref := range each[refRow](rows) {
		if ref.Kind != k || len(list) == most {
			break
		}
		if ref.ID > after {
			list = append(list, ref.Ref)
		}
	}
	return list, nil
}

// each yields the rows of a result.
func each[T any](rows memdb.ResultIterator) func(yield func(*T) bool) {
	return func(yield func(*T) bool) {
		for {
			r, ok := rows.Next().(*T)
			if !ok || !yield(r) {
				return
			}
		}
	}
}
