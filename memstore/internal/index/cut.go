package index

import (
	"math/bits"

	"github.com/ca74b63c/roster/user"
)

// Cut is a plan prepared for one block.
type Cut struct {
	plan  *Plan
	block *Block
	first user.ID // the id of the block's first user
	pages uint64  // those that may have users that the plan finds
	// sets has the users for the facets of each group, one group behind the other, then the users
	// with each custom attribute, and behind them the users with what none may have.
	sets []*userBits
}

// On returns a Cut, which finds the users of the block b that match the plan. number is the number
// of the block. If b is nil or the plan matches no user, the Cut finds no user. On gets the sets of
// users for the plan's filters from b, once for all pages of the block.
func (p *Plan) On(number uint64, b *Block) *Cut {
	c := &Cut{plan: p, block: b, first: user.ID(number << BlockBits)}
	if b == nil || p.empty {
		return c
	}
	c.pages = ^uint64(0)
	for _, group := range p.all {
		var pages uint64
		for _, f := range group {
			users := b.facets.users(f)
			if f >= aboutID {
				users = c.only(user.ID(f &^ aboutID))
			}
			if users != nil {
				pages |= users.pages
			}
			c.sets = append(c.sets, users)
		}
		c.pages &= pages
	}
	for _, key := range p.custom {
		users := b.custom.users(key)
		if users == nil {
			c.pages = 0
			return c
		}
		c.pages &= users.pages
		c.sets = append(c.sets, users)
	}
	for _, key := range p.noCustom {
		if users := b.custom.users(key); users != nil {
			c.sets = append(c.sets, users)
		}
	}
	for _, f := range p.none {
		if users := b.facets.users(f); users != nil {
			c.sets = append(c.sets, users)
		}
	}
	return c
}

// only returns the set that contains only the user with the id. It returns nil if the user does not
// belong to the block of c. It does not check whether the user exists.
func (c *Cut) only(id user.ID) *userBits {
	if Number(id) != Number(c.first) {
		return nil
	}
	n, slot := place(id)
	return &userBits{pages: 1 << n, words: []uint64{1 << slot}}
}

// Has reports whether the plan finds the user, who must belong to the block.
func (c *Cut) Has(id user.ID) bool {
	n, slot := place(id)
	return c.pages>>n&1 != 0 && c.found(n, 1<<slot) != 0
}

// Count returns the number of users of the block that the plan finds.
func (c *Cut) Count() (total int) {
	for may := c.pages; may != 0; {
		var n int
		n, may = lowest(may)
		total += bits.OnesCount64(c.found(n, ^uint64(0)))
	}
	return total
}

// Find calls yield with the id of each user that the plan finds in the block, for ids from first to
// last inclusive. The ids are in descending order if down is set, and otherwise in ascending order.
// Find stops when yield returns false, and then returns false. Otherwise it returns true.
func (c *Cut) Find(first, last user.ID, down bool, yield func(user.ID) bool) bool {
	next := lowest
	if down {
		next = highest
	}
	for may := c.pages; may != 0; {
		var n, slot int
		n, may = next(may)
		low := c.first + user.ID(n)<<pageBits
		high := low + (pageSize - 1)
		if high < first || low > last {
			continue
		}
		among := ^uint64(0)
		if low < first {
			among &= ^uint64(0) << (first - low)
		}
		if high > last {
			among &= ^uint64(0) >> (high - last)
		}
		for found := c.found(n, among); found != 0; {
			if slot, found = next(found); !yield(low + user.ID(slot)) {
				return false
			}
		}
	}
	return true
}

// found returns the users of page n that the plan finds, limited to the users in among. The numbers
// among and found are sets of users: each bit is one user, and the position of the bit is the
// user's index in the page.
func (c *Cut) found(n int, among uint64) uint64 {
	p := &c.block.pages[n]
	found, sets := among&p.there, c.sets
	for _, group := range c.plan.all {
		var some uint64
		for _, users := range sets[:len(group)] {
			some |= users.of(n)
		}
		if found &= some; found == 0 {
			return 0
		}
		sets = sets[len(group):]
	}
	for _, users := range sets[:len(c.plan.custom)] {
		found &= users.of(n)
	}
	for _, users := range sets[len(c.plan.custom):] {
		found &^= users.of(n)
	}
	if found == 0 || len(c.plan.parts) == 0 {
		return found
	}
	for i := range c.plan.parts {
		if !c.plan.parts[i].mayBeIn(p.text.signature) {
			return 0
		}
	}
	for i := range c.plan.parts {
		if found = p.text.find(&c.plan.parts[i], found); found == 0 {
			return 0
		}
	}
	return found
}
