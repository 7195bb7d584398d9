package stream

import (
	"context"
	"io"

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
// counters, the reader of the stream (in), and the progress of the call (done). fn must read all
// batches of the account from the reader, and add the account's summary to the progress.
// eachAccount returns these summaries. It stops at the first error, and returns the summaries so
// far with the error.
//
// Errors: the context's, if it has ended before the first line; *LineError for a line that is not
// valid or cannot be read; those of fn, wrapped in an *AccountError.
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
