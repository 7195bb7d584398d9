package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/internal/fifolock"
	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// Tx returns a storage that works inside a transaction of the host, in the database of a Store. A
// roster.Directory over it applies the same rules and records the same changes. What it writes is
// committed if the host commits tx. Close of the storage does not end tx.
//
// Each View and Update uses a savepoint. After an error nothing that its function wrote stays in
// tx, and tx can continue unless its connection was lost. A context that ends during a statement
// can cost the connection. The calls on the storage run one after another.
//
// Isolation levels: at READ COMMITTED, PostgreSQL's default, a successful View and an Update that
// wrote lock the account's row until tx ends, so that what the host read remains true. A View
// inserts a missing row. At REPEATABLE READ and SERIALIZABLE a View reads the snapshot of tx
// without a lock, and an Update fails with the code 40001 if another writer committed to the
// account since the snapshot: the host must run tx again. A read-only tx needs one of these levels.
//
// Locks: end tx soon, because other writers of its accounts wait for it. Use several accounts in
// ascending order of their ids; otherwise two transactions can wait for each other, and PostgreSQL
// aborts one (40P01). While tx is open, do not wait for a Store's Update of an account that tx has
// locked.
//
// Results are provisional until the host commits. After a rollback the returned revisions do not
// exist, and what an observer of the directory was told did not happen. The storage is no
// storage.Waiter. Store.Wait returns after the host's commit.
//
// Only the options WithoutListen, CommitTimeout (of a rollback to a savepoint) and Distributed have
// an effect.
//
// Errors: those of storage.Storage except storage.ErrUnknownOutcome, *SchemaError, and the
// engine's. If tx is nil, each call returns storage.ErrInvalid.
func Tx(tx pgx.Tx, opts ...Option) storage.Storage {
	return &hostTx{tx: tx, store: &Store{opt: optionsOf(opts), gate: gate.New(), life: context.Background()}}
}

// hostTx is the storage that Tx returns.
type hostTx struct {
	tx      pgx.Tx
	store   *Store // has the options and the gate; it has no pool
	turn    fifolock.Turn
	checked bool // the schema and the level are known
	locks   bool // the level is READ COMMITTED: a View locks the account's row
}

// call runs do inside a savepoint of the host's transaction, after earlier calls have ended. It
// keeps the writes of do if do returns true and no error, and no statement failed. Errors:
// storage.ErrInvalid without a function or a transaction; storage.ErrClosed; storage.ErrNestedTx;
// the context's; those of check, do and the savepoint.
func (h *hostTx) call(ctx context.Context, hasFunction bool, do func() (keep bool, err error)) (err error) {
	end, err := h.store.gate.EnterTx(ctx, hasFunction)
	if err != nil {
		return err
	}
	defer end()
	if h.tx == nil {
		return fmt.Errorf("pgstore: no transaction: %w", storage.ErrInvalid)
	}
	if err := h.turn.Take(ctx, h.store.gate.Closing()); err != nil {
		return err
	}
	defer h.turn.Release()
	if _, err := h.tx.Exec(ctx, "SAVEPOINT roster_tx"); err != nil {
		return named(ctx, err)
	}
	kept := false
	defer func() { // also when do panics
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.store.opt.commit)
		defer cancel()
		var undone error
		if !kept || h.tx.Conn().PgConn().TxStatus() == 'E' { // a function may hide that a read failed
			_, undone = h.tx.Exec(ctx, "ROLLBACK TO SAVEPOINT roster_tx")
		}
		_, ended := h.tx.Exec(ctx, "RELEASE SAVEPOINT roster_tx")
		err = errors.Join(err, undone, ended)
	}()
	if err := h.check(ctx); err != nil {
		return err
	}
	keep, err := do()
	kept = keep && err == nil
	return err
}

// check returns a *SchemaError if the schema has another version than this package. It also sets
// h.locks, which is false in a transaction that is REPEATABLE READ or SERIALIZABLE. After the first
// success it does nothing. Other errors: the context's and the engine's.
func (h *hostTx) check(ctx context.Context) error {
	if h.checked {
		return nil
	}
	found, level := 0, ""
	err := query(ctx, asker{opened{h.tx}}, func(row sqlread.Row) error { return row.Scan(&found, &level) },
		"SELECT version, current_setting('transaction_isolation') FROM roster_schema WHERE id = 1")
	if err != nil && codeOf(err) != codeNoTable {
		return named(ctx, err)
	}
	if err := schema.Check(found); err != nil {
		return err
	}
	h.checked, h.locks = true, level != "repeatable read" && level != "serializable"
	return nil
}

// View implements storage.Storage. At READ COMMITTED it also locks the account's row and inserts a
// missing one, and rolls both back after an error. Errors: see Tx.
func (h *hostTx) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	return h.call(ctx, fn != nil, func() (bool, error) {
		row, err := h.row(ctx, string(a))
		if err != nil {
			return false, named(ctx, err)
		}
		return true, h.store.view(ctx, a, row, opened{h.tx}, fn) // a rollback would release the lock
	})
}

// row returns the account's row, or the zero accountRow if there is none. If h.locks is true, row
// inserts a missing row and locks the row. Errors: the engine's.
func (h *hostTx) row(ctx context.Context, account string) (row accountRow, _ error) {
	sql := selectAccount
	var b pgx.Batch
	if h.locks {
		sql += " FOR NO KEY UPDATE"
		b.Queue("INSERT INTO roster_accounts (id) VALUES ($1) ON CONFLICT DO NOTHING", account)
	}
	read(&b, row.scan, sql, account)
	return row, opened{h.tx}.batch(ctx, &b)
}

// Update implements storage.Storage. Inside a savepoint it locks the account's row, calls fn, and
// sends the writes of fn. If fn fails or writes nothing, Update rolls back to the savepoint, which
// also releases the lock. The returned revision is the account's if the host commits. Errors: see
// Tx.
func (h *hostTx) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (rev user.Revision, _ error) {
	err := h.call(ctx, fn != nil, func() (wrote bool, err error) {
		s, g := h.store, &group{account: string(a), link: opened{h.tx}, pending: &pending{}}
		if err := s.lock(ctx, g, ""); err != nil {
			return false, named(ctx, err)
		}
		if rev, err = s.run(ctx, g.writer(s), fn); err != nil || !g.wrote {
			return false, err // without what the lock wrote
		}
		var b pgx.Batch
		g.queue(&b)
		if s.opt.listen && g.revision != g.row.Revision {
			b.Queue(notify, channel, string(a))
		}
		return true, named(ctx, opened{h.tx}.batch(ctx, &b))
	})
	if err != nil {
		return 0, err
	}
	return rev, nil
}

// Close implements storage.Storage. The host's transaction stays open.
func (h *hostTx) Close() error {
	h.store.gate.Close()
	return nil
}
