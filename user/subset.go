package user

import (
	"cmp"
	"slices"
)

// Subset is a condition on users. A user is in the subset if every part that is set holds, so the
// zero Subset contains every user. A list of subsets contains the users that are in at least one
// of them.
type Subset struct {
	ID      ID        // the user with this id; 0: any
	Groups  []GroupID // members of one of these agent groups; nil: any
	Without Roles     // users with none of these roles
}

// Has reports whether u is in the subset.
func (s Subset) Has(u User) bool {
	group := u.Capacity.MemberOf.Group
	return (s.ID == 0 || s.ID == u.ID) && !u.Access.Roles.HasAny(s.Without) &&
		(s.Groups == nil || group != 0 && slices.Contains(s.Groups, group))
}

// Every reports whether the subset contains every user of every account.
func (s Subset) Every() bool { return s.ID == 0 && s.Groups == nil && s.Without.IsZero() }

// holds reports whether the subset contains every user of t.
func (s Subset) holds(t Subset) bool {
	return (s.ID == 0 || s.ID == t.ID) && t.Without.HasAll(s.Without) && (s.Groups == nil || t.Groups != nil &&
		!slices.ContainsFunc(t.Groups, func(g GroupID) bool { return !slices.Contains(s.Groups, g) }))
}

// InSubsets reports whether u is in one of the subsets.
func InSubsets(list []Subset, u User) bool {
	return slices.ContainsFunc(list, func(s Subset) bool { return s.Has(u) })
}

// AddSubset returns the list with s, without subsets that another one contains. It may change
// list.
func AddSubset(list []Subset, s Subset) []Subset {
	if slices.ContainsFunc(list, func(t Subset) bool { return t.holds(s) }) {
		return list
	}
	return append(slices.DeleteFunc(list, s.holds), s)
}

// IntersectSubsets returns a list of subsets with the users that are in both of the lists a and b.
// A user is in a list if the user is in at least one subset of the list.
//
// The result has the intersection of each subset of a with each subset of b, with two exceptions.
// It does not have an intersection without users: the two subsets require different ids or have no
// group in common. It does not have an intersection that another one contains. If none remains, the
// result is empty, but not nil. a and b do not change.
func IntersectSubsets(a, b []Subset) []Subset {
	both := []Subset{}
	for _, s := range a {
		for _, t := range b {
			if s.ID != 0 && t.ID != 0 && s.ID != t.ID {
				continue
			}
			u := Subset{ID: cmp.Or(s.ID, t.ID), Groups: s.Groups, Without: s.Without.With(t.Without)}
			switch {
			case s.Groups == nil:
				u.Groups = t.Groups
			case t.Groups != nil:
				u.Groups = []GroupID{}
				for _, g := range s.Groups {
					if slices.Contains(t.Groups, g) {
						u.Groups = append(u.Groups, g)
					}
				}
				if len(u.Groups) == 0 {
					continue
				}
			}
			both = AddSubset(both, u)
		}
	}
	return both
}
