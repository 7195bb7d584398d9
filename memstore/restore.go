package memstore

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

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
	s := New(opts...)
	in := snapshotReader{ctx: ctx, store: s, from: bufio.NewReaderSize(r, 1<<16), sum: sha256.New()}
	if err := in.read(); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// snapshotReader reads lines.
type snapshotReader struct {
	ctx   context.Context
	store *Store
	from  *bufio.Reader
	sum   hash.Hash
	lines int
	line  []byte

	id user.AccountID // of the account that is read
	w  *writer        // of it, nil before the first
}

// damaged returns that the present line is wrong.
func (r *snapshotReader) damaged(format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %w", ErrDamaged, r.lines+1, fmt.Errorf(format, args...))
}

// next reads the next line, with its end.
func (r *snapshotReader) next() error {
	if r.lines%checkEvery == 0 {
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	r.line = r.line[:0]
	for {
		part, err := r.from.ReadSlice('\n')
		switch r.line = append(r.line, part...); {
		case err == nil:
			return nil
		case err == io.EOF:
			return r.damaged("its end is missing")
		case err != bufio.ErrBufferFull:
			return fmt.Errorf("memstore: reading a snapshot: %w", err)
		}
	}
}

func (r *snapshotReader) read() error {
	if err := r.next(); err != nil {
		return err
	}
	var t title
	if err := json.Unmarshal(r.line, &t); err != nil || t.Format != snapshotFormat {
		return r.damaged("it is not a snapshot")
	}
	if t.Version != snapshotVersion {
		return fmt.Errorf("%w: version %d, not %d", ErrVersion, t.Version, snapshotVersion)
	}
	for {
		r.sum.Write(r.line)
		r.lines++
		if err := r.next(); err != nil {
			return err
		}
		if bytes.HasPrefix(r.line, []byte(`{"end":`)) {
			return r.end()
		}
		var line record
		if err := json.Unmarshal(r.line, &line); err != nil {
			return r.damaged("%w", err)
		}
		if err := r.take(&line); err != nil {
			return r.unbelievable(err)
		}
	}
}

// end compares the checksum.
func (r *snapshotReader) end() error {
	if !bytes.Equal(r.line, lastLine(r.lines, r.sum)) {
		return r.damaged("the checksum is wrong")
	}
	if _, err := r.from.ReadByte(); err == nil {
		return r.damaged("there is more behind the end")
	} else if err != io.EOF {
		return fmt.Errorf("memstore: reading a snapshot: %w", err)
	}
	return r.unbelievable(r.endAccount())
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
func (r *snapshotReader) take(line *record) error {
	switch {
	case line.Account != nil:
		if err := r.endAccount(); err != nil {
			return err
		}
		return r.beginAccount(line.Account)
	case r.w == nil:
		return r.damaged("it belongs to no account")
	case line.Reference != nil:
		return r.w.PutRef(r.ctx, *line.Reference)
	case line.User != nil:
		return r.user(line)
	case line.Transfer != nil:
		return r.w.PostTransfer(r.ctx, *line.Transfer)
	case line.Change != nil:
		if line.AsNow {
			line.Change.Created = r.w.user(line.Change.UserID)
		}
		return r.w.AppendChange(r.ctx, *line.Change)
	}
	return r.damaged("it says nothing")
}

func (r *snapshotReader) user(line *record) error {
	if r.w.user(line.User.ID) != nil {
		return r.damaged("user %d comes twice", line.User.ID)
	}
	if err := r.w.PutUser(r.ctx, *line.User); err != nil || line.Secret == nil {
		return err
	}
	secret, err := unmarshalSecret(line.Secret)
	if err != nil {
		return r.damaged("the secret of user %d: %w", line.User.ID, err)
	}
	return r.w.PutSecret(r.ctx, line.User.ID, secret)
}

func (r *snapshotReader) beginAccount(a *accountRecord) error {
	if r.store.account(a.ID) != r.store.empty {
		return r.damaged("account %q comes twice", a.ID)
	}
	c := a.Counters
	if c.Compacted.Index < 0 || c.Revision < c.Compacted.Revision {
		return r.damaged("the counters of account %q", a.ID)
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
