package memstore

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var (
	// ErrDamaged means that a stream is not a whole, unchanged snapshot, or that its data
	// contradict each other.
	ErrDamaged = errors.New("memstore: the snapshot is damaged")
	// ErrVersion means that the snapshot has a version that this package cannot read.
	ErrVersion = errors.New("memstore: the snapshot is of another version")
)

// Restore returns a new store with the data of a snapshot. It reads r to its end.
//
// Restore checks that the checksum is right, that ids and keys are unique, and that the balances in
// each posting follow from the postings before it. After an error it returns no store.
//
// Errors: storage.ErrInvalid if the context or the reader is nil; the context's error; the errors
// of r; ErrDamaged; ErrVersion; storage.ErrLimit if the data exceed the bounds of the options.
// Changes beyond MaxChanges are no error: the oldest are left out.
func Restore(ctx context.Context, r io.Reader, opts ...Option) (*Store, error) {
	if ctx == nil || r == nil {
		return nil, fmt.Errorf("memstore: restoring needs a context and a reader: %w", storage.ErrInvalid)
	}
	in := snapshotReader{ctx: ctx, store: New(opts...), from: bufio.NewReaderSize(r, 1<<16)}
	if err := in.read(); err != nil {
		return nil, err
	}
	return in.store, nil
}

// snapshotReader reads a snapshot line by line and writes each line to the store.
type snapshotReader struct {
	ctx   context.Context
	store *Store
	from  *bufio.Reader
	lines int
	w     *writer // of the account that is read, nil before the first
}

// damaged returns an ErrDamaged with the number of the current line and a reason.
func (r *snapshotReader) damaged(format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %w", ErrDamaged, r.lines, fmt.Errorf(format, args...))
}

// next reads and returns the next line of the stream, including the newline. It also counts the
// line.
//
// Errors: the context's error; ErrDamaged if the stream ends before a newline; those of the stream.
func (r *snapshotReader) next() ([]byte, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	r.lines++
	line, err := r.from.ReadBytes('\n')
	if err == io.EOF {
		return nil, r.damaged("the end is missing")
	}
	return line, err
}

func (r *snapshotReader) read() error {
	line, err := r.next()
	if err == nil && string(line) != title {
		if bytes.HasPrefix(line, []byte(anyTitle)) {
			return fmt.Errorf("%w: it begins with %q", ErrVersion, line)
		}
		return r.damaged("it is not a snapshot")
	}
	for sum := sha256.New(); err == nil; {
		sum.Write(line)
		if line, err = r.next(); err != nil {
			break
		}
		word, v, _ := bytes.Cut(line, []byte{' '})
		if string(word) == "end" {
			if _, err := r.from.ReadByte(); err != io.EOF || !bytes.Equal(line, lastLine(r.lines-1, sum)) {
				return r.damaged("the checksum is wrong, or more follows")
			}
			return r.endAccount()
		}
		err = r.take(string(word), v)
	}
	for _, impossible := range []error{storage.ErrInvalid, storage.ErrExists, storage.ErrConflict, storage.ErrNotFound} {
		if errors.Is(err, impossible) {
			return r.damaged("%w", err)
		}
	}
	return err
}

// take writes one line to the account that is being read. word is the kind of the line, and v its
// JSON. A line "account" ends the account before it and begins a new one.
//
// Errors: ErrDamaged; those of the store.
func (r *snapshotReader) take(word string, v []byte) error {
	switch {
	case word == "account":
		return decoded(r, v, r.beginAccount)
	case r.w == nil:
		return r.damaged("it belongs to no account")
	case word == "reference":
		return decoded(r, v, func(ref *user.Reference) error {
			if _, err := r.w.Reference(r.ctx, ref.Kind, ref.ID); err == nil {
				return r.damaged("%s %d comes twice", ref.Kind, ref.ID)
			}
			return r.w.PutReference(r.ctx, *ref)
		})
	case word == "user":
		return decoded(r, v, func(u *user.User) error {
			if r.w.user(u.ID) != nil {
				return r.damaged("user %d comes twice", u.ID)
			}
			return r.w.PutUser(r.ctx, *u)
		})
	case word == "secret":
		return decoded(r, v, func(l *secretLine) error {
			secret, err := user.UnmarshalSecret(l.Secret)
			if err != nil {
				return r.damaged("%w", err)
			}
			return r.w.PutSecret(r.ctx, l.User, secret)
		})
	case word == "transfer":
		return decoded(r, v, func(t *balance.Transfer) error { return r.w.PostTransfer(r.ctx, *t) })
	case word == "change", word == "creation":
		return decoded(r, v, func(c *storage.Change) error {
			if word == "creation" {
				if c.Created = r.w.user(c.UserID); c.Created == nil {
					return r.damaged("user %d is missing", c.UserID)
				}
			}
			return r.w.AppendChange(r.ctx, *c)
		})
	case word == "delivery":
		return decoded(r, v, func(d *storage.Delivery) error {
			if r.w.delivery(d.Name) != nil {
				return r.damaged("delivery %s comes twice", d.Name)
			}
			return r.w.PutDelivery(r.ctx, *d)
		})
	case word == "letter":
		return decoded(r, v, func(l *letterLine) error {
			if r.w.letter(l.Delivery, l.Letter.Change.ID) != nil {
				return r.damaged("a dead letter of delivery %.80s comes twice", l.Delivery)
			}
			return r.w.PutDeadLetter(r.ctx, l.Delivery, l.Letter)
		})
	}
	return r.damaged("it is of no kind")
}

// decoded decodes the JSON v as a T, calls fn with a pointer to the decoded value, and returns the
// error of fn. It returns ErrDamaged, and does not call fn, if v is not the JSON of a T.
func decoded[T any](r *snapshotReader, v []byte, fn func(*T) error) error {
	into := new(T)
	if err := strictjson.Unmarshal(v, into); err != nil {
		return r.damaged("%w", err)
	}
	return fn(into)
}

func (r *snapshotReader) beginAccount(a *accountLine) error {
	if err := r.endAccount(); err != nil {
		return err
	}
	c := a.Counters
	w := newWriter(r.ctx, r.store, a.ID)
	if w.base != r.store.empty || slices.Min(c.Given[:]) < 0 ||
		c.Revision > 0 && c.CheckLoad(c.Compacted) != nil || c.Revision == 0 && c.Compacted != (storage.ChangeID{}) {
		return r.damaged("account %q comes twice, or its counters cannot be", a.ID)
	}
	r.w = w
	r.w.loading, r.w.loads, r.w.wrote = true, c.Revision, true
	r.w.head.id, r.w.head.settings, r.w.head.config, r.w.head.given = a.ID, a.Settings, a.Config, c.Given
	r.w.head.compacted, r.w.head.newest = c.Compacted, c.Compacted
	return nil
}

// endAccount commits the account whose lines were read last to the store. It does nothing if no
// account was read yet.
//
// Errors: storage.ErrLimit if the store already has as many accounts as MaxAccounts allows.
func (r *snapshotReader) endAccount() error {
	if r.w == nil {
		return nil
	}
	r.w.finish()
	return r.store.publish(r.w.head.id, r.w)
}
