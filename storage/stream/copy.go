package stream

import (
	"context"
	"iter"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Copy copies accounts from one storage (the parameter from) to another storage (the parameter to).
// It copies all accounts, or those of the option Only. It returns a summary of each account that is
// complete in the target, also if the target already had the account. Copy reads each account in
// one View, so the target gets one state of the account. Verify shows whether the source was
// changed meanwhile.
//
// After an error or an interruption, call Copy again. It compares the records that the target
// already has with those of the source, and writes the missing ones. Copy stops at the first error.
// It then returns the summaries of the accounts that are complete, with the error.
//
// Errors: the context's; storage.ErrNotFound for an account of Only that does not exist; ErrTaken
// if the target has the account with other data; ErrChanged if the target has a part of the account
// that differs from the source; storage.ErrNestedTx if both are the same storage; those of the
// storages. An error of one account is wrapped in an *AccountError.
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

// eachStored calls fn in a View of each account of done. fn gets the batches of the
// account, and has to add the account's summary to done. eachStored returns these summaries. It
// stops at the first error, and returns the summaries so far with the error, which names the
// account.
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

// batches divides the records of an account into batches.
type batches struct {
	reader   storage.Reader
	counters storage.Counters
	pull     func() (record, error, bool)
	most     options
	tally    *tally

	lines [][]byte // of the present batch, without newlines
	ahead record   // of the next batch
	line  []byte   // of ahead
}

// next reads the next batch of an account and returns its records. whole is the account's summary
// if the batch is the last one, else nil. The last batch of an account without records is empty.
// Errors: those of reading the account, and of encoding a record.
func (b *batches) next(ctx context.Context) (list []record, whole *Summary, err error) {
	left := b.most.room()
	b.lines = nil
	for {
		if b.ahead != nil {
			if !left.take(b.ahead, b.line) && len(list) > 0 {
				return list, nil, nil
			}
			b.tally.record(b.ahead, b.line)
			list, b.lines, b.ahead = append(list, b.ahead), append(b.lines, b.line), nil
		}
		var ok bool
		if b.ahead, err, ok = b.pull(); err != nil {
			return nil, nil, err
		}
		if !ok {
			break
		}
		if b.line, err = lineOf(b.ahead); err != nil {
			return nil, nil, err
		}
	}
	own, err := ownBalance(ctx, b.reader)
	if err != nil {
		return nil, nil, err
	}
	s, err := b.tally.end(own)
	return list, &s, err
}
