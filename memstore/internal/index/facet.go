package index

import (
	"slices"

	sets "github.com/ca74b63c/roster/internal/facet"
	"github.com/ca74b63c/roster/user"
)

// facet is one property that a query can filter by, such as "has skill 7". The highest byte is the
// kind of property, and the lower bits are the value.
type facet uint64

// What facets are about. The rare ones that every query asks for come first.
const (
	aboutDeleted facet = (iota + 1) << facetBits
	aboutDisabled
	aboutAPIUser
	aboutParentAccounting
	aboutKind
	aboutStatus
	aboutRole
	aboutSet // and those behind it, one for each facet.Set
)

const (
	facetBits = 56
	// aboutID is about one user. No table has such a facet, because an id says where its user is.
	aboutID facet = 0xFF << facetBits
	// others is the shared value of all values that are negative or too great for a facet. A user
	// that is found by such a facet must also be checked with Query.Match.
	others = 1<<facetBits - 1
)

// facetOf returns the facet of a value. exact is false if other values share the facet.
func facetOf(about facet, value int64) (f facet, exact bool) {
	if value < 0 || value >= others {
		return about | others, false
	}
	return about | facet(value), true
}

// roleFacet returns the facet of a role. exact is false for a role of the host, because all such
// roles share one facet.
func roleFacet(r user.Role) (f facet, exact bool) {
	if i, vendor := r.Vendor(); vendor {
		return facetOf(aboutRole, int64(i))
	}
	return aboutRole | others, false
}

// facetsOf appends the facets of the user u to list. A facet is one property that a query can
// filter by, such as "has skill 7". facetsOf then sorts the whole list, removes duplicates, and
// returns the list. Callers pass an empty list, to reuse its memory. Properties such as deleted or
// disabled add a facet only if they apply to the user.
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
		f, _ := roleFacet(r)
		list = append(list, f)
	}
	for m := range sets.Members(*u) {
		add(aboutMember(m.Set), m.Value)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// aboutMember returns what the facets of the members of a set are about.
func aboutMember(s sets.Set) facet { return aboutSet + facet(s)<<facetBits }

// sameFacets reports whether a and b certainly have the same facets. It compares the attributes
// that facets are derived from.
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

// customKey returns the key of the users with one value of a custom attribute. The key of the users
// with any value is the attribute's name alone.
func customKey(name string, v user.Value) string { return name + "=" + v.String() }

// customOf returns the custom attributes of u, and none if u is nil.
func customOf(u *user.User) user.Custom {
	if u == nil {
		return user.Custom{}
	}
	return u.Custom
}

// customKeys returns the keys of the custom attributes c in ascending order. Each attribute has two
// keys: one for its name alone, and one for its name with its value. The result is empty if c has
// no attributes.
func customKeys(c user.Custom) []string {
	keys := make([]string, 0, 2*c.Len())
	for name, v := range c.All() {
		keys = append(keys, name, customKey(name, v))
	}
	slices.Sort(keys)
	return keys
}
