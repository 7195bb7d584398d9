package pgstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// Store keeps accounts in a PostgreSQL database. It implements storage.Storage and storage.Waiter.
// Use Open or New to create one.
type Store struct {
	opt     options
	pool    *pgxpool.Pool
	owned   bool // the pool ends with the store
	gate    *gate.Gate
	life    context.Context // ended by Close
	end     context.CancelCauseFunc
	checked atomic.Bool // the schema is the one that this version knows
	watch   watch
	cache   cache

	mu    sync.Mutex
	lines map[user.AccountID]*line

	first     runMode           // the mode of an Update's first run; tests set another one
	committed func(members int) // told of each commit, by tests
}

// New returns a Store that uses pool. New does not connect to the database. Call Migrate before the
// first use, or run the files of Schema with another tool. Close of the Store does not close pool.
//
// The Store uses one connection for each View that runs and one for each account that is being
// written to. While calls of Wait run, it uses one more, which it takes out of the pool.
//
// Errors: storage.ErrInvalid if pool is nil.
func New(pool *pgxpool.Pool, opts ...Option) (*Store, error) {
	if pool == nil {
		return nil, fmt.Errorf("pgstore: no pool: %w", storage.ErrInvalid)
	}
	s := &Store{opt: optionsOf(opts), pool: pool, gate: gate.New(), lines: make(map[user.AccountID]*line)}
	s.life, s.end = context.WithCancelCause(context.Background())
	s.cache.most, s.cache.accounts = s.opt.accounts, make(map[user.AccountID]remembered)
	s.watch.store = s
	return s, nil
}

// enterTx begins a View or Update; hasFunction reports whether it has a function. Without an error,
// the caller must call end. Errors: storage.ErrInvalid without a function, storage.ErrClosed, the
// context's, storage.ErrNestedTx, *SchemaError, and the engine's.
func (s *Store) enterTx(ctx context.Context, hasFunction bool) (end func(), err error) {
	end, err = s.gate.EnterTx(ctx, hasFunction)
	if err == nil {
		if err = s.check(ctx); err != nil {
			end()
		}
	}
	return end, err
}

// untilClose returns a context that ends when ctx ends or when the Store is closed. The caller must
// call stop. After Close, context.Cause of the returned context is storage.ErrClosed; the function
// named returns this cause for errors of that context.
func (s *Store) untilClose(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	release := context.AfterFunc(s.life, func() { cancel(storage.ErrClosed) })
	return ctx, func() { release(); cancel(nil) }
}

// acquire returns a connection of the pool, and waits for a free one until ctx ends or the Store is
// closed. The caller must return it with leave. Errors: the context's, storage.ErrClosed,
// storage.ErrUnavailable if the server cannot be reached, and the engine's.
func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	waiting, stop := s.untilClose(ctx)
	defer stop()
	c, err := s.pool.Acquire(waiting)
	return c, named(waiting, err)
}

// connected takes a connection from the pool and calls start with it. If start fails on a dead
// connection, connected tries the next one, because nothing ran on the dead one.
func (s *Store) connected(ctx context.Context, start func(*pgxpool.Conn) error) (*pgxpool.Conn, error) {
	for tried := int32(1); ; tried++ {
		c, err := s.acquire(ctx)
		if err != nil {
			return nil, err
		}
		if err = start(c); err == nil {
			return c, nil
		}
		dead := c.Conn().IsClosed()
		s.leave(c)
		switch {
		case ctx.Err() != nil:
			return nil, named(ctx, err)
		case s.life.Err() != nil:
			return nil, storage.ErrClosed
		case !dead || tried > s.pool.Config().MaxConns:
			return nil, named(ctx, err)
		}
	}
}

// leave returns the connection c to the pool. If a transaction is open on c, a goroutine first
// rolls the transaction back, within the CommitTimeout. Close waits for the goroutine.
func (s *Store) leave(c *pgxpool.Conn) {
	if c.Conn().IsClosed() || c.Conn().PgConn().TxStatus() == 'I' {
		c.Release()
		return
	}
	release := s.gate.Hold()
	go func() {
		defer release()
		ctx, cancel := context.WithTimeout(context.Background(), s.opt.commit)
		defer cancel()
		_, _ = c.Exec(ctx, "ROLLBACK") // one that fails leaves a connection that the pool drops
		c.Release()
	}()
}

const selectAccount = "SELECT revision, config_revision, commits, units, settings FROM roster_accounts WHERE id = $1"

// accountRow is a row of roster_accounts. The zero value stands for an account without a row.
type accountRow struct {
	sqlread.Account
	commits  int64
	settings *settings // nil: none
	known    bool
}

func (a *accountRow) scan(rows pgx.Rows) error {
	var b []byte
	err := rows.Scan(&a.Revision, &a.Config, &a.commits, &a.Units, &b)
	if a.known, a.settings = true, nil; b != nil {
		a.settings = &settings{json: b}
	}
	return err
}

// View implements storage.Storage. It calls fn with a Reader of account a in a read-only
// transaction (REPEATABLE READ), so all methods of the Reader read one snapshot. The round trip
// that opens the transaction also reads the account's row. Reader.Account therefore needs no
// further round trip, and every other method needs at most one. View does not wait for the end of
// the transaction.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, *SchemaError, storage.ErrUnavailable if the server cannot be reached, and the
// engine's.
func (s *Store) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	end, err := s.enterTx(ctx, fn != nil)
	if err != nil {
		return err
	}
	defer end()
	var row accountRow
	c, err := s.connected(ctx, func(c *pgxpool.Conn) error {
		var b pgx.Batch
		b.Queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
		read(&b, row.scan, selectAccount, string(a))
		return opened{c}.batch(ctx, &b)
	})
	if err != nil {
		return err
	}
	defer s.leave(c)
	return s.view(ctx, a, row, opened{c}, fn)
}

// pooled is the sqlread.Engine for statements outside of transactions.
type pooled struct{ *Store }

// Ask implements sqlread.Engine. It sends the questions in one round trip on a connection of the
// pool, and tries another connection if that one breaks before the first row.
func (p pooled) Ask(ctx context.Context, questions ...sqlread.Question) error {
	answered := false
	asked := slices.Clone(questions)
	for i := range asked {
		asked[i].Row = func(row sqlread.Row) error {
			answered = true
			return questions[i].Row(row)
		}
	}
	var broken error // after a row, so that no row is passed twice
	c, err := p.connected(ctx, func(c *pgxpool.Conn) error {
		err := asker{opened{c}}.Ask(ctx, asked...)
		if answered {
			broken, err = err, nil
		}
		return err
	})
	if err == nil {
		p.leave(c)
	}
	return cmp.Or(err, named(ctx, broken))
}

// Close ends all running calls and waits until they have returned. New calls return
// storage.ErrClosed. Close also closes a pool that Open created. A second call only waits for the
// running calls. Close always returns nil. Do not call it in the function of a View or Update.
func (s *Store) Close() error {
	s.end(storage.ErrClosed)
	if !s.gate.Close() {
		return nil
	}
	s.watch.Running.Wait()
	if s.owned {
		s.pool.Close()
	}
	return nil
}

// Open creates a pool of connections to the PostgreSQL database that dsn describes, runs the
// missing migrations, and returns a Store. Close of the Store also closes the pool. Use New to pass
// a pool, or if another tool runs the migrations.
//
// Errors: storage.ErrInvalid for a DSN that cannot be parsed (the error does not contain the DSN,
// because a DSN may contain a password); storage.ErrUnavailable if the server cannot be reached;
// those of Migrate.
func Open(ctx context.Context, dsn string, opts ...Option) (*Store, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("pgstore: the DSN cannot be read: %w", storage.ErrInvalid)
	}
	s, err := New(pool, opts...)
	if err != nil {
		pool.Close()
		return nil, err
	}
	s.owned = true
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Accounts implements storage.Storage. It returns account ids greater than the parameter after, in
// ascending order by bytes, at most limit (0 means storage.MaxPage). state selects the deleted
// accounts, the others, or both. An account that was never written to is not listed.
//
// Errors: storage.ErrClosed, the context's, storage.ErrInvalid for an invalid limit or state,
// *SchemaError, storage.ErrUnavailable if the server cannot be reached, and the engine's.
func (s *Store) Accounts(
	ctx context.Context, state storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := s.check(ctx); err != nil {
		return nil, err
	}
	return sqlread.Accounts(ctx, pooled{s}, sqlread.PostgreSQL, state, after, limit)
}

// Accounts implements storage.Storage. It sees what the transaction has written. Errors: see Tx.
func (h *hostTx) Accounts(
	ctx context.Context, state storage.Deleted, after user.AccountID, limit int,
) (list []user.AccountID, _ error) {
	err := h.call(ctx, true, func() (_ bool, err error) {
		list, err = sqlread.Accounts(ctx, asker{opened{h.tx}}, sqlread.PostgreSQL, state, after, limit)
		return true, named(ctx, err)
	})
	return list, err
}

// DeleteAccount implements storage.Storage. It is an Update in the mode alone (protocol.go). The
// account's row, its sequences and its compaction are kept. Errors: those of Update.
func (s *Store) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.update(ctx, a, deleteAccount, alone)
}

// DeleteAccount implements storage.Storage.
func (h *hostTx) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return h.Update(ctx, a, deleteAccount)
}

// deleteAccount is the function that DeleteAccount passes to Update; sw must be a *writer. It
// deletes the data of the writer's account, and clears the state that the group remembers of the
// account. It does nothing if the account had no row. Errors: those of the Writer.
func deleteAccount(ctx context.Context, sw storage.Writer) error {
	w := sw.(*writer)
	before, err := w.Counters(ctx)
	if err != nil || w.group.made { // made: nothing was ever written
		return err
	}
	if err := w.Writer.DeleteAccount(ctx, before); err != nil {
		return err
	}
	w.group.deleted = true
	w.settings, *w.own, *w.group.known = nil, known{}, known{}
	w.own.balances.set(balance.Account, held{})
	return nil
}
