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
	o := optionsOf(opts)
	list, err := accounts(ctx, a, o)
	if err != nil {
		return nil, err
	}
	done := &progress{options: o, Progress: Progress{Of: len(list)}}
	for _, id := range list {
		err := a.View(ctx, id, func(ctx context.Context, ra storage.Reader) error {
			return b.View(ctx, id, func(ctx context.Context, rb storage.Reader) error {
				return same(ctx, id, ra, rb, done)
			})
		})
		if err != nil {
			return done.summaries, failed(id, err)
		}
	}
	return done.summaries, nil
}

// same compares the account that ra reads with the account that rb reads: the counters, every
// record, and the balance of the account itself. id is the id of both accounts. If they are equal,
// same adds the account's summary to done.
//
// Errors: *AccountError with ErrDifferent, which names the first difference, such as "user 17";
// storage.ErrNotFound if the account of ra does not exist; those of ra and rb.
func same(ctx context.Context, id user.AccountID, ra, rb storage.Reader, done *progress) error {
	differ := func(what string) error { return &AccountError{Account: id, What: what, Err: ErrDifferent} }
	c, err := readCounters(ctx, ra)
	if err != nil {
		return err
	}
	if d, err := rb.Counters(ctx); err != nil {
		return err
	} else if c.Revision != d.Revision {
		return differ("revision")
	} else if c != d {
		return differ("counters")
	}
	done.begin(id, c)
	t, err := newTally(id, c)
	if err != nil {
		return err
	}
	pull, stop := iter.Pull2(records(ctx, rb, c))
	defer stop()
	var other []byte
	batch := 0
	for is, err := range records(ctx, ra, c) {
		if err != nil {
			return err
		}
		also, err, ok := pull()
		if err != nil {
			return err
		}
		if !ok {
			return differ(is.place().String())
		}
		line, err := t.record(is)
		if err != nil {
			return err
		}
		if other, err = lineOf(other[:0], also); err != nil {
			return err
		}
		if !bytes.Equal(line, other) {
			if also.place().compare(is.place()) < 0 {
				is = also // which a has not
			}
			return differ(is.place().String())
		}
		if batch += is.weight(); batch >= done.batch {
			batch = 0
			done.report(t.Counts)
		}
	}
	if also, err, ok := pull(); err != nil {
		return err
	} else if ok {
		return differ(also.place().String())
	}
	own, err := ownBalance(ctx, ra)
	if err != nil {
		return err
	}
	if theirs, err := ownBalance(ctx, rb); err != nil {
		return err
	} else if theirs != own {
		return differ("balance")
	}
	s, err := t.end(own)
	if err == nil {
		done.end(s)
	}
	return err
}
