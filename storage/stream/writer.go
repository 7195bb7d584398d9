package stream

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Export writes accounts to w, one state of each. The same data always give the same bytes. The
// stream contains the hashes of passwords, so protect it like the passwords, and give its file mode
// 0600. Export does not write an account that was loaded only in part.
//
// Errors: the context's; those of w; those of the storage; storage.ErrNotFound for an account of
// Only that does not exist.
func Export(ctx context.Context, from storage.Storage, w io.Writer, opts ...Option) ([]Summary, error) {
	o := optionsOf(opts)
	list, err := accounts(ctx, from, o)
	if err != nil {
		return nil, err
	}
	out := &writer{to: bufio.NewWriterSize(w, 1<<16), sum: sha256.New()}
	out.line(headLine{"head", format, version, len(list)})
	done := &progress{options: o, Progress: Progress{Of: len(list)}}
	for _, id := range list {
		err := from.View(ctx, id, func(ctx context.Context, r storage.Reader) error {
			c, err := readCounters(ctx, r)
			if err != nil {
				return err
			}
			done.begin(id, c)
			s, err := out.account(ctx, r, id, c, done)
			if err == nil {
				done.end(s)
			}
			return err
		})
		if err != nil {
			return done.summaries, failed(id, err)
		}
	}
	out.line(endLine{"end", len(list), out.digest()})
	return done.summaries, errors.Join(out.err, out.to.Flush())
}

// failed wraps an error in an *AccountError, unless it is one already.
func failed(id user.AccountID, err error) error {
	var named *AccountError
	if err == nil || errors.As(err, &named) {
		return err
	}
	return &AccountError{Account: id, Err: err}
}

// readCounters returns the counters of an account. Errors: storage.ErrNotFound if the account does
// not exist.
func readCounters(ctx context.Context, r storage.Reader) (storage.Counters, error) {
	c, err := r.Counters(ctx)
	if err == nil && c.Revision == 0 {
		err = storage.ErrNotFound
	}
	return c, err
}

// accounts returns the accounts of the option Only, or all accounts.
func accounts(ctx context.Context, s storage.Storage, o options) ([]user.AccountID, error) {
	if o.only != nil {
		return o.only, nil
	}
	var list []user.AccountID
	for after := user.AccountID(""); ; {
		page, err := s.Accounts(ctx, storage.WithDeleted, after, 0)
		if err != nil {
			return nil, err
		}
		list = append(list, page...)
		if len(page) < storage.MaxPage {
			return list, nil
		}
		after = page[len(page)-1]
	}
}

// writer writes the lines of a stream. After the first error it writes nothing more.
type writer struct {
	to  *bufio.Writer
	sum hash.Hash // of all lines
	err error
}

// line writes one line.
func (w *writer) line(l any) {
	b, err := appendLine(nil, l)
	if w.err == nil {
		w.err = err
	}
	w.put(b)
}

// digest returns the checksum of all lines so far.
func (w *writer) digest() digest { return digest(w.sum.Sum(nil)) }

func (w *writer) put(line []byte) {
	if w.err != nil {
		return
	}
	w.sum.Write(line)
	w.sum.Write([]byte{'\n'})
	_, w.err = w.to.Write(line)
	if w.err == nil {
		w.err = w.to.WriteByte('\n')
	}
}

// account writes the lines of one account, with a line of the checksum between batches and the
// closing line after the last one. It reports each finished batch to done, and returns the summary.
func (w *writer) account(
	ctx context.Context, r storage.Reader, id user.AccountID, c storage.Counters, done *progress,
) (Summary, error) {
	w.line(accountLineOf(id, c))
	t, err := newTally(id, c)
	if err != nil {
		return Summary{}, err
	}
	left, empty := done.room(), true
	for rec, err := range records(ctx, r, c) {
		if err != nil {
			return Summary{}, err
		}
		before := t.Counts
		line, err := t.record(rec)
		if err != nil {
			return Summary{}, err
		}
		if !left.take(rec.weight(), len(line)) && !empty {
			w.line(sumLine{"sum", w.digest()})
			left = done.room()
			left.take(rec.weight(), len(line))
			done.report(before)
		}
		empty = false
		if w.put(line); w.err != nil {
			return Summary{}, w.err
		}
	}
	own, err := ownBalance(ctx, r)
	if err != nil {
		return Summary{}, err
	}
	s, err := t.end(own)
	if err != nil {
		return Summary{}, err
	}
	w.line(wholeLineOf(s))
	return s, w.err
}
