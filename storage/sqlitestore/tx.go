package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/internal/fifolock"
	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Tx returns a storage inside a transaction of the embedding server. A roster.Directory over it
// applies all rules and records all changes, and what it writes is committed with the rest of tx,
// or not at all:
//
//	tx, err := db.BeginTx(ctx, nil)
//	...
//	defer tx.Rollback()
//	_, err = roster.New(sqlitestore.Tx(tx)).As("acme", roster.SystemActor()).Create(ctx, params)
//	...
//	return tx.Commit()
//
// db is a database/sql.DB of the driver "sqlite" (modernc.org/sqlite) on the file of a Store, with
// the driver's parameters _txlock=immediate and _pragma=busy_timeout(5000). _txlock=immediate takes
// the file's write lock at the beginning. Without it, a transaction that reads before it writes
// gets ErrBusy if another writer came first. SQLite transactions are serializable, and the file has
// one write lock, so several accounts need no order. Locks of the server's own come first.
//
// Each Update is a savepoint: after an error nothing of it stays in tx, and tx can go on. Each View
// reads what tx wrote before. Calls run one after another, and the server must not use tx while one
// runs. A View or Update that waits for another one inside its function waits until its context
// ends. End tx soon: an Update of the Store waits for it, and gets ErrBusy after BusyTimeout.
//
// Results are provisional until tx is committed: a revision, an id, and what an observer is told of
// did not happen if tx is rolled back. Do not keep what was read inside after a rollback.
//
// The storage is no storage.Waiter. Store.Wait notices the commit of tx within the poll interval.
// Close waits for the call that runs and makes later calls fail with storage.ErrClosed. It does not
// end tx. A storage that is not closed keeps nothing.
//
// Errors: those of the Store but storage.ErrUnknownOutcome, *SchemaError, and the engine's. Without
// tx each call returns storage.ErrInvalid.
func Tx(tx *sql.Tx) storage.Storage {
	return &txStore{gate: gate.New(), engine: hostTx{tx}}
}

// txStore is the storage that Tx returns.
type txStore struct {
	gate   *gate.Gate
	turn   fifolock.Turn // one call at a time uses the transaction
	engine hostTx
	known  bool // the schema is the one that this version knows
}

// enter begins a call of View, Update or Accounts when no other call uses the transaction. Without
// an error, the caller must call end. Errors: storage.ErrInvalid without a function,
// storage.ErrClosed, the context's, storage.ErrNestedTx, and those of check.
func (s *txStore) enter(ctx context.Context, hasFunction bool) (end func(), err error) {
	left, err := s.gate.EnterTx(ctx, hasFunction)
	if err != nil {
		return nil, err
	}
	if err := s.turn.Take(ctx, s.gate.Closing()); err != nil {
		left()
		return nil, err
	}
	end = func() {
		s.turn.Release()
		left()
	}
	if err := s.check(ctx); err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// check returns a *SchemaError if the file's schema has another version than this package. After
// the first success, check does not read the version again. Errors: storage.ErrInvalid without a
// transaction; the engine's.
func (s *txStore) check(ctx context.Context) error {
	if s.engine.tx == nil {
		return fmt.Errorf("sqlitestore: no transaction: %w", storage.ErrInvalid)
	}
	if s.known {
		return nil
	}
	found, err := version(ctx, s.engine)
	if err == nil {
		err = schema.Check(found)
	}
	s.known = err == nil
	return err
}

func (s *txStore) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	end, err := s.enter(ctx, fn != nil)
	if err != nil {
		return err
	}
	defer end()
	return view(ctx, s.gate, s.engine, a, fn)
}

func (s *txStore) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (rev user.Revision, err error) {
	end, err := s.enter(ctx, fn != nil)
	if err != nil {
		return 0, err
	}
	defer end()
	if err := do(ctx, s.engine, savepoint); err != nil {
		return 0, err
	}
	kept := false
	defer func() {
		if !kept {
			err = errors.Join(err, do(context.WithoutCancel(ctx), s.engine, rollbackTo, release))
		}
	}()
	if rev, err = run(ctx, s.gate, s.engine, a, fn); err == nil {
		err = do(ctx, s.engine, release)
	}
	if err != nil {
		return 0, err
	}
	kept = true
	return rev, nil
}

func (s *txStore) Close() error {
	s.gate.Close()
	return nil
}

// hostTx is the engine of the host's transaction. Its statements are never interrupted, because
// SQLite would roll back the whole transaction.
type hostTx struct{ tx *sql.Tx }

func (h hostTx) exec(query string, args ...any) (int64, error) {
	result, err := h.tx.ExecContext(context.Background(), query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (h hostTx) query(_ context.Context, query string, each rowFunc, args ...any) error {
	rows, err := h.tx.QueryContext(context.Background(), query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, dest := make(row, len(columns)), make([]any, len(columns))
	for i := range dest {
		dest[i] = (*any)(&values[i])
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if more, err := each(values); err != nil || !more {
			return err
		}
	}
	return rows.Err()
}
