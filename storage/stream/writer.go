package stream

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Export writes accounts of a storage (the parameter from) to w as a stream: all accounts, deleted
// ones too, or those of the option Only. It reads each account in one View, so the stream has one
// state of it. The same data and options always give the same bytes. The stream contains the hashes
// of passwords: give its file mode 0600. Export returns a Summary of each account that is complete,
// also with an error. An account that was loaded only in part does not exist for Export.
//
// Errors: the error of ctx; those of w and of the storage; storage.ErrNotFound for an account of
// Only that does not exist. An error in one account is wrapped in an *AccountError.
func Export(ctx context.Context, from storage.Storage, w io.Writer, opts ...Option) ([]Summary, error) {
	done, err := newProgress(ctx, from, opts)
	if err != nil {
		return nil, err
	}
	out := &writer{to: bufio.NewWriterSize(w, 1<<16), sum: sha256.New()}
	out.line(headLine{"head", format, version, done.Of})
	list, err := eachStored(ctx, from, done, func(ctx context.Context, id user.AccountID, b *batches) error {
		return out.account(ctx, id, b, done)
	})
	if err != nil {
		return list, err
	}
	out.line(endLine{"end", done.Of, out.digest()})
	return list, errors.Join(out.err, out.to.Flush())
}

// failed wraps err in an *AccountError for the account id. It returns err unchanged if err is nil
// or already wraps an *AccountError.
func failed(id user.AccountID, err error) error {
	var named *AccountError
	if err == nil || errors.As(err, &named) {
		return err
	}
	return &AccountError{Account: id, Err: err}
}

// readCounters returns the counters of the account that r reads. Errors: storage.ErrNotFound for an
// account that does not exist or was loaded only in part; those of the storage.
func readCounters(ctx context.Context, r storage.Reader) (storage.Counters, error) {
	c, err := r.Counters(ctx)
	if err == nil && c.Revision == 0 {
		err = storage.ErrNotFound
	}
	return c, err
}

// accounts returns the ids in the option Only in their order, or if Only is not set, the ids of all
// accounts of the storage, deleted ones too. Errors: those of the storage.
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

// line encodes l as JSON and writes it as one line. It also adds the line to the checksum w.sum. It
// sets w.err if the encoding or the write fails. It writes nothing if w.err is set already.
func (w *writer) line(l any) {
	b, err := strictjson.Marshal(l)
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

// account writes all lines of the account id, with a checksum between two batches, and adds the
// account's summary to done. Errors: those of the storage and of encoding a line; the first error
// of the writer.
func (w *writer) account(ctx context.Context, id user.AccountID, b *batches, done *progress) error {
	w.line(accountLine{"account", &id, &b.counters})
	for {
		_, whole, err := b.next(ctx)
		if err != nil {
			return err
		}
		for _, line := range b.lines {
			w.put(line)
		}
		if whole != nil {
			w.line(wholeLineOf(*whole))
			if w.err == nil {
				done.end(*whole)
			}
			return w.err
		}
		w.line(sumLine{"sum", w.digest()})
		if w.err != nil {
			return w.err
		}
		done.report(b.tally.Counts)
	}
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

// next returns the records of the next batch of the account, and sets b.lines to their lines. If
// the batch is the last one, whole is a summary of the account, else nil. For an account without
// records, the only batch is empty. Errors: those of reading the account, and of encoding a record.
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
