package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Updates that come while another one runs share its commit, because a commit waits for the disk and nothing else is
// so slow. Each fn runs when its turn comes, one after another, inside a savepoint of the one transaction that is
// open. Whose turn ends passes it on with the transaction still open if somebody waits, and commits if nobody does: a
// lone caller never waits for company. Update returns when the commit that holds its writes has happened.
//
// One fn's failure undoes its own savepoint only. If the whole transaction is lost (the disk is full, say), everyone in
// it runs once more in a transaction of his own, so that only who deserves an error gets it.
//
// Who is refused waits for the commit as well. His error can rest on what others in the transaction wrote (the login is
// taken, the money is gone), and nobody may be told of that before it can be read, or if it never happened.

// A batch is passed on while it is not larger and not older than this.
const (
	maxBatch    = 128
	maxBatchAge = 20 * time.Millisecond // options.batchAge, which tests lengthen
)

// batch is an open transaction and those who wait for its commit.
type batch struct {
	members   int
	until     time.Time // when it is old
	alone     bool
	revisions map[user.AccountID]user.Revision
	done      chan struct{} // closed when the outcome is known
	lost      bool          // rolled back: every member may try again alone
	err       error
}

func (b *batch) full() bool {
	return b.alone || b.members >= maxBatch || time.Now().After(b.until)
}

// Update implements storage.Storage. Updates of all accounts run one after another, since a SQLite file has one writer;
// those that wait share a commit. fn should be quick, since others wait for it, also for their commits; so it must not
// wait for the return of an Update that began before it.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, those that a method of the Writer returned, ErrBusy, ErrFull, ErrReadOnly,
// storage.ErrUnknownOutcome after an error of input or output in the commit, and the engine's.
func (s *Store) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if fn == nil {
		return 0, errNoFunction
	}
	end, err := s.enterTx(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	rev, b, err := s.join(ctx, a, fn, false)
	if b == nil {
		return rev, err
	}
	if err != nil {
		select {
		case <-b.done:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		if !b.lost && b.err == nil {
			return 0, err
		}
	}
	<-b.done
	if b.lost || err != nil {
		if rev, b, err = s.join(ctx, a, fn, true); b == nil {
			return rev, err
		}
		<-b.done
	}
	if b.err != nil {
		return 0, b.err
	}
	return rev, nil
}

// join runs fn in its turn and returns the batch whose commit decides, nil if it is decided. With an error nothing of
// fn stays; with a batch as well, the error holds if that is committed. Who is alone has no neighbours to wait for.
func (s *Store) join(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error, alone bool,
) (user.Revision, *batch, error) {
	if err := s.turn.Take(ctx, s.closing); err != nil {
		return 0, nil, err
	}
	defer s.pass() // also when fn panics or ends its goroutine
	if err := ctx.Err(); err != nil {
		return 0, nil, err
	}
	if alone {
		s.settle()
	}
	first := s.batch == nil
	if first {
		if err := s.begin(ctx); err != nil {
			return 0, nil, err
		}
		s.batch = &batch{
			until: time.Now().Add(s.opt.batchAge), alone: alone, done: make(chan struct{}),
			revisions: make(map[user.AccountID]user.Revision),
		}
	} else if _, err := s.writer.exec("SAVEPOINT roster_fn"); err != nil {
		return 0, nil, named(ctx, err)
	}
	b, kept := s.batch, false
	defer func() {
		if !kept {
			s.undo(b, first)
		}
	}()
	rev, err := s.run(ctx, s.writer, a, fn)
	if err != nil {
		if first || ctx.Err() != nil {
			return 0, nil, err
		}
		return 0, b, err
	}
	if !first {
		if _, err := s.writer.exec("RELEASE roster_fn"); err != nil {
			return 0, nil, named(ctx, err)
		}
	}
	kept = true
	b.members++
	b.revisions[a] = rev
	return rev, b, nil
}

// run calls fn with a Writer on the engine and finishes what it wrote, all but the commit.
func (s *Store) run(
	ctx context.Context, e engine, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	w := &writer{id: a, reader: reader{store: s, engine: e, writing: true}}
	defer w.close()
	if err := w.open(ctx); err != nil {
		return 0, named(ctx, err)
	}
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
		return 0, storage.ErrClosed
	}
	return w.finish(ctx)
}

// connect opens the connection that writes, if the last one was given up.
func (s *Store) connect(ctx context.Context) error {
	if s.writer != nil {
		return nil
	}
	return s.patiently(ctx, func() (err error) {
		s.writer, err = s.dialWriter()
		return err
	})
}

// begin takes the file's write lock. It waits for other processes by itself: SQLite would not notice the context.
func (s *Store) begin(ctx context.Context) error {
	if err := s.connect(ctx); err != nil {
		return err
	}
	if s.rivals > 0 && time.Since(s.ended) < courtesy {
		if err := s.sleep(ctx, jittered(courtesy)); err != nil {
			return err
		}
	}
	s.rivals = max(s.rivals-1, 0)
	return s.patiently(ctx, func() error {
		_, err := s.writer.exec("BEGIN IMMEDIATE")
		if isBusy(err) {
			s.rivals = rivalry
		}
		return err
	})
}

// The file's lock goes to whoever asks while it is free, not to who has waited longest. So nobody asks less often the
// longer he waits, which would favour those who come anew, and the pauses are not alike, so that nobody is always too
// late. Who had the lock and met others at it in one of the last transactions leaves it free for a moment, or he would
// have it again before anybody could ask. It costs a third of what processes that compete write together, and nothing
// where one writes alone.
const (
	askAgain = 500 * time.Microsecond
	courtesy = 500 * time.Microsecond
	rivalry  = 32 // transactions
)

// jittered returns a duration between half of d and one and a half.
func jittered(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// sleep waits, unless the context or the store ends.
func (s *Store) sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closing:
		return storage.ErrClosed
	}
}

// patiently does what needs the file's lock, again and again while another process has it, for as long as BusyTimeout
// and the context allow.
func (s *Store) patiently(ctx context.Context, do func() error) error {
	limit := time.Now().Add(s.opt.busy)
	for {
		err := do()
		if !isBusy(err) || time.Now().After(limit) {
			return named(ctx, err)
		}
		if err := s.sleep(ctx, jittered(askAgain)); err != nil {
			return err
		}
	}
}

// undo takes back what an fn wrote that is not to stay. If the engine has dropped the whole transaction, as it does
// when the disk is full, the others in it have to try again.
func (s *Store) undo(b *batch, first bool) {
	if !first {
		_, err := s.writer.exec("ROLLBACK TO roster_fn")
		if err == nil {
			_, err = s.writer.exec("RELEASE roster_fn")
		}
		if err == nil {
			return
		}
	}
	s.rollback()
	b.lost = true
	close(b.done)
	s.batch = nil
}

// rollback ends the transaction, if the engine has not done so itself. A connection that cannot is given up.
func (s *Store) rollback() {
	_, _ = s.writer.exec("ROLLBACK")
	if _, err := s.writer.exec("BEGIN"); err == nil { // proves that none is open
		if _, err = s.writer.exec("ROLLBACK"); err == nil {
			return
		}
	}
	_ = s.writer.close()
	s.writer = nil
}

// pass ends the turn. The transaction stays open for the next one if somebody waits and it may grow.
func (s *Store) pass() {
	if s.batch != nil {
		if !s.batch.full() && s.turn.HandOver() {
			return
		}
		s.settle()
	}
	s.turn.Release()
}

// settle commits the transaction that is open, if one is, and tells its members.
func (s *Store) settle() {
	b := s.batch
	if b == nil {
		return
	}
	s.batch = nil
	_, err := s.writer.exec("COMMIT")
	s.ended = time.Now()
	switch {
	case err == nil:
		for a, rev := range b.revisions {
			s.watch.commit(a, rev)
		}
	case known(err):
		s.rollback()
		b.err = named(context.Background(), err)
		b.lost = b.members > 1
	default:
		s.rollback()
		b.err = fmt.Errorf("%w (%w)", storage.ErrUnknownOutcome, err)
	}
	if s.committed != nil {
		s.committed(b.members)
	}
	close(b.done)
}

// InTx runs an Update inside a transaction of the embedding server's own, on the same file: what fn writes is committed
// when the server commits tx, together with what else tx did, or not at all. It returns the revision that the account
// will then have. After an error nothing of fn stays in tx, which can go on.
//
// tx must come from a database/sql.DB of the driver "sqlite" (modernc.org/sqlite) that is open on the Store's file.
// Begin it with the write lock (the driver's parameter _txlock=immediate): a transaction that read before it wrote can
// be refused the lock with ErrBusy. It must be ended soon: nobody else can write meanwhile, and an Update before its
// end waits for it. Wait notices the commit within the poll interval. View and Update with fn's context are
// storage.ErrNestedTx.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, those that a method of the Writer returned, ErrBusy, ErrFull, ErrReadOnly, and the
// engine's.
func (s *Store) InTx(
	ctx context.Context, tx Tx, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (rev user.Revision, err error) {
	if fn == nil {
		return 0, errNoFunction
	}
	end, err := s.enterTx(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	e := guest{tx}
	if _, err := e.exec("SAVEPOINT roster_fn"); err != nil {
		return 0, named(ctx, err)
	}
	kept := false
	defer func() {
		if kept {
			return
		}
		_, undone := e.exec("ROLLBACK TO roster_fn")
		_, ended := e.exec("RELEASE roster_fn")
		err = errors.Join(err, undone, ended)
	}()
	if rev, err = s.run(ctx, e, a, fn); err != nil {
		return 0, err
	}
	if _, err := e.exec("RELEASE roster_fn"); err != nil {
		return 0, named(ctx, err)
	}
	kept = true
	return rev, nil
}
