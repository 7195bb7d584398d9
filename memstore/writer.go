package memstore

import (
	"context"
	"fmt"
	"math"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// writer writes to its own copy of the state, and reads that.
type writer struct {
	reader
	before *state // what the transaction began with
	edit   uint64
	wrote  bool
	counts bool // took an id of a sequence

	db     *memdb.MemDB // the copy of go-memdb that is written to; nil until then
	latest *user.User   // whom the last PutUser replaced
	nth    int          // changes recorded

	loading bool // Load was called
	loads   user.Revision
}

func newWriter(ctx context.Context, s *Store, a *account) *writer {
	before := a.now.Load()
	work := *before
	if work.keys == nil {
		work.keys = newKeyIndex()
	}
	w := &writer{
		reader: reader{Context: ctx, store: s, state: &work, base: before.revision, writes: true},
		before: before, edit: a.edit,
	}
	return w
}

// commit makes the copy the present state of the account.
func (w *writer) commit(ctx context.Context, id user.AccountID, a *account) (user.Revision, error) {
	switch {
	case w.store.isClosed():
		return 0, storage.ErrClosed
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case !w.wrote && !w.counts:
		return w.base, nil
	}
	if err := w.store.keep(id, a); err != nil {
		return 0, err
	}
	next := w.state
	if w.db != nil {
		next.rows.Commit()
		next.db, next.rows = w.db, w.db.Txn(false)
	}
	if !w.wrote {
		a.now.Store(next) // only so that the ids it took are never given again
		return w.base, nil
	}
	if next.claimed = 0; next.keys.tooStale() {
		next.freshKeys(w.store.seed)
	}
	next.revision = w.Next()
	next.compact(w.store.limits.changes)
	a.publish(next)
	return next.revision, nil
}

// rollback leaves the account as it was, but for the index of keys, which may name users in vain now.
func (w *writer) rollback(a *account) {
	if w.state.claimed == 0 || w.before.keys == nil {
		return
	}
	w.before.keys.stale += w.state.claimed
	if w.before.keys.tooStale() {
		same := *w.before
		same.freshKeys(w.store.seed)
		a.now.Store(&same)
	}
}

// table returns the transaction that writes rows. It is on a copy of the database: there go-memdb does not track
// who watches what, which on the database itself makes a commit of more than 8,192 changes walk the whole table.
func (w *writer) table() *memdb.Txn {
	if w.db == nil {
		w.db = w.state.db.Snapshot()
		w.state.rows = w.db.Txn(true)
	}
	return w.state.rows
}

// ConfigRevision is that before the transaction's own writes.
func (w *writer) ConfigRevision() user.Revision { return w.before.config }

func (w *writer) Next() user.Revision {
	if w.loading {
		return w.loads
	}
	return w.base + 1
}

func (w *writer) NextID(ctx context.Context, q storage.Sequence) (int64, error) {
	if err := w.ready(ctx); err != nil {
		return 0, err
	}
	if !q.Valid() {
		return 0, w.fail(fmt.Errorf("memstore: sequence %d: %w", q, storage.ErrInvalid))
	}
	if w.state.sequences[q] == math.MaxInt64 {
		return 0, w.fail(fmt.Errorf("memstore: no id is left: %w", storage.ErrLimit))
	}
	w.state.sequences[q]++
	w.counts = true
	return w.state.sequences[q], nil
}

func (w *writer) PutAccount(ctx context.Context, a user.Account) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	w.state.account, w.wrote = &a, true
	return nil
}

func (w *writer) PutUser(ctx context.Context, u user.User) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	if u.ID <= 0 {
		return w.fail(fmt.Errorf("memstore: user id %d: %w", u.ID, storage.ErrInvalid))
	}
	old := w.state.user(u.ID)
	if old == nil && w.state.numUsers >= w.store.limits.users {
		if err := w.state.checkUnique(w.store.seed, u.ID, user.Keys{}, u.Keys()); err != nil {
			return w.fail(err) // before the limit, as the contract has it
		}
		return w.fail(fmt.Errorf("memstore: %d users: %w", w.store.limits.users, storage.ErrLimit))
	}
	if old == nil {
		packTexts(&u)
	}
	if err := w.state.putUser(w.store.seed, old, &u, w.edit); err != nil {
		return w.fail(err)
	}
	w.latest, w.wrote = old, true
	return nil
}

func (w *writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	if w.state.user(id) == nil {
		return fmt.Errorf("memstore: user %d: %w", id, storage.ErrNotFound)
	}
	w.wrote = true
	if s.IsZero() {
		if _, err := w.table().DeleteAll(tableSecrets, byID, number(uint64(id))); err != nil {
			return w.fail(fmt.Errorf("memstore: secret: %w", err))
		}
		return nil
	}
	return w.insert(tableSecrets, &secretRow{id, s})
}

func (w *writer) PutRef(ctx context.Context, ref user.Ref) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	if !ref.Kind.Valid() || ref.ID <= 0 {
		return w.fail(fmt.Errorf("memstore: %s %d: %w", ref.Kind, ref.ID, storage.ErrInvalid))
	}
	// go-memdb's Unique overwrites, it does not refuse.
	named, err := row[refRow](w.state.rows, tableRefs, byName, refNameKey(ref.Kind, ref.Name))
	if err != nil {
		return w.fail(fmt.Errorf("memstore: reference: %w", err))
	}
	if named != nil && named.ID != ref.ID {
		return w.fail(&storage.ExistsError{What: "name", ID: named.ID})
	}
	old, err := row[refRow](w.state.rows, tableRefs, byID, refKey(ref.Kind, ref.ID))
	switch {
	case err != nil:
		return w.fail(fmt.Errorf("memstore: reference: %w", err))
	case old == nil && w.state.numRefs >= w.store.limits.refs:
		return w.fail(fmt.Errorf("memstore: %d pieces of reference data: %w", w.store.limits.refs, storage.ErrLimit))
	case old == nil:
		w.state.numRefs++
	}
	w.wrote = true
	w.state.raise(storage.RefIDs(ref.Kind), ref.ID)
	return w.insert(tableRefs, &refRow{ref})
}

func (w *writer) DeleteRef(ctx context.Context, k user.RefKind, id int64) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	old, err := row[refRow](w.state.rows, tableRefs, byID, refKey(k, id))
	if err != nil {
		return w.fail(fmt.Errorf("memstore: reference: %w", err))
	}
	if old == nil {
		return fmt.Errorf("memstore: reference: %w", storage.ErrNotFound)
	}
	w.state.numRefs--
	w.wrote = true
	if err := w.table().Delete(tableRefs, old); err != nil {
		return w.fail(fmt.Errorf("memstore: reference: %w", err))
	}
	return nil
}

// insert writes a row. After a failed one the indexes disagree, so there must be no commit.
func (w *writer) insert(table string, row any) error {
	if err := w.table().Insert(table, row); err != nil {
		return w.fail(fmt.Errorf("memstore: %s: %w", table, err))
	}
	return nil
}
