package sqlitestore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A commit waits for the disk, and nothing else in an Update is so slow. So Updates that wait for
// each other share one commit. Each Update takes these steps.
//
//  1. It waits for the writer's turn. A SQLite file has one writer, so Updates of all accounts take
//     turns.
//  2. It begins a transaction with the file's write lock, or goes on in the transaction that the
//     Update before it left open: the batch. A savepoint separates it from the others.
//  3. It runs fn with a Writer. If fn fails, it rolls back to the savepoint.
//  4. If another Update waits, and the batch is neither full nor old, it passes the turn on with
//     the transaction open. Otherwise it commits for the whole batch. A lone Update never waits.
//  5. It returns when the batch is committed. An Update whose fn failed waits too, because the
//     error may depend on uncommitted writes of the batch.
//  6. If the batch was rolled back, each of its Updates runs once more in a transaction of its own,
//     so that an error reaches only the Update that causes it.

// A batch is full or old, and takes no more Updates, beyond these.
const (
	maxBatch    = 128
	maxBatchAge = 20 * time.Millisecond
)

// batch is an open transaction and the Updates in it. Only the Update that holds the turn writes to
// it, until done is closed.
type batch struct {
	updates  int
	until    time.Time               // when the batch is old
	alone    bool                    // it takes no second Update
	accounts map[user.AccountID]bool // that they wrote to
	done     chan struct{}           // closed when the outcome is known
	lost     bool                    // it was rolled back
	err      error                   // of the commit
}

func (b *batch) full() bool {
	return b.alone || b.updates >= maxBatch || time.Now().After(b.until)
}

// Update implements storage.Storage. It calls fn with a Writer of account a, commits the writes of
// fn, and returns the account's revision. Updates of all accounts run one after another. An Update
// that is queued when fn returns can share the commit. fn should be quick, because other Updates
// wait while it runs. fn must not wait for another Update of this Store. fn may run a second time,
// if the shared transaction failed.
//
// Errors:
//
//   - storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx;
//   - those of fn;
//   - those that a method of the Writer returned, even if fn returns nil, except
//     storage.ErrNotFound and storage.ErrAmbiguous;
//   - ErrBusy, ErrFull, ErrReadOnly, and the engine's;
//   - storage.ErrUnknownOutcome after an input or output error during the commit.
func (s *Store) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	end, err := s.gate.EnterTx(ctx, fn != nil)
	if err != nil {
		return 0, err
	}
	defer end()
	for alone := false; ; alone = true {
		rev, b, err := s.runInBatch(ctx, a, fn, alone)
		if b == nil {
			return rev, err
		}
		if err != nil {
			select {
			case <-b.done:
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
		<-b.done
		switch again := b.lost || err != nil && b.err != nil; {
		case again && !alone:
		case err != nil:
			return 0, err
		case b.err != nil:
			return 0, b.err
		default:
			return rev, nil
		}
	}
}

// runInBatch waits for the writer's turn, runs fn in the open batch or in a new one, and ends the
// turn (steps 1 to 4 at the top of this file). If alone is true, runInBatch first commits the open
// batch, and no other Update joins the new batch. There are three kinds of results:
//
//   - A batch and no error: the batch contains the writes of fn, and its commit decides the outcome
//     of the Update. rev is the account's revision after fn.
//   - A batch and an error: the writes of fn are rolled back. The Update must wait for the batch
//     before it returns the error. If the batch fails, the Update runs again.
//   - No batch and an error: the writes of fn are rolled back, or fn did not run. The Update
//     returns the error at once. An error after the end of ctx is always of this kind.
func (s *Store) runInBatch(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error, alone bool,
) (rev user.Revision, b *batch, err error) {
	if err := s.turn.Take(ctx, s.gate.Closing()); err != nil {
		return 0, nil, err
	}
	defer s.endTurn() // also if fn panics or ends its goroutine
	if err := ctx.Err(); err != nil {
		return 0, nil, err
	}
	if alone {
		s.commit()
	}
	first := s.batch == nil // its savepoint is the transaction
	if first {
		if err := s.begin(ctx); err != nil {
			return 0, nil, err
		}
		s.batch = &batch{
			until: time.Now().Add(s.opt.batchAge), alone: alone, done: make(chan struct{}),
			accounts: make(map[user.AccountID]bool),
		}
	} else if err := do(ctx, s.writer, savepoint); err != nil {
		return 0, nil, err
	}
	b = s.batch
	kept := false
	defer func() {
		// If the disk is full, the engine has dropped the whole transaction.
		if !kept && (first || do(ctx, s.writer, rollbackTo, release) != nil) {
			s.lose()
		}
	}()
	if rev, err = run(ctx, s.gate, s.writer, a, fn); err == nil && !first {
		err = do(ctx, s.writer, release)
	}
	switch {
	case err != nil && first:
		return 0, nil, err
	case err != nil && ctx.Err() != nil: // the error may rest on writes that are not committed
		return 0, nil, ctx.Err()
	case err != nil:
		return 0, b, err
	}
	kept = true
	b.updates++
	b.accounts[a] = true
	return rev, b, nil
}

// The statements that begin the part of a transaction that belongs to one function, end it and keep
// its writes, and discard its writes.
const (
	savepoint  = "SAVEPOINT roster_fn"
	release    = "RELEASE roster_fn"
	rollbackTo = "ROLLBACK TO roster_fn"
)

// do runs statements one after another. It stops at the first error and returns it, translated by
// named.
func do(ctx context.Context, e engine, statements ...string) error {
	for _, sql := range statements {
		if _, err := e.exec(sql); err != nil {
			return named(ctx, err)
		}
	}
	return nil
}

// run calls fn with a Writer of account a in the open transaction of e, writes the account's row,
// and returns the new revision. It does not commit. After an error the caller must roll back.
// Errors: those of fn and of the Writer, the context's, storage.ErrClosed, storage.ErrConflict, and
// the engine's.
func run(
	ctx context.Context, g *gate.Gate, e engine, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	w := &writer{reader: reader{asker: asker{e}, account: string(a)}}
	w.reader.begin(g, true)
	defer w.End()
	if err := w.start(); err != nil {
		return 0, named(ctx, err)
	}
	if err := w.Outcome(ctx, fn(g.Inside(ctx), w)); err != nil {
		return 0, err
	}
	return w.finish(ctx)
}

// endTurn ends the turn of an Update (step 4 at the top of this file). If the open batch is not
// full and an Update waits, endTurn gives the turn to that Update. Otherwise it commits the batch
// and releases the turn.
func (s *Store) endTurn() {
	if s.batch != nil && !s.batch.full() && s.turn.HandOver() {
		return
	}
	s.commit()
	s.turn.Release()
}

// commit commits the open batch, if there is one. It then wakes the Updates that wait for the batch
// and, after a success, the calls of Wait. After an error it rolls back and sets b.err, which is
// storage.ErrUnknownOutcome if the commit may have taken place. If the commit certainly did not
// take place, and several Updates shared the batch, it also sets b.lost.
func (s *Store) commit() {
	b := s.batch
	if b == nil {
		return
	}
	s.batch = nil
	_, err := s.writer.exec("COMMIT")
	s.ended = time.Now()
	switch {
	case err == nil:
		s.waiters.Wake(slices.Collect(maps.Keys(b.accounts))...)
	case outcomeKnown(err):
		s.rollback()
		b.err, b.lost = named(context.Background(), err), b.updates > 1
	default:
		s.rollback()
		b.err = fmt.Errorf("%w (%w)", storage.ErrUnknownOutcome, err)
	}
	if s.committed != nil && b.updates > 0 {
		s.committed(b.updates)
	}
	close(b.done)
}

// lose rolls back the open batch and closes it as lost. The Updates that wait for the batch run
// again.
func (s *Store) lose() {
	s.rollback()
	s.batch.lost = true
	close(s.batch.done)
	s.batch = nil
}
