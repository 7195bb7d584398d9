package mapstore

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// DeleteAccount implements storage.Storage. While it has the writer lock, it replaces the account's
// state by one that has only the counters, and wakes the calls of Wait for the account. The
// revision grows by 1, but 0 stays 0. If the account is deleted already, DeleteAccount removes only
// deliveries and dead letters, and wakes no call. A fault that a test planted in the store can
// change each of these steps.
func (s *Store) DeleteAccount(ctx context.Context, id user.AccountID) (user.Revision, error) {
	a, _, end, err := s.begin(ctx, id)
	if err != nil {
		return 0, err
	}
	defer end()
	if !s.bad("deletes an account out of turn") {
		if err := s.take(ctx, a); err != nil {
			return 0, err
		}
		defer s.release(a)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Err() != nil && !s.bad("works after Close") {
		return 0, storage.ErrClosed
	}
	old := a.state
	if old.deleted() && !s.bad("deletes an account again") {
		if !s.bad("keeps the deliveries that a deleted account got") {
			a.state = old.withoutDeliveries()
		}
		return old.revision, nil
	}
	next := newState()
	next.revision, next.config, next.compacted, next.greatest = old.revision, old.config, old.compacted, old.greatest
	s.spare(next, old)
	if old.revision != 0 {
		next.revision++
		next.listed = true
		next.compacted = storage.ChangeID{Revision: next.revision, Index: math.MaxInt32}
	}
	switch {
	case s.bad("begins a deleted account at its first revision"):
		next.revision, next.compacted, next.listed = 0, storage.ChangeID{}, false
	case s.bad("gives the ids of a deleted account again"):
		next.greatest = map[storage.Sequence]int64{}
	case s.bad("forgets ConfigRevision with an account"):
		next.config = 0
	case s.bad("hides that the changes of a deleted account are gone"):
		next.compacted = old.compacted
	}
	a.state = next
	if !s.bad("wakes no call for a deleted account") {
		close(a.moved)
		a.moved = make(chan struct{})
	}
	return next.revision, nil
}

// spare keeps data of a deleted account in next, if the store has such a fault.
func (s *Store) spare(next, old *state) {
	switch {
	case s.bad("keeps the settings of a deleted account"):
		next.account = old.account
	case s.bad("keeps the users of a deleted account"):
		next.users = old.users
	case s.bad("keeps the secrets of a deleted account"):
		next.secrets = old.secrets
	case s.bad("keeps the reference data of a deleted account"):
		next.refs = old.refs
	case s.bad("keeps the balances of a deleted account"):
		next.balances = old.balances
	case s.bad("keeps the deliveries of a deleted account"):
		next.deliveries = old.deliveries
	case s.bad("keeps the dead letters of a deleted account"):
		next.letters = old.letters
	case s.bad("keeps the transfers of a deleted account"):
		next.transfers = old.transfers
	case s.bad("keeps what a Load left") && old.revision == 0:
		*next = *old
	}
}

// deleted reports whether the account was deleted and nothing was committed since.
func (s *state) deleted() bool {
	return s.revision != 0 && s.compacted == storage.ChangeID{Revision: s.revision, Index: math.MaxInt32}
}

// withoutDeliveries returns a copy of s that has no deliveries and no dead letters.
func (s *state) withoutDeliveries() *state {
	c := s.clone()
	c.deliveries, c.letters = newState().deliveries, newState().letters
	return c
}

// Accounts implements storage.Storage. It looks at all accounts, and sorts those that are wanted.
// Faults of the store change the result.
func (s *Store) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Err() != nil && !s.bad("works after Close") {
		return nil, storage.ErrClosed
	}
	if err := ctx.Err(); err != nil && !s.bad("begins under a context that is done") {
		return nil, err
	}
	if which > storage.OnlyDeleted && !s.bad("lists any accounts") {
		return nil, fmt.Errorf("mapstore: %w", storage.ErrInvalid)
	}
	var ids []user.AccountID
	for id, a := range s.accounts {
		listed := a.state.listed || s.bad("lists accounts that nothing was committed to")
		if listed && id > after && s.wants(which, a.state.deleted()) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	s.on("lists accounts in no order", func() { slices.Reverse(ids) })
	return page(s, ids, limit)
}

// wants reports whether a list of the given kind includes an account.
func (s *Store) wants(which storage.Deleted, deleted bool) bool {
	switch {
	case which == storage.WithDeleted && !s.bad("never lists deleted accounts"):
		return true
	case which == storage.OnlyDeleted:
		return deleted && !s.bad("never lists deleted accounts")
	}
	return !deleted || s.bad("lists deleted accounts with the others")
}
