package memstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/internal/fifolock"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Update implements storage.Storage. It runs fn, commits the writes of fn, and returns the revision
// after the commit:
//
//   - Update takes the writer lock of the account.
//   - Update calls fn with a writer on the newest state. Readers continue, because states are
//     immutable.
//   - Update returns the error, and changes nothing, if fn or a method of the writer fails, the
//     context ends or the store is closed. If fn wrote nothing, Update returns the current
//     revision.
//   - The writer writes its rows to a go-memdb transaction on a snapshot of the account's database,
//     and commits that transaction.
//   - Update commits a row with the revision and the new database to the store's database. From
//     this moment View and Wait see the new state.
//
// Some writes do not raise the revision, such as a write of a delivery or of the next free id. If
// fn made only such writes, Update commits them and returns the current revision.
//
// If a method of the writer returns storage.ErrNotFound or storage.ErrAmbiguous, Update fails only
// if fn returns this error.
//
// Errors: storage.ErrInvalid if fn or the context is nil; storage.ErrClosed; the context's error;
// storage.ErrNestedTx; the errors of fn and of the writer's methods; storage.ErrLimit if the
// account is new and the store has as many accounts as MaxAccounts allows.
func (s *Store) Update(
	ctx context.Context, id user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	end, err := s.begin(ctx, fn != nil)
	if err != nil {
		return 0, err
	}
	defer end()
	pass, err := s.await(ctx, id)
	if err != nil {
		return 0, err
	}
	defer pass()
	w := newWriter(ctx, s, id)
	defer w.End()
	switch err := w.Outcome(ctx, fn(&w.inside, w)); {
	case err != nil:
		return 0, err
	case !w.wrote && !w.counts && !w.quiet:
		return w.base.revision, nil
	}
	w.finish()
	if err := s.publish(id, w); err != nil {
		return 0, err
	}
	return w.head.revision, nil
}

// publish commits w.head, the finished state of the writer w, as the newest state of the account to
// the store's database.
//
// Errors: storage.ErrLimit if the account is new and the store has as many accounts as MaxAccounts
// allows. Then nothing is committed.
func (s *Store) publish(id user.AccountID, w *writer) error {
	w.head.id = id
	txn := s.db.Txn(true)
	defer txn.Abort()
	if w.base == s.empty {
		if s.kept >= s.limits.accounts {
			return fmt.Errorf("memstore: %d accounts: %w", s.limits.accounts, storage.ErrLimit)
		}
		s.kept++
	}
	must(txn.Insert(tableAccounts, w.head))
	txn.Commit()
	return nil
}

// turn is the writer lock of an account. Unlike go-memdb's own lock, a waiting caller gives up when
// its context ends. The turn exists while an Update holds it or waits for it.
type turn struct {
	fifolock.Turn
	calls int // guarded by Store.mu
}

// await waits until no other Update of the account runs, and takes the writer lock of the account.
// If the error is nil, the caller must call pass to release the lock. If the lock is free at once,
// await takes it even if the context has ended.
//
// Errors: the context's error if ctx ends during the wait; storage.ErrClosed if the store is closed
// during the wait. After an error the lock is not taken.
func (s *Store) await(ctx context.Context, id user.AccountID) (pass func(), err error) {
	s.mu.Lock()
	t := s.turns[id]
	if t == nil {
		t = &turn{}
		s.turns[id] = t
	}
	t.calls++
	s.mu.Unlock()
	leave := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if t.calls--; t.calls == 0 {
			delete(s.turns, id)
		}
	}
	if err := t.Take(ctx, s.gate.Closing()); err != nil {
		leave()
		return nil, err
	}
	return func() { t.Release(); leave() }, nil
}

// Wait implements storage.Waiter. It waits until the revision of the account is greater than the
// parameter after, and returns the revision. If the revision is already greater, Wait returns at
// once.
//
// Errors: storage.ErrClosed, also if the store is closed during the wait; storage.ErrInvalid for a
// nil context; the context's error; storage.ErrNestedTx inside a transaction of this store.
func (s *Store) Wait(ctx context.Context, id user.AccountID, after user.Revision) (user.Revision, error) {
	end, err := s.begin(ctx, true)
	if err != nil {
		return 0, err
	}
	defer end()
	var r reader
	for {
		changed, found, err := s.db.Txn(false).FirstWatch(tableAccounts, byID, r.search(accountKey(nil, id))...)
		must(err)
		if row, ok := found.(*accountRow); ok && row.revision > after {
			return row.revision, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-s.gate.Closing():
			return 0, storage.ErrClosed
		}
	}
}
