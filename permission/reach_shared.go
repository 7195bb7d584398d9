package permission

import "github.com/ca74b63c/roster/user"

// Shared limits the users of a Reach to those that have an id in one of the attributes that SameAs
// accepts, except the agent group. The zero Shared does not limit.
type Shared struct {
	Attribute user.Attribute
	ID        int64
}

// Has reports whether the attribute s.Attribute of the user u contains the id s.ID. If s.ID is 0,
// Has returns true for every user. If s.Attribute is not an attribute that Shared supports, Has
// returns false.
func (s Shared) Has(u user.User) bool {
	if s.ID == 0 {
		return true
	}
	switch a := &u.Access; s.Attribute {
	case user.AttrGroups:
		return a.Groups.Has(user.GroupID(s.ID))
	case user.AttrProfiles:
		return a.Profiles.Has(user.ProfileID(s.ID))
	case user.AttrPermissionGroups:
		return a.PermissionGroups.Has(user.PermissionGroupID(s.ID))
	case user.AttrApplications:
		return a.Applications.Has(user.ApplicationID(s.ID))
	case user.AttrLinesOfBusiness:
		return a.LinesOfBusiness.Has(user.LineOfBusinessID(s.ID))
	}
	return false
}

// sharedBy returns the Shared with the attribute a and the id that the membership m has in this
// attribute. A Shared limits a Reach to users that have the same id in the attribute. The second
// result is false if m does not have exactly one id in a, or if a Shared cannot limit by a. The
// Shared is then zero.
func sharedBy(m *Membership, a user.Attribute) (Shared, bool) {
	var ids []int64
	switch a {
	case user.AttrGroups:
		ids = idsOf(m.Groups)
	case user.AttrProfiles:
		ids = idsOf(m.Profiles)
	case user.AttrPermissionGroups:
		ids = idsOf(m.PermissionGroups)
	case user.AttrApplications:
		ids = idsOf(m.Applications)
	case user.AttrLinesOfBusiness:
		ids = idsOf(m.LinesOfBusiness)
	}
	if len(ids) != 1 {
		return Shared{}, false
	}
	return Shared{a, ids[0]}, true
}

func idsOf[T ~int64](set user.IDSet[T]) (ids []int64) {
	for id := range set.All() {
		ids = append(ids, int64(id))
	}
	return ids
}
