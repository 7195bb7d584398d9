package memstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Restore returns a new store with what a snapshot holds. It reads to the end of the snapshot, may read up to 64 kB
// further if r has more, and takes no more memory than the snapshot's content does.
//
// Nothing in the stream is believed: checksums are compared, ids and keys are checked for being unique, and the
// balances are computed anew from the transfers.
//
// Errors: storage.ErrInvalid without a context or a reader, the context's, r's, ErrDamaged, ErrVersion, storage.ErrLimit if there is more than the options allow (of
// changes the oldest are left out instead).
func Restore(ctx context.Context, r io.Reader, opts ...Option) (*Store, error) {
	if ctx == nil || r == nil {
		return nil, fmt.Errorf("memstore: restoring needs a context and a reader: %w", storage.ErrInvalid)
	}
	frames, err := newFrameReader(r)
	if err != nil {
		return nil, err
	}
	s := New(opts...)
	c := &coder{from: bufio.NewReader(frames)}
	for {
		more := false
		flag(c, &more)
		if c.err != nil || !more {
			break
		}
		if err := s.restoreAccount(ctx, c); err != nil {
			c.fail(err)
		}
	}
	if c.err == nil {
		if _, err := c.from.ReadByte(); err == nil {
			c.err = fmt.Errorf("%w: there is more behind its end", ErrDamaged)
		} else if err != io.EOF {
			c.err = err
		}
	}
	if c.err != nil {
		_ = s.Close()
		return nil, c.err
	}
	return s, nil
}

// restoreAccount reads what state.write wrote.
func (s *Store) restoreAccount(ctx context.Context, c *coder) error {
	var id user.AccountID
	text(c, &id)
	if c.err != nil {
		return c.err
	}
	if s.find(id) != nil {
		return fmt.Errorf("%w: an account comes twice", ErrDamaged)
	}
	a := &account{turn: make(chan struct{}, 1), edit: 1}
	a.now.Store(s.empty)
	w := newWriter(ctx, s, a)
	defer w.over.Store(true)
	head := state{}
	head.codeHead(c)
	if err := restoreRows(ctx, c, w); err != nil {
		return unbelievable(err)
	}
	if err := restoreChanges(ctx, c, w, &head); err != nil {
		return unbelievable(err)
	}
	if err := s.keep(id, a); err != nil {
		return err
	}
	next := w.state
	if w.db != nil {
		next.rows.Commit()
		next.db, next.rows = w.db, w.db.Txn(false)
	}
	next.revision, next.account = head.revision, head.account
	for q, n := range head.sequences {
		next.raise(storage.Sequence(q), n)
	}
	next.claimed = 0
	next.compact(s.limits.changes)
	a.now.Store(next)
	return nil
}

// unbelievable says ErrDamaged where the stream says what cannot be.
func unbelievable(err error) error {
	for _, own := range []error{storage.ErrInvalid, storage.ErrExists, storage.ErrConflict, storage.ErrNotFound} {
		if errors.Is(err, own) {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	return err
}

// restored reads as many items as it is told and puts each.
func restored[T any](c *coder, walk func(*coder, *T), put func(T) error) error {
	for n := c.count(0); n > 0 && c.err == nil; n-- {
		var item T
		if walk(c, &item); c.err != nil {
			break
		}
		if err := put(item); err != nil {
			return err
		}
	}
	return c.err
}

func restoreRows(ctx context.Context, c *coder, w *writer) error {
	err := restored(c, codeUser, func(u user.User) error {
		if w.state.user(u.ID) != nil {
			return fmt.Errorf("%w: a user comes twice", ErrDamaged)
		}
		return w.PutUser(ctx, u)
	})
	if err != nil {
		return err
	}
	if err := restored(c, codeSecret, func(r secretRow) error { return w.PutSecret(ctx, r.id, r.secret) }); err != nil {
		return err
	}
	if err := restored(c, codeRef, func(r user.Ref) error { return w.PutRef(ctx, r) }); err != nil {
		return err
	}
	return restored(c, codeTransfer, func(t balance.Transfer) error { return w.PostTransfer(ctx, t) })
}

func restoreChanges(ctx context.Context, c *coder, w *writer, head *state) error {
	var known userStates
	w.state.eachUser(func(u *user.User) bool {
		known.add(c, u)
		return true
	})
	last := head.compacted
	w.state.compacted = last
	walk := func(c *coder, h *storage.Change) {
		codeChange(c, h)
		known.code(c, &h.Created)
	}
	return restored(c, walk, func(h storage.Change) error {
		if err := w.ready(ctx); err != nil {
			return err
		}
		if !last.Less(h.ID) || head.revision != 0 && h.ID.Revision > head.revision {
			return fmt.Errorf("%w: a change out of order", ErrDamaged)
		}
		last = h.ID
		w.state.changes.append(h)
		if w.state.changes.len() > 2*w.store.limits.changes {
			w.state.compact(w.store.limits.changes) // so that a long history takes no more memory than it may
		}
		return nil
	})
}
