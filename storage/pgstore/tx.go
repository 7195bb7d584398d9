package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/fifolock"
	"github.com/ca74b63c/roster/storage/internal/gate"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// Tx returns a storage inside a transaction of the host, in the database of a Store. A
// roster.Directory over it keeps all its rules, versions and change records, and what it writes is
// committed when the host commits tx, together with what else tx did, or not at all. The caller
// keeps tx: Close of the storage does not end it.
//
// Each View and Update is a savepoint. After an error nothing of its function stays in tx, and tx
// can go on unless its connection is lost. A context that ends during a statement can cost the
// connection. The calls on the storage run one after another.
//
// Isolation levels: at READ COMMITTED, the engine's default, a View that succeeds and an Update
// that wrote lock the account's row until tx ends, so that what the host read stays true. A View
// makes the row of an account that has none. At REPEATABLE READ and SERIALIZABLE a View reads the
// snapshot of tx without a lock, and an Update fails with the engine's code 40001 if another writer
// committed to the account since the snapshot: the host runs tx again. A read-only tx must be
// REPEATABLE READ or SERIALIZABLE.
//
// Locks: end tx soon, because other writers of its accounts wait for it. A host that uses several
// accounts in one tx names them in ascending order of their ids in each tx; otherwise two of them
// can wait for each other, and the engine refuses one (40P01). While tx is open, neither a function
// nor the host may wait for a Store's Update of an account that tx has locked.
//
// Results are provisional until the host commits: revisions that calls return, and what an observer
// of the directory is told, describe nothing if the host rolls back. The storage is no
// storage.Waiter. A Wait on a Store returns after the host's commit.
//
// Of the options, WithoutListen, CommitTimeout (the time for a rollback to a savepoint) and
// Distributed matter.
//
// Errors: those of storage.Storage but storage.ErrUnknownOutcome, *SchemaError, and the engine's.
// Without a tx each call returns storage.ErrInvalid.
func Tx(tx pgx.Tx, opts ...Option) storage.Storage {
	return &hostTx{tx: tx, store: &Store{opt: optionsOf(opts), gate: gate.New(), life: context.Background()}}
}

// hostTx is a storage inside a host's transaction.
type hostTx struct {
	tx      pgx.Tx
	store   *Store // has the options and the gate; it has no pool
	turn    fifolock.Turn
	checked bool // the schema and the level are known
	locks   bool // the level is READ COMMITTED: a View locks the account's row
}

const selectLevel = "SELECT version, current_setting('transaction_isolation') FROM roster_schema WHERE id = 1"

// call runs do in a savepoint, when its turn has come. The savepoint is kept if do reports so.
func (h *hostTx) call(ctx context.Context, do func() (keep bool, err error)) (err error) {
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

// check reads the version of the schema and the isolation level, once.
func (h *hostTx) check(ctx context.Context) error {
	if h.checked {
		return nil
	}
	found, level := 0, ""
	err := query(ctx, asker{opened{h.tx}}, func(row sqlread.Row) error { return row.Scan(&found, &level) }, selectLevel)
	if err != nil && codeOf(err) != codeNoTable {
		return named(ctx, err)
	}
	if err := checkVersion(found); err != nil {
		return err
	}
	h.checked, h.locks = true, level != "repeatable read" && level != "serializable"
	return nil
}

// View implements storage.Storage.
func (h *hostTx) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	end, err := h.store.gate.EnterTx(ctx, fn != nil)
	if err != nil {
		return err
	}
	defer end()
	return h.call(ctx, func() (bool, error) {
		row, err := h.row(ctx, string(a))
		if err != nil {
			return false, named(ctx, err)
		}
		return true, h.store.view(ctx, a, row, opened{h.tx}, fn) // a rollback would release the lock
	})
}

// row reads the row of an account. At READ COMMITTED it locks the row, and makes it if it is not
// there, so that no commit shows while tx is open.
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

// Update implements storage.Storage.
func (h *hostTx) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (rev user.Revision, _ error) {
	end, err := h.store.gate.EnterTx(ctx, fn != nil)
	if err != nil {
		return 0, err
	}
	defer end()
	err = h.call(ctx, func() (wrote bool, err error) {
		s, g := h.store, &group{id: a, account: string(a), link: opened{h.tx}, pending: &pending{}}
		if err := s.lock(ctx, g, ""); err != nil {
			return false, named(ctx, err)
		}
		if rev, err = s.run(ctx, g.writer(s), fn); err != nil || !g.wrote {
			return false, err // without what the lock wrote
		}
		var b pgx.Batch
		g.queue(&b)
		if s.opt.listen && g.revision != g.row.Revision {
			b.Queue(notify, channel, payload(a))
		}
		return true, named(ctx, refusal(opened{h.tx}.batch(ctx, &b)))
	})
	if err != nil {
		return 0, err
	}
	return rev, nil
}

// Accounts implements storage.Storage.
func (h *hostTx) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) (list []user.AccountID, _ error) {
	end, err := h.store.gate.EnterTx(ctx, true)
	if err != nil {
		return nil, err
	}
	defer end()
	err = h.call(ctx, func() (_ bool, err error) {
		list, err = sqlread.Accounts(ctx, asker{opened{h.tx}}, sqlread.PostgreSQL, which, after, limit)
		return true, named(ctx, err)
	})
	return list, err
}

// Close implements storage.Storage. The host's transaction stays open.
func (h *hostTx) Close() error {
	h.store.gate.Close()
	return nil
}
