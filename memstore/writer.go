package memstore

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/ca74b63c/roster/memstore/internal/index"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// writer implements storage.Writer. It keeps written users, balances and changes in maps, and flush
// turns them into rows. So all reads of a table come before its first write, as go-memdb prefers,
// and each row is written once.
type writer struct {
	reader
	db *memdb.MemDB // a snapshot that rows are written to; nil until the first one

	users    map[user.ID]pendingUser
	claims   map[user.Key]user.ID    // the user in users that claims a unique key, unless it was put again
	balances map[uint64]*balancePage // copies of pages that changed, by number
	changes  []storage.Change

	wrote    bool // the revision must rise
	counts   bool // an id of a sequence was taken
	quiet    bool // a row was written that does not raise the revision
	recorded int  // changes

	loading bool // Load was called
	loads   user.Revision
}

// pendingUser is a user that the transaction wrote and has not flushed. old is the user in the
// rows, nil for a new user. rekeyed reports that the keys of old and now may differ. keys are those
// of now; they are set only if rekeyed is.
type pendingUser struct {
	old, now *user.User
	keys     user.Keys
	rekeyed  bool
}

func newWriter(ctx context.Context, s *Store, id user.AccountID) *writer {
	w := &writer{users: map[user.ID]pendingUser{}}
	w.open(ctx, s, id, true)
	head := *w.base
	w.head, w.writer = &head, w
	return w
}

// table returns the go-memdb transaction that the rows are written to. The transaction is on a
// snapshot of the account's database, because go-memdb then does not track watches. On the database
// itself, a commit of more than 8,192 changes walks the whole table.
func (w *writer) table() *memdb.Txn {
	w.wrote = true
	return w.quietTable()
}

// quietTable is table for rows that do not raise the revision.
func (w *writer) quietTable() *memdb.Txn {
	if w.quiet = true; w.db == nil {
		w.db = w.base.db.Snapshot()
		w.rows = w.db.Txn(true)
	}
	return w.rows
}

func (w *writer) insert(table string, row any) { must(w.table().Insert(table, row)) }
func (w *writer) remove(table string, row any) { must(w.table().Delete(table, row)) }

// finish completes w.head, the state of the account after the transaction. It flushes the writes
// and commits the rows to the account's new database. If w.wrote is set, finish also raises the
// revision and removes the oldest changes beyond the limit MaxChanges. Readers see the new state
// only after Store.publish.
func (w *writer) finish() {
	w.flush()
	if w.wrote {
		w.head.revision = w.Next()
		w.compact(w.head.changes - w.store.limits.changes)
	}
	if w.db != nil {
		w.rows.Commit()
		w.head.db, w.head.rows = w.db, w.db.Txn(false)
	}
}

// flush writes the users and balances of the transaction as rows, so that reads of the rows see
// them. It appends the changes of the transaction to w.head.recent, and writes only full pages of
// this list as rows. Then it empties w.users, w.claims, w.balances and w.changes.
func (w *writer) flush() {
	if len(w.users) > 0 {
		w.flushUsers()
		clear(w.users)
		clear(w.claims)
	}
	for _, n := range slices.Sorted(maps.Keys(w.balances)) {
		w.insert(tableBalances, w.balances[n])
	}
	clear(w.balances)
	w.flushChanges()
}

// flushUsers writes the users in w.users to the pages of the table of users. It also updates the
// rows of all indexes that are derived from users: the table of keys, the table of orders and the
// search blocks. It leaves the map w.users unchanged; flush clears the map.
func (w *writer) flushUsers() {
	var pages []*userPage
	var blocks []*blockRow
	var claims []leafChange[claim]
	var places []leafChange[place]
	changes := map[uint64][]index.Change{} // by the number of the block
	for _, id := range slices.Sorted(maps.Keys(w.users)) {
		p := w.users[id]
		n, slot := pageOf(int64(id))
		if last := len(pages) - 1; last < 0 || pages[last].number != n {
			page := userPage{number: n}
			if old := w.userPage(n); old != nil {
				page = *old
			}
			pages = append(pages, &page)
		}
		pages[len(pages)-1].users[slot] = p.now
		claims = w.keyChanges(claims, p)
		places = orderChanges(places, p.old, p.now)
		if p.old == nil || !index.Same(p.old, p.now) {
			changes[index.Number(id)] = append(changes[index.Number(id)], index.Change{Old: p.old, New: p.now})
		}
	}
	for n, list := range changes {
		var block *index.Block
		if row := get[blockRow](&w.reader, tableBlocks, byID, number(w.key[:0], n)); row != nil {
			block = row.Block
		}
		blocks = append(blocks, &blockRow{n, block.With(list)})
	}
	changeLeaves(w, tableKeys, claims)
	changeLeaves(w, tableOrders, places)
	for _, row := range blocks {
		w.insert(tableBlocks, row)
	}
	for _, row := range pages {
		w.insert(tableUsers, row)
	}
	w.page = nil
}

func (w *writer) Next() user.Revision {
	if w.loading {
		return w.loads
	}
	return w.base.revision + 1
}

func (w *writer) NextID(ctx context.Context, q storage.Sequence) (int64, error) {
	if err := w.Check(ctx); err != nil {
		return 0, err
	}
	switch {
	case !q.Valid():
		return 0, w.fail(fmt.Errorf("memstore: sequence %d: %w", q, storage.ErrInvalid))
	case w.head.given[q] == math.MaxInt64:
		return 0, w.fail(fmt.Errorf("memstore: no id is left: %w", storage.ErrLimit))
	}
	w.head.given[q]++
	w.counts = true
	return w.head.given[q], nil
}

// raise makes sure that NextID never returns id or a lesser number for the sequence.
func (w *writer) raise(q storage.Sequence, id int64) { w.head.given[q] = max(w.head.given[q], id) }

// full records and returns a storage.ErrLimit: the account has as many items of a kind as the
// options allow.
func (w *writer) full(most int, what string) error {
	return w.fail(fmt.Errorf("memstore: %d %s: %w", most, what, storage.ErrLimit))
}

func (w *writer) PutAccount(ctx context.Context, a user.Account) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	w.head.settings, w.wrote = &a, true
	return nil
}

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

func (w *writer) Load(ctx context.Context, c storage.Counters) error {
	if err := w.Check(ctx); err != nil {
		return err
	}
	switch {
	case w.base.revision != 0:
		return w.fail(fmt.Errorf("memstore: loading over revision %d: %w", w.base.revision, storage.ErrInvalid))
	case w.wrote || w.quiet:
		return w.fail(fmt.Errorf("memstore: loading after writing: %w", storage.ErrInvalid))
	}
	if err := c.CheckLoad(w.head.newest); err != nil {
		return w.fail(fmt.Errorf("memstore: %w", err))
	}
	w.wrote, w.loading, w.loads = true, true, c.Revision
	for q, id := range c.Given {
		w.raise(storage.Sequence(q), id)
	}
	if w.head.compacted.Less(c.Compacted) {
		w.compactTo(c.Compacted)
	}
	return nil
}
