package memstore

import (
	"cmp"
	"slices"

	"github.com/ca74b63c/roster/user"
)

// facet is one property that a query can ask for, such as "has skill 7": what it is about in the highest byte, the
// value below. Users who share a facet are the bits of words, so that filters are arithmetic.
type facet uint64

// What facets are about. The order puts the rare ones that every query asks for first.
const (
	aboutDeleted facet = (iota + 1) << facetBits
	aboutDisabled
	aboutAPIUser
	aboutParentAccounting
	aboutKind
	aboutStatus
	aboutRole
	aboutApplication
	aboutSkill
	aboutQueue
	aboutGroup
	aboutMemberOf
	aboutManagerOf
	aboutProfile
	aboutLineOfBusiness
	aboutPermissionGroup
	aboutID // of one user; no table has it, since an id says where its user is
)

const (
	facetBits = 56
	// others is the value of all that are too great or negative. Users found by it must be matched one by one.
	others = 1<<facetBits - 1
)

// facetOf returns the facet for a value, and whether it stands for that value alone.
func facetOf(about facet, value int64) (f facet, exact bool) {
	if value < 0 || value >= others {
		return about | others, false
	}
	return about | facet(value), true
}

// facetsOf appends the facets of u to list, sorted, each once.
func facetsOf(u *user.User, list []facet) []facet {
	add := func(about facet, value int64) {
		f, _ := facetOf(about, value)
		list = append(list, f)
	}
	flag := func(about facet, holds bool) {
		if holds {
			list = append(list, about)
		}
	}
	flag(aboutDeleted, !u.Live())
	flag(aboutDisabled, !u.Enabled())
	flag(aboutAPIUser, u.Identity.APIUser)
	flag(aboutParentAccounting, u.Billing.ParentAccounting)
	add(aboutKind, int64(u.Identity.Kind))
	add(aboutStatus, int64(u.Presence.Status))
	for r := range u.Access.Roles.All() {
		add(aboutRole, int64(r))
	}
	addAll(add, aboutApplication, u.Access.Applications)
	addAll(add, aboutSkill, u.Capacity.Skills)
	addAll(add, aboutQueue, u.Capacity.Queues)
	addAll(add, aboutGroup, u.Access.Groups)
	if u.Capacity.MemberOf.Group != 0 {
		add(aboutMemberOf, int64(u.Capacity.MemberOf.Group))
	}
	for a := range u.Management.ManagerOf.All() {
		add(aboutManagerOf, int64(a.Group))
	}
	addAll(add, aboutProfile, u.Access.Profiles)
	addAll(add, aboutLineOfBusiness, u.Access.LinesOfBusiness)
	addAll(add, aboutPermissionGroup, u.Access.PermissionGroups)
	slices.Sort(list)
	return slices.Compact(list)
}

func addAll[T ~int64](add func(facet, int64), about facet, ids user.IDs[T]) {
	for id := range ids.All() {
		add(about, int64(id))
	}
}

// sameFacets reports whether a and b have the same facets for certain, without listing them.
func sameFacets(a, b *user.User) bool {
	return a.Live() == b.Live() && a.Access.Disabled == b.Access.Disabled &&
		a.Identity.APIUser == b.Identity.APIUser && a.Billing == b.Billing &&
		a.Identity.Kind == b.Identity.Kind && a.Presence.Status == b.Presence.Status &&
		a.Access.Roles == b.Access.Roles &&
		a.Access.Applications.Equal(b.Access.Applications) &&
		a.Capacity.Skills.Equal(b.Capacity.Skills) && a.Capacity.Queues.Equal(b.Capacity.Queues) &&
		a.Access.Groups.Equal(b.Access.Groups) && a.Capacity.MemberOf.Group == b.Capacity.MemberOf.Group &&
		a.Management.ManagerOf.Equal(b.Management.ManagerOf) &&
		a.Access.Profiles.Equal(b.Access.Profiles) &&
		a.Access.LinesOfBusiness.Equal(b.Access.LinesOfBusiness) &&
		a.Access.PermissionGroups.Equal(b.Access.PermissionGroups)
}

// differences returns what is only in a and what is only in b, both sorted.
func differences(a, b []facet) (onlyA, onlyB []facet) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			onlyA, a = append(onlyA, a[0]), a[1:]
		case a[0] > b[0]:
			onlyB, b = append(onlyB, b[0]), b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
	return append(onlyA, a...), append(onlyB, b...)
}

// facetBlocks says which blocks of 64 neighbouring blocks have a facet.
type facetBlocks struct {
	facet  facet
	group  uint64 // the blocks from 64 × group on
	blocks uint64 // never 0 in the tree
}

func (a facetBlocks) compare(b facetBlocks) int {
	if c := cmp.Compare(a.facet, b.facet); c != 0 {
		return c
	}
	return cmp.Compare(a.group, b.group)
}

// mark records whether a block has the facet.
func (s *state) mark(f facet, block uint64, has bool, edit uint64) {
	item := facetBlocks{facet: f, group: block >> fanBits}
	if found, ok := s.facets.get(item); ok {
		item = found
	}
	if bit := uint64(1) << (block & fanMask); has {
		item.blocks |= bit
	} else {
		item.blocks &^= bit
	}
	if item.blocks == 0 {
		s.facets.remove(item, edit)
		return
	}
	s.facets.put(item, edit)
}

// firstUncounted is behind the facets whose totals are kept: what dashboards ask for. The others are sorted behind them,
// are many, and are counted when somebody asks.
const firstUncounted = aboutSkill

// facetTotal counts the live users who have a facet.
type facetTotal struct {
	facet facet
	users int // never 0 in the tree
}

func (a facetTotal) compare(b facetTotal) int { return cmp.Compare(a.facet, b.facet) }

// total returns how many live users have the facet.
func (s *state) total(f facet) int {
	t, _ := s.totals.get(facetTotal{facet: f})
	return t.users
}

// changeFacets brings sets, blocks and totals up to date with what is new of the user in a slot of page n.
func (s *state) changeFacets(n uint64, slot int, old, u *user.User, edit uint64) {
	var oldRoom, newRoom [64]facet // enough for nearly everybody; append makes more
	before, after := oldRoom[:0], facetsOf(u, newRoom[:0])
	if old != nil {
		before = facetsOf(old, before)
	}
	gone, come := differences(before, after)
	if len(gone)+len(come) == 0 {
		return
	}
	block := n >> fanBits
	table := s.users.ofBlock(block).own(edit)
	for _, f := range gone {
		if table.remove(f, int(n&fanMask), slot, edit) {
			s.mark(f, block, false, edit)
		}
	}
	for _, f := range come {
		if table.add(f, int(n&fanMask), slot, edit) {
			s.mark(f, block, true, edit)
		}
	}
	s.users.setBlock(block, table, edit)

	lived, lives := old != nil && old.Live(), u.Live()
	switch {
	case lived && lives:
		s.addTotals(gone, -1, edit)
		s.addTotals(come, 1, edit)
	case lived:
		s.live--
		s.addTotals(before, -1, edit)
	case lives:
		s.live++
		s.addTotals(after, 1, edit)
	}
}

func (s *state) addTotals(list []facet, by int, edit uint64) {
	for _, f := range list {
		if f >= firstUncounted {
			return
		}
		if n := s.total(f) + by; n != 0 {
			s.totals.put(facetTotal{f, n}, edit)
		} else {
			s.totals.remove(facetTotal{facet: f}, edit)
		}
	}
}
