package pgstore

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/fifolock"
	"github.com/ca74b63c/roster/user"
)

// How an Update is written. A group is one transaction of the engine and the Updates that share it.
//
//  1. Queue. Updates of one account in one Store run one after another, in the order of their calls
//     (line, turn).
//  2. Begin. The first Update begins a group. The group takes what the Store remembers of the
//     account, or reads its row. It takes no lock and opens no transaction (trust). It locks the row
//     if the mode is locked or alone, or if the account has no row yet; then it makes the row (lock).
//  3. Run. The function runs. What it reads is remembered, and each question to the engine also
//     asks whether the row is unchanged (unlocked). What it writes stays in memory (pending), so a
//     function that fails is undone by forgetting. Some calls need the engine to see the writes: a
//     list, a change of reference data, a scrub, a compaction. Then the group locks the row, and
//     sends the earlier Updates' writes, a savepoint, and this Update's writes (send).
//  4. Join or commit. If another Update waits, it gets the turn and the open group, and step 3
//     follows for it. Otherwise the group is committed at once: a lone Update never waits for
//     others. A group takes no new Update after 128 Updates, after 20 ms, or after a guessed key
//     (full).
//  5. Commit. One round trip sends everything (commit). Without the lock, its first statement
//     writes the account's row and fails if the row has changed. The round trip is one transaction
//     of the engine, without BEGIN and COMMIT; a distributed database needs both. With the lock, the
//     trip has the remaining writes and COMMIT. The last Update in the queue sends it, even if its
//     own function failed.
//  6. Answer. A successful Update returns when the outcome is known. A failed Update also waits, if
//     an earlier one of the group wrote, because its error may rest on that. Otherwise it asks once
//     whether the row is unchanged, and returns (verified).
//
// What can go wrong, and what follows:
//
//   - The row changed, or another transaction has locked it (another process, another Store, a Tx,
//     DeleteAccount): all Updates of the group run again from step 1, in the mode locked.
//   - An assumption about a key was wrong (assume.go): the Update runs again in the mode alone.
//   - The engine refuses the group, or a member breaks it: each Update runs again in the mode
//     alone, so that only the one at fault gets the error. An Update that was alone, or that broke
//     the group, pauses before, for 256 ms at most. Attempts bounds the runs; a run after a change
//     of the row, after a wrong assumption or after a shared group always takes place once.
//   - The connection ends before the commit was sent: the Updates of the group share the next group
//     if this was their first or second run. The one whose statement failed runs alone.
//   - The connection ends while the commit is under way: fence moves the row on. If that succeeds,
//     the commit has not happened and never will, and the Updates run again. Otherwise they return
//     storage.ErrUnknownOutcome, except those whose functions failed: these run again alone. The
//     first write to an account can return it although nothing happened, because there is no row
//     yet that fence could move.
//   - A caller gives up: its Update returns the context's error, and its writes are forgotten. Once
//     the group has them, the caller waits for the outcome, because the commit takes place.

// runMode is how an Update is run.
type runMode int

const (
	trusting runMode = iota // without a lock until the commit
	locked                  // with the row locked from the beginning
	alone                   // locked, and in a group of its own
)

// line is the queue of the Updates of one account.
type line struct {
	turn  fifolock.Turn
	users int // under Store.mu
	group *group
}

// Update implements storage.Storage. Updates of one account run one after another, and on one state
// each, whichever processes they are in; those of one Store that wait share a transaction. fn
// should be quick: others wait for it. It runs again if another process wrote to the account
// meanwhile, and then under the lock of the account's row. It also runs again if the Store assumed
// that a key was free and it is not: the unique key of one of several new users, or a transfer's
// idempotency key.
//
// A transaction that the engine refuses because of another one (40001, 40P01), or that loses its
// connection before the commit, is run again with fn, at most Attempts times.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, those that a method of the Writer returned, storage.ErrUnknownOutcome if the
// connection ended while the commit was under way and it may have taken place, *SchemaError,
// storage.ErrUnavailable if the server cannot be reached, and the engine's.
func (s *Store) Update(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	return s.update(ctx, a, fn, s.first)
}

func (s *Store) update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error, how runMode,
) (user.Revision, error) {
	end, err := s.enterTx(ctx, fn != nil)
	if err != nil {
		return 0, err
	}
	defer end()
	l := s.join(a)
	defer s.part(a, l)
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
			if g.lost && s.life.Err() != nil {
				return 0, storage.ErrClosed
			}
		}
		if errors.Is(err, errStale) { // not twice: a group with the lock cannot be stale
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
		if !shared { // an Update that shared its group runs alone now, without a pause: it may not be at fault
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

// cuts is how often in a row the Updates of a group share the next group after the connection was
// cut. A cut is seldom the fault of one of them, and one after another they would wait for each
// other's commits. But what one of them writes may break the connection each time.
const cuts = 2

// until returns when to stop waiting for the outcome: an Update that is refused need not learn it
// if its caller gives up.
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

// take runs fn in its turn (steps 1 to 4) and returns its group, whose outcome is the Update's.
// Without a group the Update has ended: nothing of fn stays, and again says whether another run may
// succeed. With a group and an error nothing of fn stays either, and the error is the Update's if
// the group is committed.
func (s *Store) take(
	ctx context.Context, l *line, a user.AccountID, fn func(context.Context, storage.Writer) error, how runMode,
) (rev user.Revision, _ *group, again bool, err error) {
	if err := l.turn.Take(ctx, s.gate.Closing()); err != nil {
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
		switch {
		case company && ctx.Err() != nil: // fn's error may rest on writes that are not committed
			return 0, nil, false, ctx.Err()
		case !company, errors.Is(err, errAssumed):
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
	defer w.End()
	err := fn(s.gate.Inside(ctx), w)
	wrong := w.confirmOwners(ctx)
	outcome := w.Outcome(ctx, err)
	if wrong == nil && outcome != nil { // else the commit is the judge
		wrong = w.confirmKey(ctx)
	}
	if wrong != nil { // what fn returned may rest on a wrong assumption: it is not returned
		return 0, named(ctx, wrong)
	}
	if outcome != nil {
		return 0, outcome
	}
	return w.finish(ctx)
}

// undo forgets what fn wrote, and returns its error. If the group is lost with it, the other
// Updates of the group run again. undo then reports whether this one may run again too, because it
// was not at fault.
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
	if !g.locked && !g.wrote && !g.broken() && cause != nil { // the error may rest on remembered state that is out of date
		if err := s.mayTell(ctx, g); err != nil {
			cause = err
		}
	}
	if !g.broken() {
		return false, cause
	}
	l.group = nil
	if g.stale {
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

// mayTell verifies before an error of fn is returned, because the error may rest on what fn read. It
// returns the context's error, or storage.ErrClosed, instead of asking.
func (s *Store) mayTell(ctx context.Context, g *group) error {
	switch {
	case g.checked:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case s.gate.IsClosing():
		return storage.ErrClosed
	}
	return s.verify(context.Background(), g)
}

// errLost stands for the error of another Update, which only that one returns.
var errLost = errors.New("another caller in it failed")

// pass ends the turn: it hands the open group to the next Update, or commits it (step 4).
func (s *Store) pass(l *line) {
	if l.group != nil {
		// The last commit woke several callers. They are about to call again, but the first of them
		// is here before the others could. An account with one caller at a time has no such
		// callers.
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

// yields is how often an Update lets other goroutines run before it commits without them.
const yields = 3
