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
	"github.com/ca74b63c/roster/user"
)

// closeGroup commits the open group of the queue l, stores the outcome in the group, and wakes the
// Updates that wait for it. It then returns the group's connection to the pool. It does nothing if
// no group is open.
func (s *Store) closeGroup(l *line) {
	g := l.group
	if g == nil {
		return
	}
	l.group = nil
	defer close(g.done)
	defer s.detach(g)
	g.err = s.finish(g)
	g.lost = g.lost || errors.Is(g.err, errStale)
}

// finish commits the writes of the group g and returns the error of the commit: errStale, errLost,
// errAssumed, errRolledBack, storage.ErrUnknownOutcome, storage.ErrClosed or the database's. It
// sets g.lost if nothing was committed and the Updates of g may run again; for errStale it does
// not. A group that wrote nothing and has no lock needs no commit. For such a group finish checks
// that the account's row is unchanged, if an Update of the group needs that.
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
	case !g.wrote && g.members == 0 && !g.checked: // no call waits for an answer
		return nil
	case !g.wrote:
		err := s.verify(context.Background(), g)
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
			s.watch.commit(user.AccountID(g.account))
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
		return named(ctx, err)
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

// errRolledBack reports that PostgreSQL answered ROLLBACK to a COMMIT: the transaction had failed.
var errRolledBack = errors.New("pgstore: the engine rolled the commit back")

// commit sends the account's row, the pending writes of the group g and the commit in one round
// trip. If the group has no lock, these messages are the whole transaction. PostgreSQL needs no
// BEGIN and COMMIT then, but Citus does. Errors: errRolledBack; errors of the driver, with the
// SQLSTATE codeDivision or codeLocked if another transaction changed or locks the row.
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
	if explicit {
		b.Queue("COMMIT").Exec(func(tag pgconn.CommandTag) error {
			if tag.String() != "COMMIT" {
				return errRolledBack
			}
			return nil
		})
	}
	return g.conn.SendBatch(ctx, &b).Close()
}

// moveAccount writes the row of an account that is not locked. It divides by zero if another
// transaction changed the row, because only an error stops the commit in the same round trip. It
// fails with codeLocked instead of waiting for a lock, because no caller's context could end the
// wait.
const moveAccount = `UPDATE roster_accounts SET revision = $2, config_revision = $3, units = $4,
	settings = coalesce($5::jsonb, settings), commits = commits + 1
	WHERE id = $1 AND (SELECT true FROM roster_accounts WHERE id = $1 FOR NO KEY UPDATE NOWAIT)
	AND 1 / (CASE WHEN commits = $6 THEN 1 ELSE 0 END) = 1`

// updateAccount writes the row of an account that the transaction has locked.
const updateAccount = `UPDATE roster_accounts SET revision = $2, config_revision = $3, units = $4,
	settings = coalesce($5::jsonb, settings) WHERE id = $1`

// becomes returns what the account's row will contain after the commit.
func (g *group) becomes() sqlread.Account {
	return sqlread.Account{Revision: g.revision, Config: g.config, Units: g.known.balances[balance.Account].units}
}

// changes returns the arguments for the statement moveAccount or updateAccount: the account's id,
// and its two revisions, balance and settings after the commit. Unchanged settings are NULL. The
// values in more follow at the end.
func (g *group) changes(more ...any) []any {
	var changed *settings
	if g.settings != g.row.settings {
		changed = g.settings
	}
	a := g.becomes()
	return append([]any{g.account, int64(a.Revision), int64(a.Config), int64(a.Units), changed.orNull()}, more...)
}

// queue adds two things to the batch b: the UPDATE of the account's row and the pending writes of
// g. It leaves out the UPDATE if lockAccount has already written the same values. The group g must
// hold the lock of the row.
func (g *group) queue(b *pgx.Batch) {
	locked := g.row.Account
	locked.Revision++
	if g.becomes() != locked || g.settings != g.row.settings {
		b.Queue(updateAccount, g.changes()...)
	}
	g.pending.queue(b, g.account)
}

// fence makes sure that the commit of the group g, whose answer was lost, cannot take place any
// more. It raises the number of commits in the account's row and returns true. It returns false if
// the row has changed since g began, or after an error: the outcome then stays unknown.
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
