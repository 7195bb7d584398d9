package pgstore

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/counting"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// group is one database transaction and the Updates that share it; see step 2 in protocol.go.
type group struct {
	account  string
	conn     *pgxpool.Conn // nil in the embedding server's transaction
	link     link
	row      accountRow    // the account's row before the group
	made     bool          // the group made the row
	locked   bool          // the group has the row's lock
	stale    bool          // another transaction changed the row
	revision user.Revision // after the last fn whose writes stay
	config   user.Revision // the greatest ConfigVersion after that fn
	settings *settings
	known    *known
	pending  *pending
	wrote    bool // something is to be committed
	deleted  bool // the account was deleted, so nothing is remembered of it
	nested   bool // a savepoint of an earlier fn is open
	spoiled  bool // a statement failed, so the group must not be committed
	checked  bool // since the last turn began, a question showed that the row is unchanged

	members int           // Updates whose writes stay
	busy    bool          // several Updates shared the account's last commit
	replays bool          // the account's last idempotency key that was asked for was not new
	guessed bool          // an idempotency key is assumed to be new (known.go)
	until   time.Time     // when the group is old
	alone   bool          // the group takes one Update
	done    chan struct{} // closed when the outcome is known
	lost    bool          // nothing was committed, so each member may run again
	err     error
}

// errStale reports that another transaction changed the account, so the function must run again
// under the lock.
var errStale = errors.New("pgstore: another transaction wrote to the account")

func (g *group) full() bool {
	return g.alone || g.guessed || g.members >= maxGroup || time.Now().After(g.until)
}

// broken reports whether the transaction of group g can no longer commit: a statement failed,
// another transaction changed the account's row, or the connection is closed or in another
// transaction state. The connection of a host's transaction is not checked.
func (g *group) broken() bool {
	if g.spoiled || g.stale || g.conn == nil {
		return g.spoiled || g.stale
	}
	status := byte('I')
	if g.locked {
		status = 'T'
	}
	return g.conn.Conn().IsClosed() || g.conn.Conn().PgConn().TxStatus() != status
}

// sequence scans what the database stores about a sequence.
type sequence struct{ counting.Stored }

func (q *sequence) scan(rows pgx.Rows) error { return rows.Scan(&q.Row, &q.Noted) }

// begin starts a group of Updates for the account a. In the mode trusting, if the account has a
// row, the group has no transaction and no lock yet. Otherwise begin opens a transaction and locks
// the row. Errors: the database's; the context's; storage.ErrClosed.
func (s *Store) begin(ctx context.Context, a user.AccountID, how runMode) (*group, error) {
	g := &group{account: string(a), pending: &pending{}, until: time.Now().Add(s.opt.batchAge), done: make(chan struct{})}
	if how == trusting {
		if there, err := s.trust(ctx, g); there || err != nil {
			return g, err
		}
	}
	_, err := s.connected(ctx, func(c *pgxpool.Conn) error {
		g.conn = c
		return s.lock(ctx, g, begin)
	})
	return g, err
}

// trust starts the group g without a lock, with the state that the Store remembers of the account
// or, without one, with the account's row. It returns false without an error if the account has no
// row. Errors: those of the database; the context's; storage.ErrClosed.
func (s *Store) trust(ctx context.Context, g *group) (there bool, err error) {
	m := s.cache.take(user.AccountID(g.account))
	row, k := m.row, m.known
	g.busy, g.replays = m.busy, m.replays
	if k != nil {
		if g.conn, err = s.acquire(ctx); err != nil {
			s.cache.put(user.AccountID(g.account), m)
			return false, err
		}
	} else {
		ctx, stop := s.untilClose(ctx)
		defer stop()
		var ids sequence
		c, err := s.connected(ctx, func(c *pgxpool.Conn) error {
			var b pgx.Batch // the row first: the commit notices a write that comes after it
			read(&b, row.scan, selectAccount, g.account)
			read(&b, ids.scan, sqlread.SelectTransferSequence, g.account, record.SequenceName(storage.TransferIDs))
			return opened{c}.batch(ctx, &b)
		})
		if err != nil {
			return false, err
		}
		if !row.known {
			s.leave(c)
			return false, nil
		}
		g.conn, k = c, &known{}
		k.sequences.set(storage.TransferIDs, ids.Stored)
	}
	g.link = unlocked{g}
	g.open(row, k)
	return true, nil
}

// remember keeps what the group knows for the next group of the account.
func (s *Store) remember(g *group) {
	if !g.deleted {
		s.cache.put(user.AccountID(g.account), remembered{g.row, g.known, g.members > 1, g.replays})
	}
}

// open sets the state with which the group g begins: the account's row, and k, the state that the
// Store remembers of the account. It also sets the account's own balance in k to the one in row.
func (g *group) open(row accountRow, k *known) {
	g.row, g.known = row, k
	g.revision, g.config, g.settings = row.Revision, row.Config, row.settings
	k.balances.set(balance.Account, held{row.Units, true})
}

// detach returns the group's connection to the pool.
func (s *Store) detach(g *group) {
	if g.conn != nil {
		s.leave(g.conn)
		g.conn = nil
	}
}

const begin = "BEGIN ISOLATION LEVEL READ COMMITTED"

// lockAccount locks the account's row by raising its revision, because nearly every group does that
// anyway. It returns the values before it. A group that writes nothing is rolled back.
const lockAccount = `UPDATE roster_accounts SET revision = revision + 1, commits = commits + 1 WHERE id = $1
	RETURNING revision - 1, config_revision, commits - 1, units, settings`

// lock locks the account's row for the group g, and inserts a missing row. If the parameter before
// is not "", lock first runs that SQL statement, in the same round trip. It returns errStale and
// sets g.stale if the group has read the account, and the row has changed since. Other errors: the
// database's; the context's; storage.ErrClosed.
func (s *Store) lock(ctx context.Context, g *group, before string) error {
	ctx, stop := s.untilClose(ctx)
	defer stop()
	to := g.link
	if g.conn != nil {
		to = opened{g.conn}
	}
	var row accountRow
	var ids sequence
	for range 2 {
		var b pgx.Batch
		if before != "" {
			b.Queue(before)
		}
		read(&b, row.scan, lockAccount, g.account)
		read(&b, ids.scan, sqlread.SelectTransferSequence, g.account, record.SequenceName(storage.TransferIDs)) // each transfer needs it
		if err := to.batch(ctx, &b); err != nil {
			return named(ctx, err)
		}
		if row.known {
			break
		}
		// A second process waits here for the first one's commit, and then sees the row.
		before, g.made = "", true
		b = pgx.Batch{}
		b.Queue("INSERT INTO roster_accounts (id) VALUES ($1) ON CONFLICT DO NOTHING", g.account)
		if err := to.batch(ctx, &b); err != nil {
			return named(ctx, err)
		}
	}
	if g.known != nil && row.commits != g.row.commits {
		g.stale = true
		return errStale
	}
	g.locked, g.link = true, to
	if g.known != nil {
		return nil
	}
	k := &known{}
	k.sequences.set(storage.TransferIDs, ids.Stored)
	if g.conn != nil { // the Store does not learn the outcome of the embedding server's transaction
		m := s.cache.take(user.AccountID(g.account))
		if g.busy, g.replays = m.busy, m.replays; m.known != nil && m.row.commits == row.commits {
			k = m.known
		}
	}
	g.open(row, k)
	return nil
}

// verify returns errStale and sets g.stale if another transaction changed the account's row since
// the group g began. It sends no query if a query of the present Update has already shown that the
// row is unchanged (g.checked). Other errors: the database's; the context's; storage.ErrClosed.
func (s *Store) verify(ctx context.Context, g *group) error {
	switch {
	case g.checked:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case s.gate.IsClosing():
		return storage.ErrClosed
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.commit)
	defer cancel()
	return unlocked{g}.batch(ctx, &pgx.Batch{})
}
