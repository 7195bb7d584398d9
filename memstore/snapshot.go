package memstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Errors of Restore.
var (
	// ErrDamaged means that a stream is no snapshot, was cut off or changed, or says what cannot be.
	ErrDamaged = errors.New("memstore: the snapshot is damaged")
	// ErrVersion means that another version of this package wrote the snapshot, in a format that this one cannot read.
	ErrVersion = errors.New("memstore: the snapshot is of another version")
)

// checkEvery is after how many items a snapshot looks whether its context is done.
const checkEvery = 1024

// Snapshot writes all accounts to w, each as it is at one moment, while readers and writers go on. The stream holds
// everything, the hashes of passwords too: keep it as you keep the passwords. The same data give the same bytes.
//
// Errors: storage.ErrInvalid without a context or a writer, storage.ErrClosed, the context's, w's.
func (s *Store) Snapshot(ctx context.Context, w io.Writer) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	if w == nil {
		return fmt.Errorf("memstore: a snapshot needs a writer: %w", storage.ErrInvalid)
	}
	frames, err := newFrameWriter(w)
	if err != nil {
		return fmt.Errorf("memstore: writing a snapshot: %w", err)
	}
	c := &coder{to: bufio.NewWriterSize(frames, frameBytes)}
	for _, id := range s.allNames() {
		more := true
		flag(c, &more)
		text(c, &id)
		s.find(id).now.Load().write(c, func() bool {
			if s.isClosed() {
				c.fail(storage.ErrClosed)
			}
			if err := ctx.Err(); err != nil {
				c.fail(err)
			}
			return c.err == nil
		})
		if c.err != nil {
			break
		}
	}
	more := false
	flag(c, &more)
	if c.err == nil {
		c.err = c.to.Flush()
	}
	if c.err == nil {
		c.err = frames.end()
	}
	if c.err != nil {
		return fmt.Errorf("memstore: writing a snapshot: %w", c.err)
	}
	return nil
}

func (s *Store) allNames() []user.AccountID {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []user.AccountID
	s.names.ascend(nil, func(n name) bool {
		list = append(list, user.AccountID(n))
		return true
	})
	return list
}

// codeHead is what an account has one of.
func (s *state) codeHead(c *coder) {
	integer(c, &s.revision)
	integer(c, &s.compacted.Revision)
	integer(c, &s.compacted.Index)
	for i := range s.sequences {
		integer(c, &s.sequences[i])
	}
	there := s.account != nil
	if flag(c, &there); there {
		a := user.Account{}
		if s.account != nil {
			a = *s.account
		}
		codeAccount(c, &a)
		s.account = &a
	}
}

// write writes an account. going is asked from time to time whether to go on.
func (s *state) write(c *coder, going func() bool) {
	head := *s
	head.codeHead(c)
	known := userStates{number: make(map[*user.User]uint64, s.numUsers)}
	done := 0
	on := func() bool {
		done++
		return c.err == nil && (done%checkEvery != 0 || going())
	}

	c.count(s.numUsers)
	secrets := 0
	s.eachUser(func(u *user.User) bool {
		codeUser(c, u)
		known.add(c, u)
		return on()
	})
	rows := tableRows[secretRow](c, s, tableSecrets)
	for range rows {
		secrets++
	}
	c.count(secrets)
	for r := range rows {
		if codeSecret(c, r); !on() {
			return
		}
	}
	c.count(s.numRefs)
	for r := range tableRows[refRow](c, s, tableRefs) {
		if codeRef(c, &r.Ref); !on() {
			return
		}
	}
	c.count(s.transfers.len())
	for i := s.transfers.first; i < s.transfers.end && on(); i++ {
		t := s.transfers.at(i).Transfer
		codeTransfer(c, &t)
	}
	c.count(s.changes.len())
	for i := s.changes.first; i < s.changes.end && on(); i++ {
		h := *s.changes.at(i)
		codeChange(c, &h)
		known.code(c, &h.Created)
	}
}

// eachUser calls yield with all users in ascending order of their ids, until it returns false.
func (s *state) eachUser(yield func(*user.User) bool) {
	for b, ok := s.users.nextBlock(0); ok; b, ok = s.users.nextBlock(b + 1) {
		for _, slot := range s.users.block(b) {
			if slot.page == nil {
				continue
			}
			for _, u := range slot.page.users {
				if u != nil && !yield(u) {
					return
				}
			}
		}
	}
}

// tableRows yields the rows of a table in the order of their keys.
func tableRows[T any](c *coder, s *state, table string) func(yield func(*T) bool) {
	return func(yield func(*T) bool) {
		rows, err := s.rows.Get(table, byID)
		if err != nil {
			c.fail(err)
			return
		}
		each[T](rows)(yield)
	}
}
