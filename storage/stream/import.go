package stream

import (
	"context"
	"io"
	"iter"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

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

// eachAccount reads a stream to its end and calls fn for each account. fn gets the account's id and
// counters, the reader of the stream (in), and the progress (done). fn must read all batches of the
// account from the reader, and add the account's summary to the progress. eachAccount returns these
// summaries. It stops at the first error, and returns the summaries so far with the error.
//
// Errors: the context's, if it has ended before the first line; those of newReader and of
// reader.account; those of fn, wrapped in an *AccountError.
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

// Copy writes the accounts of the storage from into the storage to, and returns a summary of each
// copied account. It copies the accounts of the option Only, or all accounts. It reads each account
// in one View, so the target gets one state of the account. Verify shows whether the source was
// changed meanwhile.
//
// After an error or an interruption, call Copy again. It compares the records that the target
// already has with those of the source, and writes the missing ones. An error stops Copy. The
// summaries are then those of the accounts that are complete.
//
// Errors: the context's; storage.ErrNotFound for an account of Only that does not exist;
// *AccountError with ErrTaken if the target has another account with the id, or with ErrChanged if
// the target has another beginning of the account; storage.ErrNestedTx if both are the same
// storage; those of the storages. An error of one account is wrapped in an *AccountError.
func Copy(ctx context.Context, from, to storage.Storage, opts ...Option) ([]Summary, error) {
	o := optionsOf(opts)
	list, err := accounts(ctx, from, o)
	if err != nil {
		return nil, err
	}
	done := &progress{options: o, Progress: Progress{Of: len(list)}}
	for _, id := range list {
		err := from.View(ctx, id, func(ctx context.Context, r storage.Reader) error {
			c, err := readCounters(ctx, r)
			if err != nil {
				return err
			}
			done.begin(id, c)
			b := batches{reader: r, most: o}
			if b.tally, err = newTally(id, c); err != nil {
				return err
			}
			var stop func()
			b.pull, stop = iter.Pull2(records(ctx, r, c))
			defer stop()
			l := loader{to: to, id: id, counters: c, next: b.next, done: done}
			return l.load(ctx)
		})
		if err != nil {
			return done.summaries, failed(id, err)
		}
	}
	return done.summaries, nil
}

// batches divides the records of an account into batches.
type batches struct {
	reader storage.Reader
	pull   func() (record, error, bool)
	most   options
	tally  *tally
	ahead  record // of the next batch
	bytes  int    // of its line
}

func (b *batches) next(ctx context.Context) (list []record, whole *Summary, err error) {
	left := b.most.room()
	if b.ahead != nil {
		left.take(b.ahead.weight(), b.bytes)
		list, b.ahead = append(list, b.ahead), nil
	}
	for {
		rec, err, ok := b.pull()
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			own, err := ownBalance(ctx, b.reader)
			if err != nil {
				return nil, nil, err
			}
			s, err := b.tally.end(own)
			return list, &s, err
		}
		line, err := b.tally.record(rec)
		if err != nil {
			return nil, nil, err
		}
		if b.bytes = len(line); !left.take(rec.weight(), b.bytes) && len(list) > 0 {
			b.ahead = rec
			return list, nil, nil
		}
		list = append(list, rec)
	}
}
