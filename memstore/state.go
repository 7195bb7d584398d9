package memstore

import (
	"hash/maphash"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// numSequences is one more than the greatest storage.Sequence that there can be.
const numSequences = 16

// state is all that is known of an account at one revision. A published state never changes; a transaction works on
// a copy and publishes that.
type state struct {
	revision  user.Revision
	config    user.Revision // the greatest ConfigVersion of a user that was put
	account   *user.Account // nil: no settings yet
	sequences [numSequences]int64

	numUsers int
	live     int // of them
	users    vector[userSlot, facetTable]
	keys     *keyIndex
	claimed  int // keys added to the index by the transaction that works on this state
	logins   tree[place]
	displays tree[place]
	facets   tree[facetBlocks]
	totals   tree[facetTotal]

	own, world purse // of balance.Account and balance.World
	purses     vector[*pursePage, struct{}]
	transfers  log[transferRow]
	postings   int

	changes log[storage.Change]
	// compacted is the last change that is no longer kept.
	compacted storage.ChangeID

	numRefs int
	db      *memdb.MemDB
	rows    *memdb.Txn // reads db; inside a transaction that wrote rows, the one that wrote them
}

// userSlot is a page of users, and the signature of its texts, which searches look at before they look at the page.
type userSlot struct {
	page    *userPage
	triples *signature
}

// userPage holds 64 users with neighbouring ids and their texts.
type userPage struct {
	edit  uint64
	there uint64 // which of users are not nil
	text  *pageText
	users [fan]*user.User
}

func (p *userPage) own(edit uint64) *userPage {
	switch {
	case p == nil:
		return &userPage{edit: edit}
	case p.edit == edit:
		return p
	}
	c := *p
	c.edit = edit
	return &c
}

func pageOf(id user.ID) (page uint64, slot int) { return uint64(id) >> fanBits, int(id & fanMask) }

// user returns a user, nil if there is none. It must not be changed.
func (s *state) user(id user.ID) *user.User {
	if id <= 0 {
		return nil
	}
	n, slot := pageOf(id)
	if p := s.users.get(n).page; p != nil {
		return p.users[slot]
	}
	return nil
}

// putUser stores u, which must not be changed after, and brings up to date whatever finds users. old is the user
// with his id before, nil for a new one.
func (s *state) putUser(seed maphash.Seed, old, u *user.User, edit uint64) error {
	if old == nil || !user.SameKeys(*old, *u) {
		var before user.Keys
		if old != nil {
			before = old.Keys()
		}
		keys := u.Keys()
		if err := s.checkUnique(seed, u.ID, before, keys); err != nil {
			return err
		}
		s.claimed += s.changeKeys(seed, u.ID, before, keys)
	}
	s.changeOrders(old, u, edit)

	n, slot := pageOf(u.ID)
	here := s.users.get(n)
	here.page = here.page.own(edit)
	p := here.page
	p.users[slot] = u
	p.there |= 1 << slot
	if old == nil || !sameFacets(old, u) {
		s.changeFacets(n, slot, old, u, edit)
	}
	if old == nil || !sameText(old, u) {
		p.text, here.triples = p.text.with(slot, textRecord(u), here.triples)
	}
	s.users.set(n, here, edit)
	if old == nil {
		s.numUsers++
	}
	s.raise(storage.UserIDs, int64(u.ID))
	s.config = max(s.config, u.ConfigVersion)
	return nil
}

// raise makes sure that the sequence never gives id.
func (s *state) raise(q storage.Sequence, id int64) {
	s.sequences[q] = max(s.sequences[q], id)
}

// purse returns what a holder has and his newest entry.
func (s *state) purse(h balance.Holder) purse {
	switch {
	case h == balance.Account:
		return s.own
	case h == balance.World:
		return s.world
	case h < 0:
		return purse{}
	}
	n, slot := pageOf(user.ID(h))
	if p := s.purses.get(n); p != nil {
		return p.purses[slot]
	}
	return purse{}
}

func (s *state) setPurse(h balance.Holder, v purse, edit uint64) {
	switch h {
	case balance.Account:
		s.own = v
	case balance.World:
		s.world = v
	default:
		n, slot := pageOf(user.ID(h))
		p := s.purses.get(n).own(edit)
		p.purses[slot] = v
		s.purses.set(n, p, edit)
	}
}
