package pgstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Update implements storage.Storage. Updates of one account run one after another, even in
// different processes, and each works on one state. Updates of one Store that wait for each other
// share a transaction, so fn should be quick.
//
// fn runs again if another process wrote to the account in the meantime, if a key that the Store
// assumed to be free is taken, and, up to Attempts times, if the database refused the transaction
// because of another one (40001, 40P01) or the connection was lost before the commit.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, those that a method of the Writer returned, storage.ErrUnknownOutcome if the
// connection was lost during the commit and the commit may have taken place, *SchemaError,
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
	l, leave := s.queue(a)
	defer leave()
	for attempt := 1; ; attempt++ {
		rev, g, again, err := s.take(ctx, l, a, fn, how)
		shared := false
		if g != nil {
			refused, gaveUp := err != nil, ctx.Done()
			if !refused { // its writes are in the commit
				gaveUp = nil
			}
			select {
			case <-g.done:
			case <-gaveUp:
				return 0, ctx.Err()
			}
			if g.err == nil {
				return rev, err
			}
			err, again, shared = g.err, g.lost || refused, g.members > 1 || refused
			if g.lost && s.life.Err() != nil {
				return 0, storage.ErrClosed
			}
		}
		switch {
		case errors.Is(err, errStale): // not twice: a group with the lock cannot be stale
			how = max(how, locked)
			continue
		case errors.Is(err, errAssumed): // not twice: the mode alone assumes nothing
		case !again, attempt >= s.opt.attempts && (!shared || attempt > 1):
			return 0, err
		case !shared: // one that shared its group runs alone without a pause: it may not be at fault
			if err := s.pause(ctx, attempt); err != nil {
				return 0, err
			}
		}
		how = alone
	}
}

// queue returns the queue of the Updates of account a. The caller must call leave after its Update.
// The last leave removes the queue.
func (s *Store) queue(a user.AccountID) (l *line, leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l = s.lines[a]; l == nil {
		l = &line{}
		s.lines[a] = l
	}
	l.users++
	return l, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(s.lines, a)
		}
	}
}

// take waits for the account's turn in line l, runs fn in the open group or a new one, and passes
// the turn on (steps 1 to 4 in protocol.go). how is the mode of a new group. take first commits the
// open group if the mode is alone, or if the mode is locked and the open group has no lock.
// Results:
//
//   - A group and no error: the group contains the writes of fn. The Update succeeds if the group
//     commits. rev is the account's revision after fn.
//   - A group and an error: the writes of fn are discarded. The error may depend on other
//     writes of the group. So the Update returns it only if the group commits, and runs again if
//     the group fails.
//   - No group and an error: the writes of fn are discarded. After errStale and errAssumed the
//     Update must run again in another mode. After other errors it may run again if again is true.
func (s *Store) take(
	ctx context.Context, l *line, a user.AccountID, fn func(context.Context, storage.Writer) error, how runMode,
) (rev user.Revision, _ *group, again bool, err error) {
	if err := l.turn.Take(ctx, s.gate.Closing()); err != nil {
		return 0, nil, false, err
	}
	kept := false
	defer func() { s.pass(l, kept) }() // also if fn panics or ends its goroutine
	if err := ctx.Err(); err != nil {
		return 0, nil, false, err
	}
	if l.group != nil && (how == alone || how == locked && !l.group.locked) {
		s.closeGroup(l)
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

// run calls fn with the writer w, adds the writes of fn to the group of w, and returns the
// account's revision after fn. If a key that w assumed to be free is taken, run returns errAssumed
// instead of the error of fn. Other errors: those of fn and of w, the context's, storage.ErrClosed,
// errStale, and the engine's. After an error the caller must call undo.
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

// undo discards the writes of the function of an Update. It returns the error of this Update:
// cause, or errStale if cause may come from outdated state. If the group can no longer commit, undo
// ends the group, so that its other Updates run again. The result again reports whether this Update
// may run again.
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
		if err := s.verify(ctx, g); err != nil {
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
		again = ctx.Err() == nil && (g.conn.Conn().IsClosed() || passing(cause))
		g.err = fmt.Errorf("pgstore: the transaction was lost: %w", errLost)
	}
	g.lost = true
	s.detach(g)
	close(g.done)
	return again, cause
}

// errLost is the error of an Update whose transaction ended because of another Update in it. That
// other Update returns the cause.
var errLost = errors.New("another caller in it failed")

// pass ends the turn of an Update (step 4 in protocol.go). If a waiting Update can join the open
// group, pass gives the turn to that Update. Otherwise it commits the group and then releases the
// turn. A goroutine does this if the Update failed (kept is false) and the group has writes of
// other Updates.
func (s *Store) pass(l *line, kept bool) {
	if l.group == nil {
		l.turn.Release()
		return
	}
	// The last commit woke several callers. They are about to call again, but the first of them is
	// here before the others could. An account with one caller at a time has no such callers.
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
	if kept || l.group.members == 0 {
		s.closeGroup(l)
		l.turn.Release()
		return
	}
	release := s.gate.Hold()
	go func() {
		defer release()
		s.closeGroup(l)
		l.turn.Release()
	}()
}

// pause waits before an Update or a migration runs again, for a random time that doubles with each
// attempt up to 256 ms. Errors: the context's; storage.ErrClosed.
func (s *Store) pause(ctx context.Context, attempt int) error {
	d := time.Millisecond << min(attempt, 8)
	select {
	case <-time.After(d/2 + rand.N(d/2+1)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.gate.Closing():
		return storage.ErrClosed
	}
}
