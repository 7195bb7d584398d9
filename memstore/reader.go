package memstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// reader implements storage.Reader on one state of an account.
type reader struct {
	gate.Tx
	inside gate.Context // for fn
	store  *Store
	rows   *memdb.Txn
	head   *accountRow
	base   *accountRow // the account's row when the transaction began
	page   *userPage   // the page that was read last
	key    []byte      // the key that is looked for
	room   [32]byte    // memory of the first keys
	args   [1]any      // what search returns

	writer *writer // the writer that this is the reader of, nil in a View
}

// open makes r a reader of the newest committed state of the account id in the store s. The
// parameter writing is true if r belongs to a writer. If the account has no row, r reads the state
// of a new, empty account.
func (r *reader) open(ctx context.Context, s *Store, id user.AccountID, writing bool) {
	r.Begin(s.gate, writing, nil)
	r.inside = gate.Context{Context: ctx, Gate: s.gate}
	r.store, r.rows, r.key = s, s.db.Txn(false), r.room[:]
	now := get[accountRow](r, tableAccounts, byID, accountKey(r.key[:0], id))
	if now == nil {
		now = s.empty
	}
	r.rows, r.head, r.base = now.rows, now, now
}

// fail returns err. In an Update it also records the first error as the reason not to commit,
// except storage.ErrNotFound and storage.ErrAmbiguous.
func (r *reader) fail(err error) error { return r.Fail(context.Background(), err) }

// limited returns the greatest number of items that a read may return: the parameter limit, or
// storage.MaxPage if limit is 0.
//
// Errors: storage.ErrClosed; in an Update, the first error of the transaction; the context's error;
// storage.ErrInvalid for a limit below 0 or above storage.MaxPage. After an error an Update cannot
// commit.
func (r *reader) limited(ctx context.Context, limit int) (int, error) {
	if err := r.Check(ctx); err != nil {
		return 0, err
	}
	most, err := storage.PageLimit(limit)
	if err != nil {
		return 0, r.fail(fmt.Errorf("memstore: %w", err))
	}
	return most, nil
}

// flushedRows returns the rows of the state. In an Update it flushes first, so that the rows
// include all writes of the transaction. Reads that visit many rows call it.
func (r *reader) flushedRows() *memdb.Txn {
	if r.writer != nil {
		r.writer.flush()
	}
	return r.rows
}

func (r *reader) Revision() user.Revision       { return r.base.revision }
func (r *reader) ConfigRevision() user.Revision { return r.base.config }

func (r *reader) Account(ctx context.Context) (user.Account, error) {
	if err := r.Check(ctx); err != nil {
		return user.Account{}, err
	}
	if r.head.settings == nil {
		return user.Account{}, fmt.Errorf("memstore: account: %w", storage.ErrNotFound)
	}
	return *r.head.settings, nil
}

func (r *reader) Counters(ctx context.Context) (storage.Counters, error) {
	if err := r.Check(ctx); err != nil {
		return storage.Counters{}, err
	}
	return storage.Counters{Revision: r.base.revision, Compacted: r.head.compacted, Given: r.head.given}, nil
}

func (r *reader) User(ctx context.Context, id user.ID) (user.User, error) {
	if err := r.Check(ctx); err != nil {
		return user.User{}, err
	}
	u := r.user(id)
	if u == nil {
		return user.User{}, fmt.Errorf("memstore: user %d: %w", id, storage.ErrNotFound)
	}
	return *u, nil
}

func (r *reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if err := r.Check(ctx); err != nil {
		return user.User{}, err
	}
	var found *user.User
	err := fmt.Errorf("memstore: user by %s: %w", k.Kind, storage.ErrNotFound)
	r.claimants(k, func(u *user.User) bool {
		if found != nil {
			err = fmt.Errorf("memstore: user by %s: %w", k.Kind, storage.ErrAmbiguous)
			return false
		}
		found, err = u, nil
		return true
	})
	if err != nil {
		return user.User{}, err
	}
	return *found, nil
}

func (r *reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	if err := r.Check(ctx); err != nil {
		return user.Secret{}, err
	}
	if row := get[secretRow](r, tableSecrets, byID, number(r.key[:0], uint64(id))); row != nil {
		return row.secret, nil
	}
	return user.Secret{}, nil
}

// user returns the user with the id, or nil if there is none. A deleted user is returned too. In an
// Update the result includes the writes of the transaction. The caller must not change the user.
func (r *reader) user(id user.ID) *user.User {
	if id <= 0 {
		return nil
	}
	if r.writer != nil {
		if p, ok := r.writer.users[id]; ok {
			return p.now
		}
	}
	n, slot := pageOf(int64(id))
	if page := r.userPage(n); page != nil {
		return page.users[slot]
	}
	return nil
}

// userPage returns page n of the users as it is in the rows, without writes that are not flushed.
// It returns nil if there is no such page. It remembers the page that it returned last.
func (r *reader) userPage(n uint64) *userPage {
	if r.page == nil || r.page.number != n {
		r.page = get[userPage](r, tableUsers, byID, number(r.key[:0], n))
	}
	return r.page
}
