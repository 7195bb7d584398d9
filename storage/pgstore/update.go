package pgstore

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/turn"
	"github.com/ca74b63c/roster/user"
)

// Updates of one account that come while another one runs share its transaction, because a commit waits for the disk and
// the network, and nothing else is so slow. Each fn runs when its turn comes, one after another. What it writes stays in
// memory until the commit, so that a refused fn is undone by forgetting; only where it has to be read back by a statement
// is it sent before, behind a savepoint. Whose turn ends passes it on with the transaction still open if somebody waits,
// and commits if nobody does: a lone caller never waits for company.
//
// What an fn is told, it is told without a lock at first: what is remembered, or read now. The commit, all of it one round
// trip, takes place only if the account's row says that nobody else wrote meanwhile; and so does the error that an fn
// returned reach its caller. If somebody did, all in the transaction run again under the row's lock, and the next ones of
// that account begin with it.
//
// If the whole transaction is lost for another reason, everyone in it runs once more in a transaction of his own, so that
// only who deserves an error gets it. If it is lost with its connection, they share the next one, and another one.
//
// Nobody pauses before that. Who alone was refused for another transaction's sake pauses 1 to 2 ms before the second attempt
// and twice as long each time, to 256 ms at most: at most 0.8 s before the tenth attempt. What takes longer is the engine.
//
// Who is refused waits for the commit as well. His error can rest on what others in the transaction wrote (the login is
// taken, the money is gone), and nobody may be told of that before it can be read, or if it never happened.

// manner is how an Update is run.
type manner int

const (
	trusting manner = iota // without a lock until the commit
	locked                 // with the lock from the beginning
	alone                  // and in a transaction of its own
)

// line is the queue of those who write to one account.
type line struct {
	turn  turn.Turn
	users int // under Store.mu
	group *group
}

// Update implements storage.Storage. Updates of one account run one after another, and on one state each, whichever
// processes they are in; those of one Store that wait share a transaction. fn should be quick: others wait for it. It runs
// again if another process wrote to the account meanwhile, and then under the lock of the account's row; and if a key that it
// put was assumed to be free and is not: the unique key of one of several new users, or a transfer's idempotency key.
//
// A transaction that the engine refuses because of another one (40001, 40P01), or that loses its connection before the
// commit, is run again with fn, at most Attempts times.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, those that a method of the Writer returned, storage.ErrUnknownOutcome if the
// connection ended while the commit was under way and it may have taken place, *SchemaError, and
// the engine's.
func (s *Store) Update(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	if fn == nil {
		return 0, errNoFunction
	}
	end, err := s.enterTx(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	l := s.join(a)
	defer s.part(a, l)
	how := trusting
	for attempt := 1; ; {
		rev, g, again, err := s.take(ctx, l, a, fn, how)
		shared, cut := false, false
		if g != nil {
			refused := err != nil
			select {
			case <-g.done:
			case <-until(ctx, refused):
				return 0, ctx.Err()
			}
			if g.err == nil {
				return rev, err
			}
			err, again, shared = g.err, g.lost || refused, g.members > 1 || refused
			cut = g.cut && attempt <= cuts
		}
		if errors.Is(err, errStale) { // not twice: who has the lock has no reason to doubt
			how = max(how, locked)
			attempt++
			continue
		}
		if errors.Is(err, errAssumed) {
			how = alone
			attempt++
			continue
		}
		if !again || attempt >= max(s.opt.attempts, 2) {
			return 0, err
		}
		if !shared { // one who shared it is now alone, and nothing speaks against him
			if attempt >= s.opt.attempts {
				return 0, err
			}
			if err := s.pause(ctx, attempt); err != nil {
				return 0, err
			}
		}
		if !cut {
			how = alone
		}
		attempt++
	}
}

// cuts is how often in a row those who share a transaction share the next one after its connection was cut. That is seldom
// any caller's fault, and one after another they would wait for each other's commits. But what one of them writes may be what
// breaks the connection.
const cuts = 2

// until returns when to stop waiting for a commit: whoever is refused anyway need not know how it ends.
func until(ctx context.Context, refused bool) <-chan struct{} {
	if refused {
		return ctx.Done()
	}
	return nil
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
	ctx context.Context, l *line, a user.AccountID, fn func(context.Context, storage.Writer) error, how manner,
) (rev user.Revision, _ *group, again bool, err error) {
	if err := l.turn.Take(ctx, s.closing); err != nil {
		return 0, nil, false, err
	}
	defer s.pass(l) // also when fn panics or ends its goroutine
	if err := ctx.Err(); err != nil {
		return 0, nil, false, err
	}
	if l.group != nil && (how == alone || how == locked && !l.group.locked) {
		s.settle(l)
	}
	if l.group != nil {
		l.group.checked = false
	} else {
		g, err := s.begin(ctx, a, how)
		if err != nil {
			return 0, nil, ctx.Err() == nil && passing(err), err
		}
		g.alone, l.group = how == alone, g
	}
	g := l.group
	company := g.wrote // what fn reads is not all committed
	w := g.writer(s)
	w.guesses = g.conn != nil && how != alone && g.members == 0 && !g.busy && !g.replays && l.turn.Waiting() == 0
	kept := false
	defer func() {
		if !kept {
			again, err = s.undo(ctx, l, w, err)
		}
	}()
	if rev, err = s.run(ctx, w, fn); err != nil {
		if !company || ctx.Err() != nil || errors.Is(err, errAssumed) {
			return 0, nil, false, err
		}
		return 0, g, false, err
	}
	kept = true
	g.members++
	return rev, g, false, nil
}

// run calls fn and takes over what it wrote into the group.
func (s *Store) run(ctx context.Context, w *writer, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	defer w.close()
	err := fn(context.WithValue(ctx, inside{s}, true), w)
	wrong := w.confirmOwners(ctx)
	if wrong == nil && (err != nil || w.poison != nil) { // else the commit is the judge
		wrong = w.confirmKey(ctx)
	}
	if wrong != nil { // what it returned may rest on what is not so, or nobody knows: it is not told
		return 0, named(ctx, wrong)
	}
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

// undo forgets what an fn wrote that is not to stay, and returns its error. If the whole transaction is lost, the others
// in it have to try again, and undo reports whether this one may too, because it was not at fault.
func (s *Store) undo(ctx context.Context, l *line, w *writer, cause error) (again bool, _ error) {
	g := w.group
	if !g.broken() && w.saved {
		ctx, cancel := context.WithTimeout(context.Background(), s.opt.commit)
		defer cancel()
		var b pgx.Batch
		b.Queue("ROLLBACK TO SAVEPOINT roster_fn")
		b.Queue("RELEASE SAVEPOINT roster_fn")
		g.spoiled = g.link.batch(ctx, &b) != nil
		g.nested = false
	}
	if !g.locked && !g.wrote && !g.broken() && cause != nil { // nor is what was true before the caller asked
		if err := s.verified(ctx, g); err != nil {
			cause = err
		}
	}
	if !g.broken() {
		return false, cause
	}
	l.group = nil
	if g.stale {
		s.cache.doubt(g.id)
		g.err, cause = errStale, errStale
	} else {
		g.cut = g.conn.Conn().IsClosed()
		again = ctx.Err() == nil && (g.cut || passing(cause))
		g.err = fmt.Errorf("pgstore: the transaction was lost: %w", errLost)
	}
	g.lost = true
	s.detach(g)
	close(g.done)
	return again, cause
}

// errLost stands for the error of a neighbour, which is not ours to tell.
var errLost = errors.New("another caller in it failed")

// pass ends the turn. The transaction stays open for the next one if somebody waits and it may grow.
func (s *Store) pass(l *line) {
	if l.group != nil {
		// Those whom the last commit woke are about to ask again, but the first of them is here before they had a chance to.
		// An account to which one writes at a time has nobody like that.
		for range yields {
			if l.group.full() {
				break
			}
			if l.turn.HandOver() {
				return
			}
			if !l.group.busy {
				break
			}
			runtime.Gosched()
		}
		s.settle(l)
	}
	l.turn.Release()
}

// yields is how often a caller lets others run before it commits alone.
const yields = 3
