package mapstore

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// state is the data of an account at one revision. A committed state is immutable.
type state struct {
	revision  user.Revision
	config    user.Revision // the greatest ConfigVersion of a user that was put
	listed    bool          // something was committed to it
	account   *user.Account
	users     map[user.ID]user.User
	first     map[user.ID]user.User // what was put first: for a fault
	secrets   map[user.ID]user.Secret
	refs      map[referenceID]user.Reference
	names     map[referenceName]int64 // that were ever taken: for a fault
	balances  map[balance.Holder]balance.Units
	transfers []balance.Transfer // ascending
	changes   []storage.Change   // ascending
	compacted storage.ChangeID
	greatest  map[storage.Sequence]int64

	deliveries map[string]storage.Delivery
	letters    map[letterID]storage.DeadLetter
}

type letterID struct {
	name   string
	change storage.ChangeID
}

type referenceName struct {
	kind user.ReferenceKind
	name string
}

type referenceID struct {
	kind user.ReferenceKind
	id   int64
}

func newState() *state {
	return &state{
		users:    make(map[user.ID]user.User),
		first:    make(map[user.ID]user.User),
		secrets:  make(map[user.ID]user.Secret),
		refs:     make(map[referenceID]user.Reference),
		names:    make(map[referenceName]int64),
		balances: make(map[balance.Holder]balance.Units),
		greatest: make(map[storage.Sequence]int64),

		deliveries: make(map[string]storage.Delivery),
		letters:    make(map[letterID]storage.DeadLetter),
	}
}

func (s *state) clone() *state {
	c := *s
	if s.account != nil {
		a := *s.account
		c.account = &a
	}
	c.users, c.first, c.secrets = maps.Clone(s.users), maps.Clone(s.first), maps.Clone(s.secrets)
	c.names = maps.Clone(s.names)
	c.refs, c.balances, c.greatest = maps.Clone(s.refs), maps.Clone(s.balances), maps.Clone(s.greatest)
	c.deliveries, c.letters = maps.Clone(s.deliveries), maps.Clone(s.letters)
	c.transfers, c.changes = slices.Clone(s.transfers), slices.Clone(s.changes)
	return &c
}

func copyTransfer(t balance.Transfer) balance.Transfer {
	t.Postings, t.Skipped = slices.Clone(t.Postings), slices.Clone(t.Skipped)
	return t
}

// page returns a copy of the first items of list, at most limit (0 means storage.MaxPage). It
// returns nil if there are no items. Errors: storage.ErrInvalid for a limit below 0 or above
// storage.MaxPage. Faults of the store s change the result.
func page[T any](s *Store, list []T, limit int) ([]T, error) {
	if (limit < 0 || limit > storage.MaxPage) && !s.bad("takes any limit") {
		return nil, fmt.Errorf("mapstore: limit %d: %w", limit, storage.ErrInvalid)
	}
	if limit <= 0 {
		limit = storage.MaxPage
	}
	if limit > storage.MaxPage || limit == storage.MaxPage && s.bad("has no greatest page") {
		limit = len(list)
	}
	if s.bad("ignores limits") {
		return list, nil
	}
	return found(s, list[:min(limit, len(list))]), nil
}

// found returns a copy of a list, and nil for an empty one.
func found[T any](s *Store, list []T) []T {
	if len(list) == 0 && !s.bad("finds nothing in a list of its own") {
		return nil
	}
	return append([]T{}, list...)
}

// commit makes the state of writer w the state of account a, and returns the account's new
// revision. If w wrote anything but deliveries and ids, the revision grows by 1, and commit wakes
// the calls of Wait. After a call of Load, the new revision is the loaded one. Faults of the store
// change the result.
func (s *Store) commit(a *account, w *writer, id user.AccountID) user.Revision {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := w.state
	switch {
	case !w.wrote && w.quiet && s.bad("forgets a delivery that comes alone"):
		next = w.base
	case !w.wrote && s.bad("forgets ids that nothing was put under"):
		next = w.base
	case s.bad("commits nothing") && w.wrote:
		next = w.base.clone()
		next.revision++
	case w.loading:
		next.revision = w.loadedRevision()
		next.listed = next.revision > 0 || s.bad("lists accounts that are being loaded")
	case w.wrote:
		next.revision = w.base.revision + 1
		next.listed = true
	case w.quiet && s.bad("lists accounts for a delivery"):
		next.listed = true
	case s.bad("counts a transaction that wrote nothing"):
		next.revision = w.base.revision + 1
	}
	if s.bad("counts revisions by two") && w.wrote {
		next.revision++
	}
	if s.bad("commits users before the rest") && w.wrote {
		half := w.base.clone()
		for id, u := range next.users {
			if id%2 == 0 {
				half.users[id] = u
			}
		}
		a.state, a.half = half, true
		s.mu.Unlock()
		s.wait(10, func() bool { return a.views > 0 })
		s.mu.Lock()
	}
	a.state = next
	if w.wrote && !s.bad("wakes no call") || w.quiet && s.bad("Wait returns for a delivery") {
		close(a.moved)
		a.moved = make(chan struct{})
	}
	return next.revision
}
