package stream

import (
	"bytes"
	"context"
	"iter"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Verify compares the accounts of storage a with those of storage b: every record, the balances and
// the counters. It compares the accounts of the option Only, or all accounts of a. It ignores
// accounts that only b has. It reads one state of each account, and returns a summary of each
// compared account. Verify stops at the first difference or other error. The summaries are then
// those of the accounts before.
//
// Errors: the context's; *AccountError with ErrDifferent, which names the first difference;
// storage.ErrNotFound for an account of Only that a does not have; storage.ErrNestedTx if both are
// the same storage; those of the storages. An error of one account is wrapped in an *AccountError.
func Verify(ctx context.Context, a, b storage.Storage, opts ...Option) ([]Summary, error) {
	done, err := newProgress(ctx, a, opts)
	if err != nil {
		return nil, err
	}
	return eachStored(ctx, a, done, func(ctx context.Context, id user.AccountID, mine *batches) error {
		return b.View(ctx, id, func(ctx context.Context, r storage.Reader) error {
			return same(ctx, id, mine, r, done)
		})
	})
}

// same compares the account of the batches mine with the account that r reads: the counters, every
// record, and the balance of the account itself. id is the id of both accounts. If they are equal,
// same adds the account's summary to done.
//
// Errors: *AccountError with ErrDifferent, which names the first difference, such as "user 17";
// those of the storages.
func same(ctx context.Context, id user.AccountID, mine *batches, r storage.Reader, done *progress) error {
	differ := func(what string) error { return &AccountError{Account: id, What: what, Err: ErrDifferent} }
	if c, err := r.Counters(ctx); err != nil {
		return err
	} else if c.Revision != mine.counters.Revision {
		return differ("revision")
	} else if c != mine.counters {
		return differ("counters")
	}
	pull, stop := iter.Pull2(records(ctx, r, mine.counters))
	defer stop()
	for {
		list, whole, err := mine.next(ctx)
		if err != nil {
			return err
		}
		for i, is := range list {
			also, err, ok := pull()
			if err != nil {
				return err
			}
			if !ok {
				return differ(is.place().String())
			}
			if other, err := lineOf(also); err != nil {
				return err
			} else if !bytes.Equal(mine.lines[i], other) {
				if also.place().compare(is.place()) < 0 {
					is = also // which a has not
				}
				return differ(is.place().String())
			}
		}
		if whole == nil {
			done.report(mine.tally.Counts)
			continue
		}
		if also, err, ok := pull(); err != nil {
			return err
		} else if ok {
			return differ(also.place().String())
		}
		if theirs, err := ownBalance(ctx, r); err != nil {
			return err
		} else if theirs != whole.Balance {
			return differ("balance")
		}
		done.end(*whole)
		return nil
	}
}
