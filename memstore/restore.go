package memstore

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Errors of Restore.
var (
	// ErrDamaged means that a stream is no snapshot, was cut off or changed, or says what cannot be.
	ErrDamaged = errors.New("memstore: the snapshot is damaged")
	// ErrVersion means that the snapshot has another version than this package writes and reads.
	ErrVersion = errors.New("memstore: the snapshot is of another version")
)

// Restore returns a new store with what a snapshot holds. It reads r to its end.
//
// Nothing in the stream is believed: the checksum is compared, ids and keys must be unique, and the
// balances are computed anew from the transfers. After an error there is no store, not even a part.
//
// Errors: storage.ErrInvalid without a context or a reader, the context's, those of r, ErrDamaged,
// ErrVersion, and storage.ErrLimit if there is more than the options allow (of changes the oldest
// are left out instead).
func Restore(ctx context.Context, r io.Reader, opts ...Option) (*Store, error) {
	if ctx == nil || r == nil {
		return nil, fmt.Errorf("memstore: restoring needs a context and a reader: %w", storage.ErrInvalid)
	}
	in := snapshotReader{ctx: ctx, store: New(opts...), from: bufio.NewReaderSize(r, 1<<16)}
	if err := in.read(); err != nil {
		_ = in.store.Close()
		return nil, err
	}
	return in.store, nil
}

// snapshotReader reads lines.
type snapshotReader struct {
	ctx   context.Context
	store *Store
	from  *bufio.Reader
	lines int

	id   user.AccountID // of the account that is read
	w    *writer        // of it, nil before the first
	user user.ID        // that came last
}

// damaged returns that the present line is wrong.
func (r *snapshotReader) damaged(format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %w", ErrDamaged, r.lines, fmt.Errorf(format, args...))
}

// next reads a line, with its end.
func (r *snapshotReader) next() ([]byte, error) {
	if r.lines%checkEvery == 0 {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
	}
	r.lines++
	switch line, err := r.from.ReadBytes('\n'); err {
	case nil:
		return line, nil
	case io.EOF:
		return nil, r.damaged("the end is missing")
	default:
		return nil, fmt.Errorf("memstore: reading a snapshot: %w", err)
	}
}

func (r *snapshotReader) read() error {
	line, err := r.next()
	switch {
	case err != nil:
		return err
	case string(line) == title:
	case bytes.HasPrefix(line, []byte(anyTitle)):
		return fmt.Errorf("%w: it begins with %q", ErrVersion, line)
	default:
		return r.damaged("it is not a snapshot")
	}
	for sum := sha256.New(); ; {
		sum.Write(line)
		if line, err = r.next(); err != nil {
			return err
		}
		word, v, _ := bytes.Cut(line, []byte{' '})
		if string(word) == "end" {
			if _, err := r.from.ReadByte(); err != io.EOF || !bytes.Equal(line, lastLine(r.lines-1, sum)) {
				return r.damaged("the checksum is wrong, or more follows")
			}
			return r.endAccount()
		}
		if err := r.take(string(word), v); err != nil {
			return r.unbelievable(err)
		}
	}
}

// unbelievable returns ErrDamaged where a line says what cannot be.
func (r *snapshotReader) unbelievable(err error) error {
	for _, own := range []error{storage.ErrInvalid, storage.ErrExists, storage.ErrConflict, storage.ErrNotFound} {
		if errors.Is(err, own) {
			return r.damaged("%w", err)
		}
	}
	return err
}

// take writes what a line says.
func (r *snapshotReader) take(word string, v []byte) error {
	if word == "account" {
		return decoded(r, v, r.beginAccount)
	}
	if r.w == nil {
		return r.damaged("it belongs to no account")
	}
	switch word {
	case "reference":
		return decoded(r, v, func(ref *user.Ref) error { return r.w.PutRef(r.ctx, *ref) })
	case "user":
		return decoded(r, v, func(u *user.User) error {
			if r.user = u.ID; r.w.user(u.ID) != nil {
				return r.damaged("user %d comes twice", u.ID)
			}
			return r.w.PutUser(r.ctx, *u)
		})
	case "secret":
		secret, err := user.UnmarshalSecret(v)
		if err != nil {
			return r.damaged("%w", err)
		}
		return r.w.PutSecret(r.ctx, r.user, secret)
	case "transfer":
		return decoded(r, v, func(t *balance.Transfer) error { return r.w.PostTransfer(r.ctx, *t) })
	case "change", "creation":
		return decoded(r, v, func(c *storage.Change) error {
			if word == "creation" {
				c.Created = r.w.user(c.UserID)
			}
			return r.w.AppendChange(r.ctx, *c)
		})
	}
	return r.damaged("it is of no kind")
}

// decoded calls fn with the value that JSON says. A type that decodes itself is asked directly:
// json.Unmarshal would read the JSON twice more.
func decoded[T any](r *snapshotReader, v []byte, fn func(*T) error) (err error) {
	into := new(T)
	if own, ok := any(into).(json.Unmarshaler); ok {
		err = own.UnmarshalJSON(v)
	} else {
		err = json.Unmarshal(v, into)
	}
	if err != nil {
		return r.damaged("%w", err)
	}
	return fn(into)
}

func (r *snapshotReader) beginAccount(a *accountLine) error {
	if err := r.endAccount(); err != nil {
		return err
	}
	c := a.Counters
	if r.store.account(a.ID) != r.store.empty || c.Compacted.Index < 0 || c.Revision < c.Compacted.Revision {
		return r.damaged("account %q comes twice, or its counters cannot be", a.ID)
	}
	r.id, r.w = a.ID, newWriter(r.ctx, r.store, r.store.empty)
	r.w.loading, r.w.loads, r.w.wrote = true, c.Revision, true
	r.w.head.settings, r.w.head.config, r.w.head.given = a.Settings, a.Config, c.Given
	r.w.head.compacted, r.w.head.newest = c.Compacted, c.Compacted
	return nil
}

// endAccount commits the account whose lines were read.
func (r *snapshotReader) endAccount() error {
	if r.w == nil {
		return nil
	}
	r.w.finish()
	return r.store.publish(r.id, r.w)
}
