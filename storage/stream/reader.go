package stream

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// MaxLine is the greatest length in bytes of a line of a stream. The largest transfer fits.
const MaxLine = 256 << 20

// reader reads the lines of a stream. It returns records only after it has verified the checksum
// behind them.
type reader struct {
	from  *bufio.Reader
	sum   hash.Hash // of all lines before the present one
	buf   []byte
	lines int64
	most  int  // bytes of a line
	room  room // of a batch

	of   int    // accounts that there should be
	read int    // that were there
	in   *tally // the account that is under way
	last place  // its last record
}

// next returns the next line without its newline, valid until the following call. It does not add
// the line to the checksum. Errors, as a *LineError: ErrTooLong for a line of more than r.most
// bytes, but next may return a line that is up to 64 KiB longer; ErrTruncated if the stream ends
// before a newline; an error of r.from.
func (r *reader) next() ([]byte, error) {
	r.lines++
	r.buf = r.buf[:0]
	for {
		part, err := r.from.ReadSlice('\n')
		r.buf = append(r.buf, part...)
		switch {
		case err == nil:
			return r.buf[:len(r.buf)-1], nil
		case errors.Is(err, bufio.ErrBufferFull):
			if len(r.buf) > r.most {
				return nil, r.wrong(ErrTooLong)
			}
		case errors.Is(err, io.EOF):
			return nil, r.wrong(ErrTruncated)
		default:
			return nil, r.wrong(err)
		}
	}
}

// wrong returns a *LineError for the current line.
func (r *reader) wrong(err error) error { return &LineError{r.lines, err} }

// pass adds a line to the checksum.
func (r *reader) pass(b []byte) {
	r.sum.Write(b)
	r.sum.Write([]byte{'\n'})
}

// newReader reads the first line of the stream in from, and returns a reader for the lines after
// it. Errors, as a *LineError: ErrFormat if the first line is not a head line of this format;
// ErrVersion for another version; ErrRecord if a member of the line is unknown, repeated or wrong;
// those of next.
func newReader(from io.Reader) (*reader, error) {
	r := &reader{from: bufio.NewReaderSize(from, 1<<16), sum: sha256.New(), most: MaxLine}
	b, err := r.next()
	if err != nil {
		if errors.Is(err, ErrTruncated) && len(r.buf) > 0 {
			err = r.wrong(ErrFormat)
		}
		return nil, err
	}
	var any headLine // of any version: with members that this one does not have
	malformed := json.Unmarshal(b, &any)
	if kind, err := typeOf(b); err != nil || kind != "head" || any.Format != format {
		return nil, r.wrong(ErrFormat)
	}
	if malformed == nil && any.Version != version {
		return nil, r.wrong(fmt.Errorf("%w: version %d, not %d", ErrVersion, any.Version, version))
	}
	head, err := parse[headLine](b)
	if err == nil && head.Accounts < 0 {
		err = fmt.Errorf("%w: %d accounts", ErrRecord, head.Accounts)
	}
	if err != nil {
		return nil, r.wrong(err)
	}
	r.of = head.Accounts
	r.pass(b)
	return r, nil
}

// account reads the first line of the next account, and returns the account's id and counters, and
// true. The caller must have read all batches of the previous account. At the last line of the
// stream, account verifies the checksum and the number of accounts, and returns false. Errors, as a
// *LineError: ErrRecord, ErrOrder or ErrChecksum; those of next.
func (r *reader) account() (id user.AccountID, c storage.Counters, ok bool, err error) {
	b, err := r.next()
	if err != nil {
		return "", c, false, err
	}
	kind, err := typeOf(b)
	switch {
	case err != nil:
		return "", c, false, r.wrong(err)
	case kind == "end":
		return "", c, false, r.end(b)
	case kind != "account":
		return "", c, false, r.unexpected(kind)
	}
	if id, c, err = parseAccount(b); err != nil {
		return "", c, false, r.wrong(err)
	}
	r.pass(b)
	if r.in, err = newTally(id, c); err != nil {
		return "", c, false, r.wrong(err)
	}
	r.last = place{}
	return id, c, true, nil
}

// unexpected returns ErrOrder for a line of a known type that may not stand here, and ErrRecord for
// a line of an unknown type.
func (r *reader) unexpected(kind string) error {
	if recordTypes[kind] != nil || slices.Contains([]string{"head", "account", "sum", "whole", "end"}, kind) {
		return r.wrong(fmt.Errorf("%w: %s", ErrOrder, kind))
	}
	return r.wrong(fmt.Errorf("%w: of type %.40q", ErrRecord, kind))
}

func (r *reader) end(b []byte) error {
	l, err := parse[endLine](b)
	if err != nil {
		return r.wrong(err)
	}
	if digest(r.sum.Sum(nil)) != l.SHA256 || l.Accounts != r.read || l.Accounts != r.of {
		return r.wrong(ErrChecksum)
	}
	if _, err := r.from.ReadByte(); err == nil {
		r.lines++
		return r.wrong(fmt.Errorf("%w: behind the end", ErrOrder))
	} else if !errors.Is(err, io.EOF) {
		return r.wrong(err)
	}
	return nil
}

// batch reads the records up to the next checksum. whole is the summary of the account if these are
// its last records, else nil. Errors: the error of ctx; *LineError with ErrRecord, ErrTooLong,
// ErrOrder or ErrChecksum; those of next.
func (r *reader) batch(ctx context.Context) (list []record, whole *Summary, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	for left := r.room; ; {
		b, err := r.next()
		if err != nil {
			return nil, nil, err
		}
		kind, err := typeOf(b)
		if err != nil {
			return nil, nil, r.wrong(err)
		}
		rec, err := parseRecord(kind, b)
		if err != nil {
			return nil, nil, r.wrong(err)
		}
		if rec == nil {
			whole, err := r.verifyChecksum(kind, b)
			if err != nil {
				return nil, nil, err
			}
			r.pass(b)
			return list, whole, nil
		}
		if !left.take(rec, b) && len(list) > 0 {
			return nil, nil, r.wrong(fmt.Errorf("%w: no checksum for %d records", ErrTooLong, len(list)))
		}
		if p := rec.place(); p.compare(r.last) <= 0 {
			return nil, nil, r.wrong(fmt.Errorf("%w: %s", ErrOrder, p))
		} else {
			r.last = p
		}
		r.pass(b)
		r.in.record(rec, b)
		list = append(list, rec)
	}
}

// verifyChecksum verifies the checksum in a line of type sum or whole. For whole it returns the
// summary of the account.
func (r *reader) verifyChecksum(kind string, b []byte) (whole *Summary, err error) {
	switch kind {
	case "sum":
		l, err := parse[sumLine](b)
		if err != nil {
			return nil, r.wrong(err)
		}
		if digest(r.sum.Sum(nil)) != l.SHA256 {
			return nil, r.wrong(ErrChecksum)
		}
		return nil, nil
	case "whole":
		l, err := parse[wholeLine](b)
		if err != nil {
			return nil, r.wrong(err)
		}
		got, err := r.in.end(l.Balance)
		if err != nil {
			return nil, r.wrong(err)
		}
		if wholeLineOf(got) != l {
			return nil, r.wrong(ErrChecksum)
		}
		r.read++
		return &got, nil
	}
	return nil, r.unexpected(kind)
}

// Check reads a stream to its end, verifies it, and returns a summary of each account. It writes
// nothing.
//
// Errors: the error of ctx; those of from; *LineError with ErrFormat, ErrVersion, ErrRecord,
// ErrOrder, ErrTooLong, ErrChecksum or ErrTruncated.
func Check(ctx context.Context, from io.Reader, opts ...Option) ([]Summary, error) {
	return eachAccount(ctx, from, opts, func(_ user.AccountID, _ storage.Counters, in *reader, done *progress) error {
		for {
			_, whole, err := in.batch(ctx)
			if err != nil {
				return err
			}
			if whole != nil {
				done.end(*whole)
				return nil
			}
			done.report(in.in.Counts)
		}
	})
}
