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

// facetTable says for one page which of its users have which facet. It is never changed after it was made.
type facetTable struct {
	facets []facet // sorted
	bits   []uint64
}

// get returns the users who have f.
func (t *facetTable) get(f facet) uint64 {
	if i, found := slices.BinarySearch(t.facets, f); found {
		return t.bits[i]
	}
	return 0
}

// change returns the table with one user's facets changed from old to new, both sorted. It tells edge each facet that
// the page did not have before, or has no more.
func (t facetTable) change(bit uint64, old, new []facet, edge func(f facet, has bool)) facetTable {
	room := len(t.facets) + len(new)
	c := facetTable{append(make([]facet, 0, room), t.facets...), append(make([]uint64, 0, room), t.bits...)}
	for _, f := range old {
		if _, kept := slices.BinarySearch(new, f); kept {
			continue
		}
		i, found := slices.BinarySearch(c.facets, f)
		if !found {
			continue
		}
		if c.bits[i] &^= bit; c.bits[i] == 0 {
			c.facets, c.bits = slices.Delete(c.facets, i, i+1), slices.Delete(c.bits, i, i+1)
			edge(f, false)
		}
	}
	for _, f := range new {
		i, found := slices.BinarySearch(c.facets, f)
		if !found {
			c.facets, c.bits = slices.Insert(c.facets, i, f), slices.Insert(c.bits, i, 0)
			edge(f, true)
		}
		c.bits[i] |= bit
	}
	return c
}

// facetBlock says which pages of a block of 64 pages have a facet.
type facetBlock struct {
	facet facet
	block uint64
	pages uint64 // never 0 in the tree
}

func (a facetBlock) compare(b facetBlock) int {
	if c := cmp.Compare(a.facet, b.facet); c != 0 {
		return c
	}
	return cmp.Compare(a.block, b.block)
}

// mark records whether page n has the facet.
func mark(t *tree[facetBlock], f facet, n uint64, has bool, edit uint64) {
	item := facetBlock{facet: f, block: n >> fanBits}
	if found, ok := t.get(item); ok {
		item = found
	}
	if has {
		item.pages |= 1 << (n & fanMask)
	} else {
		item.pages &^= 1 << (n & fanMask)
	}
	if item.pages == 0 {
		t.remove(item, edit)
		return
	}
	t.put(item, edit)
}
