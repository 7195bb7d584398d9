package memstore

import (
	"cmp"
	"hash/maphash"
	"math"
	"math/bits"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// sortable is the most users that are found first and sorted then. If a query in an order other than by id finds
// more, the users are walked in that order, and so many find one that is wanted soon.
const sortable = 2048

// search answers one query on one state.
type search struct {
	state *state
	seed  maphash.Seed
	q     *storage.Query
	plan  plan
	cut   cut
}

func newSearch(s *state, seed maphash.Seed, q *storage.Query) *search {
	found := &search{state: s, seed: seed, q: q, plan: planOf(q)}
	found.cut.plan = &found.plan
	return found
}

// count counts the users that the query wants.
func (s *search) count() int {
	n := 0
	if few, ok := s.named(); ok {
		return len(few)
	}
	if n, ok := s.plan.total(s.state); ok {
		return n
	}
	s.pages(0, math.MaxInt64, false, func(page *userPage, found uint64) bool {
		if !s.plan.match {
			n += bits.OnesCount64(found)
			return true
		}
		for found != 0 {
			var slot int
			if slot, found = lowest(found); s.q.Match(*page.users[slot]) {
				n++
			}
		}
		return true
	})
	return n
}

// list returns the users of the answer, in order.
func (s *search) list() []*user.User {
	if few, ok := s.named(); ok {
		return s.sorted(few)
	}
	t := s.state.orderTree(s.q.Order)
	if t == nil {
		return s.byID()
	}
	if few, ok := s.few(); ok {
		return s.sorted(few)
	}
	return s.walk(t)
}

// answer collects what comes in order.
type answer struct {
	users []*user.User
	skip  int
	most  int
}

func (s *search) answer() *answer { return &answer{skip: s.q.Offset, most: s.q.Max()} }

// add takes the next user and reports whether more are wanted.
func (a *answer) add(u *user.User) bool {
	if a.skip > 0 {
		a.skip--
		return true
	}
	a.users = append(a.users, u)
	return len(a.users) < a.most
}

// named returns all users that the query wants, if it names them by id or key.
func (s *search) named() ([]*user.User, bool) {
	var list []*user.User
	add := func(u *user.User) bool {
		if u != nil && s.q.Match(*u) {
			list = append(list, u)
		}
		return true
	}
	switch {
	case s.q.Key.Kind != 0:
		s.state.claimants(s.seed, s.q.Key, add)
	case s.q.IDs != nil:
		ids := slices.Clone(s.q.IDs)
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			add(s.state.user(id))
		}
	default:
		return nil, false
	}
	return list, true
}

// sorted returns the answer from all users that the query wants.
func (s *search) sorted(list []*user.User) []*user.User {
	type placed struct {
		storage.Position
		user *user.User
	}
	var all []placed
	for _, u := range list {
		if p := s.q.PositionOf(*u); s.q.Beyond(p) {
			all = append(all, placed{p, u})
		}
	}
	slices.SortFunc(all, func(a, b placed) int { return s.q.Compare(a.Position, b.Position) })
	a := s.answer()
	for _, p := range all {
		if !a.add(p.user) {
			break
		}
	}
	return a.users
}

// few returns all users that the query wants, if they are not too many to sort.
func (s *search) few() ([]*user.User, bool) {
	var list []*user.User
	enough := true
	s.pages(0, math.MaxInt64, false, func(page *userPage, found uint64) bool {
		for found != 0 {
			var slot int
			slot, found = lowest(found)
			if u := page.users[slot]; !s.plan.match || s.q.Match(*u) {
				list = append(list, u)
			}
		}
		enough = len(list) <= sortable
		return enough
	})
	return list, enough
}

// walk tests the users in the order of a tree.
func (s *search) walk(t *tree[place]) []*user.User {
	a := s.answer()
	test := func(at place) bool {
		if !s.q.Beyond(storage.Position{Key: at.key, ID: at.id}) {
			return true // the position itself
		}
		n, slot := pageOf(at.id)
		s.cut.move(n>>fanBits, s.state.users.ofBlock(n>>fanBits))
		page := s.state.users.get(n).page
		if s.plan.text(page, s.cut.of(int(n&fanMask))&(1<<slot)) == 0 {
			return true
		}
		u := page.users[slot]
		if s.plan.match && !s.q.Match(*u) {
			return true
		}
		return a.add(u)
	}
	var from *place
	if after := s.q.After; after != nil {
		from = &place{after.Key, after.ID}
	}
	if s.q.Descending {
		t.descend(from, test)
	} else {
		t.ascend(from, test)
	}
	return a.users
}

// byID takes the users in the order of their ids, whole words at a time.
func (s *search) byID() []*user.User {
	a := s.answer()
	first, last := user.ID(1), user.ID(math.MaxInt64)
	if after := s.q.After; after != nil {
		// By id all keys are empty, so a position with a key is behind all users or, descending, before all.
		beyond := cmp.Compare(after.Key, "") > 0
		switch {
		case beyond && !s.q.Descending:
			return nil
		case beyond:
		case s.q.Descending:
			if last = after.ID; last <= 1 {
				return nil
			}
			last--
		default:
			if after.ID == math.MaxInt64 {
				return nil
			}
			first = max(first, after.ID+1)
		}
	}
	s.pages(first, last, s.q.Descending, func(page *userPage, found uint64) bool {
		if n := bits.OnesCount64(found); !s.plan.match && n <= a.skip {
			a.skip -= n
			return true
		}
		for found != 0 {
			var slot int
			if s.q.Descending {
				slot, found = highest(found)
			} else {
				slot, found = lowest(found)
			}
			if u := page.users[slot]; (!s.plan.match || s.q.Match(*u)) && !a.add(u) {
				return false
			}
		}
		return true
	})
	return a.users
}

// pages calls yield with each page that has users from first to last that the plan finds, and with those, ascending
// or descending, until it returns false.
func (s *search) pages(first, last user.ID, down bool, yield func(page *userPage, found uint64) bool) {
	low, lowSlot := pageOf(first)
	high, highSlot := pageOf(last)
	start, step, next := low, uint64(1), lowest
	if down {
		start, step, next = high, ^uint64(0), highest
	}
	for at := start >> fanBits; ; at += step {
		block, ok := s.plan.nextBlock(s.state, at, down)
		if !ok || !down && block > high>>fanBits || down && block < low>>fanBits {
			return
		}
		at = block
		pages := s.state.users.block(block)
		s.cut.move(block, s.state.users.ofBlock(block))
		for may := s.cut.pages; may != 0; {
			var i int
			i, may = next(may)
			n, page := block<<fanBits|uint64(i), pages[i].page
			if page == nil || n < low || n > high || !s.plan.signed(pages[i].triples) {
				continue
			}
			found := s.cut.of(i)
			if n == low {
				found &= ^uint64(0) << lowSlot
			}
			if n == high {
				found &= ^uint64(0) >> (fan - 1 - highSlot)
			}
			if len(s.plan.all) == 0 || s.plan.ids { // no set has said that these users exist
				found &= page.there
			}
			if found = s.plan.text(page, found); found != 0 && !yield(page, found) {
				return
			}
		}
		if down && block == 0 {
			return
		}
	}
}
