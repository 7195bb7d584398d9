package stream

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// loader writes one account into a storage, one batch after another.
type loader struct {
	to       storage.Storage
	id       user.AccountID
	counters storage.Counters
	next     func(context.Context) ([]record, *Summary, error) // the next batch, and the account at its end
	done     *progress

	list   []record // the batch that is to be written
	whole  *Summary
	counts Counts // of what is written
}

func (l *loader) wrong(what string, err error) error {
	return &AccountError{Account: l.id, What: what, Err: err}
}

// load compares the records of l.next with the records that the target has, and writes those that
// the target lacks. It adds a summary of the account to l.done. Errors: *AccountError with ErrTaken
// or ErrChanged if the account in the target has other data; those of l.next and of the target.
func (l *loader) load(ctx context.Context) error {
	there, err := l.compare(ctx)
	if err != nil {
		return err
	}
	for !there {
		if err := l.write(ctx); err != nil {
			return err
		}
		for _, r := range l.list {
			l.counts.add(r)
		}
		if there = l.whole != nil; !there {
			l.done.report(l.counts)
			if l.list, l.whole, err = l.next(ctx); err != nil {
				return err
			}
		}
	}
	l.done.end(*l.whole)
	return nil
}

// write writes the records of the current batch, l.list, in one transaction. If the batch is the
// last one, the transaction also loads the counters of the account, which completes it. Errors:
// *AccountError for a record that the target refuses; those of the target.
func (l *loader) write(ctx context.Context) error {
	_, err := l.to.Update(ctx, l.id, func(ctx context.Context, w storage.Writer) error {
		var c storage.Counters
		if l.whole != nil {
			c = l.counters
		}
		if err := w.Load(ctx, c); err != nil {
			return err
		}
		// A storage on a server asks once for the balances of all holders of the batch.
		if holders := l.holders(); len(holders) > 0 {
			if _, err := w.Balances(ctx, holders...); err != nil {
				return err
			}
		}
		for _, r := range l.list {
			if err := r.write(ctx, w); err != nil {
				return l.wrong(r.place().String(), err)
			}
		}
		return nil
	})
	return err
}

// holders returns the holders that occur in the postings of the current batch, sorted and without
// duplicates. It returns no holder if the batch has no transfer.
func (l *loader) holders() []balance.Holder {
	seen := map[balance.Holder]bool{}
	for _, r := range l.list {
		if t, ok := r.(*transferLine); ok {
			for _, p := range t.Transfer.Postings {
				seen[p.From], seen[p.To] = true, true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// compare compares what comes with the records of the target until the target has no more. It
// leaves the rest of the batch in l.list, and reports whether the target has the complete account.
// Errors: *AccountError with ErrTaken for a whole account that differs, with ErrChanged for a part.
func (l *loader) compare(ctx context.Context) (there bool, err error) {
	err = l.to.View(ctx, l.id, func(ctx context.Context, r storage.Reader) error {
		c, err := r.Counters(ctx)
		if err != nil {
			return err
		}
		differs := ErrTaken
		if c.Revision == 0 {
			differs = ErrChanged
		} else if c != l.counters {
			return l.wrong("", ErrTaken)
		}
		rest, err := l.compareRecords(ctx, r, differs)
		there = err == nil && !rest && c.Revision != 0
		return err
	})
	return there, err
}

// compareRecords compares the records of l.next with the records of r, and the balance of the
// account at the end. At the first difference it returns an *AccountError with the error in
// differs. If differs is ErrChanged, compareRecords ignores balances, and returns true when r has
// no more records: l.list then has the records of the current batch that r lacks. Otherwise it
// returns false. Other errors: those of reading.
func (l *loader) compareRecords(ctx context.Context, r storage.Reader, differs error) (rest bool, err error) {
	pull, stop := iter.Pull2(records(ctx, r, l.counters))
	defer stop()
	for {
		if l.list, l.whole, err = l.next(ctx); err != nil {
			return false, err
		}
		for i, comes := range l.list {
			is, err, ok := pull()
			if err != nil {
				return false, err
			}
			if !ok && differs == ErrChanged {
				l.list = l.list[i:]
				return true, nil
			}
			if same, err := equal(comes, is, differs); err != nil {
				return false, err
			} else if !same {
				if is != nil && is.place().compare(comes.place()) < 0 {
					comes = is // which does not come at all
				}
				return false, l.wrong(comes.place().String(), differs)
			}
			l.counts.add(comes)
			if differs != ErrDifferent {
				l.done.Found.add(comes)
			}
		}
		if l.whole == nil {
			l.done.report(l.counts)
			continue
		}
		if is, err, ok := pull(); err != nil {
			return false, err
		} else if ok {
			return false, l.wrong(is.place().String(), differs)
		}
		l.list = nil
		own, err := ownBalance(ctx, r)
		if err == nil && own != l.whole.Balance && differs != ErrChanged {
			err = l.wrong("balance", differs)
		}
		return false, err
	}
}

// equal reports whether the records a and b have the same JSON line. It returns false if b is nil.
// If the parameter differs is ErrChanged, equal ignores the balances in the records of users,
// because the target may lack transfers of the account. Errors: those of encoding a record.
func equal(a, b record, differs error) (bool, error) {
	if b == nil {
		return false, nil
	}
	var lines [2][]byte
	for i, r := range []record{a, b} {
		if l, ok := r.(*userLine); ok && differs == ErrChanged {
			r = &userLine{l.Type, l.User, l.Secret, 0}
		}
		var err error
		if lines[i], err = lineOf(r); err != nil {
			return false, err
		}
	}
	return bytes.Equal(lines[0], lines[1]), nil
}
