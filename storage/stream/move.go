package stream

import (
	"context"
	"io"
	"iter"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Copy copies all accounts of one storage (the parameter from), or those of the option Only, to
// another storage (the parameter to). It reads each account in one View. It returns a summary of
// each account that is complete in the target, also if the target already had it, and also with an
// error. After an error or an interruption, call Copy again: it compares the records that the
// target has, and writes the missing ones.
//
// Errors: the error of ctx; storage.ErrNotFound for an account of Only that does not exist;
// ErrTaken; ErrChanged; storage.ErrNestedTx if both are the same storage; those of the storages. An
// error of one account is wrapped in an *AccountError.
func Copy(ctx context.Context, from, to storage.Storage, opts ...Option) ([]Summary, error) {
	done, err := newProgress(ctx, from, opts)
	if err != nil {
		return nil, err
	}
	return eachStored(ctx, from, done, func(ctx context.Context, id user.AccountID, b *batches) error {
		l := loader{to: to, id: id, counters: b.counters, next: b.next, done: done}
		return l.load(ctx)
	})
}

// eachStored calls fn with each account of done, in a View of the storage s. fn has to add the
// account's summary to done. eachStored returns the summaries, and stops at the first error, which
// it wraps in an *AccountError.
func eachStored(
	ctx context.Context, s storage.Storage, done *progress, fn func(context.Context, user.AccountID, *batches) error,
) ([]Summary, error) {
	for _, id := range done.ids {
		err := s.View(ctx, id, func(ctx context.Context, r storage.Reader) error {
			c, err := readCounters(ctx, r)
			if err != nil {
				return err
			}
			done.begin(id, c)
			b := batches{reader: r, counters: c, most: done.options}
			if b.tally, err = newTally(id, c); err != nil {
				return err
			}
			var stop func()
			b.pull, stop = iter.Pull2(records(ctx, r, c))
			defer stop()
			return fn(ctx, id, &b)
		})
		if err != nil {
			return done.summaries, failed(id, err)
		}
	}
	return done.summaries, nil
}

// Import writes the accounts of a stream into a storage. Each transaction writes the records
// between two checksums of the stream. It begins after the second checksum was verified, so a
// damaged record never reaches the storage. No account is listed before it is complete.
//
// After an error or an interruption, call Import again with the same stream. It compares the
// records that the target has and continues behind them.
//
// Errors: those of Check; *AccountError with ErrTaken or ErrChanged; those of the storage.
func Import(ctx context.Context, from io.Reader, to storage.Storage, opts ...Option) ([]Summary, error) {
	return eachAccount(ctx, from, opts, func(id user.AccountID, c storage.Counters, in *reader, done *progress) error {
		l := loader{to: to, id: id, counters: c, next: in.batch, done: done}
		return l.load(ctx)
	})
}

// eachAccount reads a stream to its end and calls fn for each account. fn must read all batches of
// the account from the parameter in, and add a summary of the account to done. eachAccount returns
// the summaries in done, also with an error. Errors: the error of ctx; *LineError for the
// stream; an error of fn, wrapped in an *AccountError.
func eachAccount(
	ctx context.Context, from io.Reader, opts []Option,
	fn func(id user.AccountID, c storage.Counters, in *reader, done *progress) error,
) ([]Summary, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in, err := newReader(from)
	if err != nil {
		return nil, err
	}
	done := &progress{options: optionsOf(opts), Progress: Progress{Of: in.of}}
	in.room = done.limits
	for {
		id, c, ok, err := in.account()
		if err != nil || !ok {
			return done.summaries, err
		}
		done.begin(id, c)
		if err := fn(id, c, in, done); err != nil {
			return done.summaries, failed(id, err)
		}
	}
}

// Verify compares the accounts of the storage a, or those of the option Only, with those of b:
// every record, the balances and the counters, in one state of each account. It ignores accounts
// that only b has. It returns a summary of each equal account, and stops at the first difference or
// other error.
//
// Errors: the error of ctx; *AccountError with ErrDifferent, which names the first difference;
// storage.ErrNotFound for an account of Only that a does not have; storage.ErrNestedTx if both are
// the same storage; those of the storages. An error of one account is wrapped in an *AccountError.
func Verify(ctx context.Context, a, b storage.Storage, opts ...Option) ([]Summary, error) {
	done, err := newProgress(ctx, a, opts)
	if err != nil {
		return nil, err
	}
	return eachStored(ctx, a, done, func(ctx context.Context, id user.AccountID, mine *batches) error {
		l := loader{to: b, id: id, counters: mine.counters, next: mine.next, done: done}
		return b.View(ctx, id, func(ctx context.Context, r storage.Reader) error {
			c, err := r.Counters(ctx)
			switch {
			case err != nil:
				return err
			case c.Revision != mine.counters.Revision:
				return l.wrong("revision", ErrDifferent)
			case c != mine.counters:
				return l.wrong("counters", ErrDifferent)
			}
			if _, err := l.compareRecords(ctx, r, ErrDifferent); err != nil {
				return err
			}
			done.end(*l.whole)
			return nil
		})
	})
}
