package stream

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Verify compares the accounts of storage a with those of storage b: every record, the balances and
// the counters. It compares the accounts of the option Only, or all accounts of a. It ignores
// accounts that only b has. It reads one state of each account, and returns a summary of each equal
// account. Verify stops at the first difference or other error, and returns the summaries of the
// accounts before.
//
// Errors: the context's; *AccountError with ErrDifferent, which names the first difference, also
// for an account that b does not have; storage.ErrNotFound for an account of Only that a does not
// have; storage.ErrNestedTx if both are the same storage; those of the storages. An error of one
// account is wrapped in an *AccountError.
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
			if _, err := l.comparing(ctx, r, ErrDifferent); err != nil {
				return err
			}
			done.end(*l.whole)
			return nil
		})
	})
}
