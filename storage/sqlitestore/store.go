package sqlitestore

import (
	"context"
	"errors"
	"time"

	"github.com/ca74b63c/roster/internal/fifolock"
	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/waiters"
	"github.com/ca74b63c/roster/user"
)

// Store keeps accounts in one SQLite file. It implements storage.Storage and storage.Waiter. Use
// Open to create one.
type Store struct {
	opt     options
	path    string
	dsn     string
	gate    *gate.Gate
	readers pool
	waiters waiters.Waiters

	turn fifolock.Turn
	// The holder of the turn owns what follows.
	writer *conn
	batch  *batch    // the open transaction, nil if there is none
	ended  time.Time // the end of the last transaction
	rivals int       // for so many transactions, leave the lock free before taking it

	committed func(updates int) // tests are told of each commit
}

// View implements storage.Storage. It calls fn with a Reader of account a, whose methods read one
// unchanging state, and returns the error of fn. A View does not wait for Updates. It waits for a
// free connection if other calls, such as Views, use as many connections as the option Readers
// allows.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, and the engine's.
func (s *Store) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	end, err := s.gate.EnterTx(ctx, fn != nil)
	if err != nil {
		return err
	}
	defer end()
	c, err := s.readers.get(ctx)
	if err != nil {
		return err
	}
	defer s.readers.put(c)
	if err := do(ctx, c, "BEGIN"); err != nil {
		return err
	}
	defer func() { _, _ = c.exec("ROLLBACK") }() // nothing was written
	return view(ctx, s.gate, c, a, fn)
}

// view calls fn with a Reader of account a, and returns the error of fn. e must have an open
// transaction. Errors: also that of reading the account's row.
func view(ctx context.Context, g *gate.Gate, e engine, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	r := &reader{asker: asker{e}, account: string(a)}
	r.begin(g, false)
	defer r.End()
	v, ok, err := one(e, selectAccount, string(a))
	if err != nil {
		return named(ctx, err)
	}
	if ok {
		r.open(v)
	}
	return fn(g.Inside(ctx), r)
}

// Close ends all running calls, waits until they have returned, and closes the file. New calls
// return storage.ErrClosed. A second call only waits for the running calls and returns nil. Errors:
// those of closing the connections.
func (s *Store) Close() error {
	if !s.gate.Close() {
		return nil
	}
	s.waiters.Running.Wait()
	var err error
	if s.writer != nil {
		err = s.writer.close()
	}
	return errors.Join(s.readers.close(), err)
}
