package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// closeGroup commits the transaction that is open, if one is, and tells its members.
func (s *Store) closeGroup(l *line) {
	g := l.group
	if g == nil {
		return
	}
	l.group = nil
	defer close(g.done)
	defer s.detach(g)
	err := s.finish(g)
	if errors.Is(err, errStale) {
		g.lost = true
	}
	g.err = err
}

// finish commits what a group wrote. Of its error, g.lost says whether it is certain that nothing
// was committed.
func (s *Store) finish(g *group) error {
	if g.wrote && !g.broken() && s.committed != nil {
		defer func() { s.committed(g.members) }()
	}
	switch {
	case g.stale:
		return errStale
	case g.broken(): // before anything of the commit was sent
		g.lost = true
		return fmt.Errorf("pgstore: the transaction was lost: %w", errLost)
	case !g.wrote && g.locked:
		if !g.made { // else the row will not stay
			s.remember(g)
		}
		return nil
	case !g.wrote:
		err := s.verify(g)
		if g.lost = err != nil; err == nil {
			s.remember(g)
		}
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.commit)
	defer cancel()
	err := s.commit(ctx, g)
	switch {
	case g.stale:
		return errStale
	case err == nil:
		raised := g.revision != g.row.Revision
		g.row = accountRow{g.becomes(), g.row.commits + 1, g.settings, true}
		s.remember(g)
		if raised {
			s.watch.commit(g.id)
		}
		return nil
	case !g.locked && (codeOf(err) == codeDivision || codeOf(err) == codeLocked):
		g.stale = true
		return errStale
	case g.guessed && codeOf(err) == codeUnique:
		g.lost = true
		return errAssumed
	case refused(g.conn.Conn(), err):
		g.lost = g.members > 1 || passing(err)
		return named(ctx, refusal(err))
	case errors.Is(err, errRolledBack):
		g.lost = true
		return err
	}
	s.detach(g)
	if s.fence(g) {
		g.lost = true
		return named(ctx, err)
	}
	return fmt.Errorf("%w (%w)", storage.ErrUnknownOutcome, err)
}

// commitTag is what the engine answers to a COMMIT that did not roll back.
const commitTag = "COMMIT"

var errRolledBack = errors.New("pgstore: the engine rolled the commit back")

// commit sends what is not written yet, with the commit. The statements of one round trip are one
// transaction of the engine, which ends with the trip. So a group that is not locked sends neither
// BEGIN nor COMMIT. A cluster needs both: Citus commits the first statement on its node by itself.
func (s *Store) commit(ctx context.Context, g *group) error {
	var b pgx.Batch
	explicit := g.locked || s.opt.distributed
	if !g.locked {
		if explicit {
			b.Queue(begin)
		}
		b.Queue(moveAccount, g.changes(g.row.commits)...)
		g.pending.queue(&b, g.account)
	} else {
		g.queue(&b)
	}
	rolledBack := false
	if explicit {
		b.Queue("COMMIT").Exec(func(tag pgconn.CommandTag) error {
			rolledBack = tag.String() != commitTag
			return nil
		})
	}
	err := g.conn.SendBatch(ctx, &b).Close()
	if err == nil && rolledBack {
		return errRolledBack
	}
	return err
}

// moveAccount writes the row of an account that was not locked. It divides by zero if the row is
// not what it was, because an error is the only thing that keeps the commit behind it in the same
// round trip from happening. The row of an account is never deleted, so there is one. The statement
// does not wait for the lock of another transaction (codeLocked): the Updates run again under the
// lock, where the contexts of their callers end the wait.
const moveAccount = `UPDATE roster_accounts SET revision = $2, config_revision = $3, units = $4,
	settings = coalesce($5::jsonb, settings), commits = commits + 1
	WHERE id = $1 AND (SELECT true FROM roster_accounts WHERE id = $1 FOR NO KEY UPDATE NOWAIT)
	AND 1 / (CASE WHEN commits = $6 THEN 1 ELSE 0 END) = 1`

// updateAccount writes the row of an account that is locked.
const updateAccount = `UPDATE roster_accounts SET revision = $2, config_revision = $3, units = $4,
	settings = coalesce($5::jsonb, settings) WHERE id = $1`

// becomes returns what the account's row says in the end.
func (g *group) becomes() sqlread.Account {
	return sqlread.Account{Revision: g.revision, Config: g.config, Units: g.known.balances[balance.Account].units}
}

// changes returns the arguments of moveAccount or updateAccount.
func (g *group) changes(more ...any) []any {
	var changed *settings
	if g.settings != g.row.settings {
		changed = g.settings
	}
	a := g.becomes()
	return append([]any{g.account, int64(a.Revision), int64(a.Config), int64(a.Units), changed.orNull()}, more...)
}

// queue adds what is not written yet, for a group that has the lock. The lock wrote one revision
// more.
func (g *group) queue(b *pgx.Batch) {
	locked := g.row.Account
	locked.Revision++
	if g.becomes() != locked || g.settings != g.row.settings {
		b.Queue(updateAccount, g.changes()...)
	}
	g.pending.queue(b, g.account)
}

// fence makes certain that a commit whose answer did not come has not happened and never will: if
// the account's row is what it was, it is moved on, so that the commit, should it still be on its
// way, finds another one.
func (s *Store) fence(g *group) bool {
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.commit)
	defer cancel()
	var tag pgconn.CommandTag
	c, err := s.connected(ctx, func(c *pgxpool.Conn) (err error) {
		tag, err = c.Exec(ctx, "UPDATE roster_accounts SET commits = commits + 1 WHERE id = $1 AND commits = $2", g.account, g.row.commits)
		return err
	})
	if err != nil {
		return false
	}
	s.leave(c)
	return tag.RowsAffected() == 1
}

// refusal names what the engine refused of a transaction that followed the rules when it was
// written.
func refusal(err error) error {
	if codeOf(err) == codeDivision {
		return fmt.Errorf("pgstore: balances changed under the account's lock: %w (%w)", storage.ErrConflict, err)
	}
	return err
}
