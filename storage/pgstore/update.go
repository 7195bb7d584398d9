package pgstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/turn"
	"github.com/ca74b63c/roster/user"
)

// Updates of one account that come while another one runs share its transaction, because a commit waits for the disk and
// the network, and nothing else is so slow. Each fn runs when its turn comes, one after another, under the lock of the
// account's row. What it writes stays in memory until the commit, so that a refused fn is undone by forgetting; only
// where it has to be read back by a statement is it sent before, behind a savepoint. Whose turn ends passes it on with
// the transaction still open if somebody waits, and commits if nobody does: a lone caller never waits for company.
//
// If the whole transaction is lost, everyone in it runs once more in a transaction of his own, so that only who deserves
// an error gets it.
//
// Who is refused waits for the commit as well. His error can rest on what others in the transaction wrote (the login is
// taken, the money is gone), and nobody may be told of that before it can be read, or if it never happened.

// A transaction is passed on while it is not larger and not older than this.
const (
	maxGroup    = 128
	maxBatchAge = 20 * time.Millisecond
)

// line is the queue of those who write to one account.
type line struct {
	turn  turn.Turn
	users int // under Store.mu
	group *group
}

// group is an open transaction and those who wait for its commit.
type group struct {
	id       user.AccountID
	account  []byte
	conn     *pgxpool.Conn // nil in the embedding server's transaction
	link     link
	ticks    int64
	revision user.Revision // after the last fn that stays
	counted  user.Revision // what stands in the row
	settings []byte
	known    *known
	pending  *pending
	wrote    bool // something is to be committed
	nested   bool // a savepoint of an earlier fn is there
	spoiled  bool // it must not be committed

	members int
	until   time.Time // when it is old
	alone   bool
	done    chan struct{} // closed when the outcome is known
	lost    bool          // rolled back: every member may try again alone
	err     error
}

func (g *group) full() bool { return g.alone || g.members >= maxGroup || time.Now().After(g.until) }

// broken reports whether the transaction can't go on.
func (g *group) broken() bool {
	return g.spoiled || g.conn.Conn().IsClosed() || g.conn.Conn().PgConn().TxStatus() != 'T'
}

// Update implements storage.Storage. Updates of one account run one after another, held apart by a lock on the account's
// row, in other processes too; those of one Store that wait share a transaction. fn should be quick: others wait for it.
//
// A transaction that the engine refuses because of another one (40001, 40P01), or that loses its connection before the
// commit, is run again with fn, at most Attempts times.
//
// Errors: storage.ErrClosed, the context's, storage.ErrNestedTx, those of fn, those that a method of the Writer
// returned, storage.ErrUnknownOutcome if the connection ended while the commit was under way, *SchemaError, and the
// engine's.
func (s *Store) Update(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	end, err := s.enterTx(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	l := s.join(a)
	defer s.part(a, l)
	for attempt := 1; ; attempt++ {
		rev, g, again, err := s.take(ctx, l, a, fn, attempt > 1)
		shared := false
		if g != nil && err != nil {
			select {
			case <-g.done:
			case <-ctx.Done():
				return 0, ctx.Err()
			}
			if g.err == nil {
				return 0, err
			}
			again, shared = true, true
		} else if g != nil {
			<-g.done
			if g.err == nil {
				return rev, nil
			}
			err, again, shared = g.err, g.lost, g.members > 1
		}
		if !again || attempt >= max(s.opt.attempts, 2) {
			return 0, err
		}
		if shared { // the next attempt is alone, and nothing speaks against it
			continue
		}
		if attempt >= s.opt.attempts {
			return 0, err
		}
		if err := s.pause(ctx, attempt); err != nil {
			return 0, err
		}
	}
}

func (s *Store) join(a user.AccountID) *line {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lines[a]
	if l == nil {
		l = &line{}
		s.lines[a] = l
	}
	l.users++
	return l
}

func (s *Store) part(a user.AccountID, l *line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(s.lines, a)
	}
}

// take runs fn in its turn and returns the group whose commit decides. If it returns none, it is decided: nothing of fn
// stays, and again says whether fn may have better luck in a transaction of its own. With a group and an error nothing of fn
// stays either, and the error holds if the group is committed.
func (s *Store) take(
	ctx context.Context, l *line, a user.AccountID, fn func(context.Context, storage.Writer) error, alone bool,
) (rev user.Revision, _ *group, again bool, err error) {
	if err := l.turn.Take(ctx, s.closing); err != nil {
		return 0, nil, false, err
	}
	defer s.pass(l) // also when fn panics or ends its goroutine
	if err := ctx.Err(); err != nil {
		return 0, nil, false, err
	}
	if alone {
		s.settle(l)
	}
	if l.group == nil {
		g, err := s.begin(ctx, a)
		if err != nil {
			return 0, nil, ctx.Err() == nil && passing(err), err
		}
		g.alone, l.group = alone, g
	}
	g := l.group
	company := g.wrote // what fn reads is not all committed
	w := g.writer(s)
	kept := false
	defer func() {
		if !kept {
			again = s.undo(ctx, l, w, err)
		}
	}()
	if rev, err = s.run(ctx, w, fn); err != nil {
		if !company || ctx.Err() != nil {
			return 0, nil, false, err
		}
		return 0, g, false, err
	}
	kept = true
	g.members++
	return rev, g, false, nil
}

// begin opens a transaction and locks the account's row.
func (s *Store) begin(ctx context.Context, a user.AccountID) (*group, error) {
	g := &group{
		id: a, account: blob(a), pending: newPending(), until: time.Now().Add(s.opt.batchAge), done: make(chan struct{}),
	}
	_, err := s.connected(ctx, func(c *pgxpool.Conn) error {
		g.conn, g.link = c, c
		return s.lock(ctx, g, "BEGIN ISOLATION LEVEL READ COMMITTED")
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// lockAccount locks the account's row by writing what nearly every transaction has to write in the end: one more revision. A
// transaction that writes nothing is rolled back.
const lockAccount = `UPDATE roster_accounts SET revision = revision + 1, ticks = ticks + 1 WHERE id = $1
	RETURNING revision - 1, ticks - 1, settings`

// lock locks the account's row, behind another statement in the same round trip, and makes it if it is not there.
func (s *Store) lock(ctx context.Context, g *group, before string) error {
	ctx, stop := s.untilClose(ctx)
	defer stop()
	var row accountRow
	// What every move of money asks for is read along, if it is not remembered.
	fresh := g.conn != nil && !s.cache.has(g.id)
	var funds held
	var ids sequence
	for range 2 {
		var b pgx.Batch
		if before != "" {
			b.Queue(before)
		}
		b.Queue(lockAccount, g.account).Query(func(rows pgx.Rows) error { return each(rows, row.scan) })
		if fresh {
			b.Queue(selectBalance, g.account, int64(balance.Account)).Query(func(rows pgx.Rows) error {
				return each(rows, func(rows pgx.Rows) error { return funds.scan(rows, new(balance.Holder)) })
			})
			b.Queue(selectTransferSequence, g.account, int64(storage.TransferIDs)).Query(func(rows pgx.Rows) error {
				return each(rows, ids.scan)
			})
		}
		if err := g.link.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
		if row.known {
			break
		}
		// Two processes can come here at once: the second one waits for the first one's commit, and then sees the row.
		before = ""
		b = pgx.Batch{}
		b.Queue("INSERT INTO roster_accounts (id) VALUES ($1) ON CONFLICT DO NOTHING", g.account)
		if err := g.link.SendBatch(ctx, &b).Close(); err != nil {
			return err
		}
	}
	g.ticks, g.revision, g.settings = row.ticks, user.Revision(row.revision), row.settings
	g.counted = g.revision + 1
	if g.conn != nil {
		g.known = s.cache.take(g.id, g.ticks)
	} else {
		g.known = newKnown() // whether the server commits, nobody tells us
	}
	if fresh {
		g.known.balances[balance.Account], g.known.sequences[storage.TransferIDs] = funds, ids
	}
	return nil
}

// run calls fn and takes over what it wrote into the group.
func (s *Store) run(ctx context.Context, w *writer, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	defer w.close()
	err := fn(context.WithValue(ctx, inside{s}, true), w)
	switch {
	case err != nil && w.poison != nil && !errors.Is(err, w.poison):
		return 0, errors.Join(err, w.poison)
	case err != nil:
		return 0, err
	case w.poison != nil:
		return 0, w.poison
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case s.isClosing():
		return 0, errClosed
	}
	return w.finish(), nil
}

// undo forgets what an fn wrote that is not to stay. If the engine has dropped the whole transaction, the others in it have
// to try again, and undo reports whether this one may too, because it was not at fault.
func (s *Store) undo(ctx context.Context, l *line, w *writer, cause error) (again bool) {
	g := w.group
	if !g.broken() && w.saved {
		ctx, cancel := context.WithTimeout(context.Background(), s.opt.commit)
		defer cancel()
		var b pgx.Batch
		b.Queue("ROLLBACK TO SAVEPOINT roster_fn")
		b.Queue("RELEASE SAVEPOINT roster_fn")
		g.spoiled = g.conn.SendBatch(ctx, &b).Close() != nil
		g.nested = false
	}
	if !g.broken() {
		return false
	}
	again = ctx.Err() == nil && (g.conn.Conn().IsClosed() || passing(cause))
	l.group = nil
	g.lost, g.err = true, fmt.Errorf("pgstore: the transaction was lost: %w", errLost)
	s.leave(g.conn)
	close(g.done)
	return again
}

// errLost stands for the error of a neighbour, which is not ours to tell.
var errLost = errors.New("another caller in it failed")

// pass ends the turn. The transaction stays open for the next one if somebody waits and it may grow.
func (s *Store) pass(l *line) {
	if l.group != nil {
		if !l.group.full() && l.turn.HandOver() {
			return
		}
		s.settle(l)
	}
	l.turn.Release()
}

// settle commits the transaction that is open, if one is, and tells its members.
func (s *Store) settle(l *line) {
	g := l.group
	if g == nil {
		return
	}
	l.group = nil
	defer close(g.done)
	if !g.wrote {
		s.leave(g.conn)
		s.cache.put(g.id, g.ticks, g.known)
		return
	}
	if g.broken() { // before anything of the commit was sent
		g.err, g.lost = fmt.Errorf("pgstore: the transaction was lost: %w", errLost), true
		s.leave(g.conn)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.commit)
	defer cancel()
	var b pgx.Batch
	g.queue(&b)
	rolledBack := false
	b.Queue("COMMIT").Exec(func(tag pgconn.CommandTag) error {
		rolledBack = tag.String() != "COMMIT"
		return nil
	})
	err := g.link.SendBatch(ctx, &b).Close()
	defer s.leave(g.conn)
	switch {
	case err == nil && !rolledBack:
		s.cache.put(g.id, g.ticks+1, g.known)
		s.watch.commit(g.id, g.revision)
		s.watch.tell(g.id, g.revision)
	case err == nil:
		g.err, g.lost = errors.New("pgstore: the engine rolled the commit back"), true
	case refused(g.conn.Conn(), err):
		g.err, g.lost = refusal(err), g.members > 1 || passing(err)
	default:
		g.err = fmt.Errorf("%w (%w)", storage.ErrUnknownOutcome, err)
	}
	if s.committed != nil {
		s.committed(g.members)
	}
}

// queue adds what is not written yet, and the account's new revision if it is not one more.
func (g *group) queue(b *pgx.Batch) {
	g.pending.queue(b, g.account)
	if g.revision != g.counted {
		b.Queue("UPDATE roster_accounts SET revision = $2 WHERE id = $1", g.account, int64(g.revision))
	}
}

// refusal names what the engine refused of a transaction that followed the rules when it was written.
func refusal(err error) error {
	if codeOf(err) == codeDivision {
		return fmt.Errorf("pgstore: balances changed under the account's lock: %w (%w)", storage.ErrConflict, err)
	}
	return err
}
