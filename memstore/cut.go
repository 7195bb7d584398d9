package memstore

// cut is what a plan is about in one block: which of its users have the facets that the plan names. A search makes one
// and moves it from block to block.
type cut struct {
	plan *plan
	// pages are those that may have users that the plan finds.
	pages uint64
	// sets are the users for the facets of each group, one group behind the other, and for those that none may have but
	// somebody has.
	sets []*userBits
}

// move makes the cut that of a block, of which t is the table.
func (c *cut) move(block uint64, t facetTable) {
	c.pages, c.sets = ^uint64(0), c.sets[:0]
	for _, group := range c.plan.all {
		var pages uint64
		for _, f := range group {
			users := t.users(f)
			if f >= aboutID {
				users = f.userIn(block)
			}
			if users != nil {
				pages |= users.pages
			}
			c.sets = append(c.sets, users)
		}
		c.pages &= pages
	}
	for _, f := range c.plan.none {
		if users := t.users(f); users != nil {
			c.sets = append(c.sets, users)
		}
	}
}

// of returns which users of a page have the plan's facets. Where the plan asks for none, those that nobody has may be
// among them.
func (c *cut) of(page int) uint64 {
	found, sets := ^uint64(0), c.sets
	for _, group := range c.plan.all {
		var some uint64
		for _, users := range sets[:len(group)] {
			some |= users.of(page)
		}
		if found &= some; found == 0 {
			return 0
		}
		sets = sets[len(group):]
	}
	for _, users := range sets {
		found &^= users.of(page)
	}
	return found
}
