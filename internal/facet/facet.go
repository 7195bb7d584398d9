// Package facet lists the sets of ids that a user has, and the filters of a query by these sets, as
// plain data. The stores build their indexes from it.
package facet

import (
	"iter"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Set is a set of ids that users have and queries filter by, such as skills.
type Set uint8

// The sets.
const (
	SetApplications Set = iota + 1
	SetSkills
	SetQueues
	SetMemberOf
	SetManagerOf
	SetGroups
	SetProfiles
	SetLinesOfBusiness
	SetPermissionGroups
)

// Member is one id in one set of a user. The index of a SQL store has a row for each.
type Member struct {
	Set   Set
	Value int64
}

// Members yields the members of all sets of the user, each once.
func Members(u user.User) iter.Seq[Member] {
	return func(yield func(Member) bool) {
		_ = members(SetApplications, u.Access.Applications, yield) &&
			members(SetSkills, u.Capacity.Skills, yield) &&
			members(SetQueues, u.Capacity.Queues, yield) &&
			(u.Capacity.MemberOf.Group == 0 || yield(Member{SetMemberOf, int64(u.Capacity.MemberOf.Group)})) &&
			members(SetManagerOf, u.Management.Groups(), yield) &&
			members(SetGroups, u.Access.Groups, yield) &&
			members(SetProfiles, u.Access.Profiles, yield) &&
			members(SetLinesOfBusiness, u.Access.LinesOfBusiness, yield) &&
			members(SetPermissionGroups, u.Access.PermissionGroups, yield)
	}
}

func members[T ~int64](s Set, ids user.IDSet[T], yield func(Member) bool) bool {
	for id := range ids.All() {
		if !yield(Member{s, int64(id)}) {
			return false
		}
	}
	return true
}

// SetFilter is a filter of a query by one set.
type SetFilter struct {
	Set    Set
	Values []int64 // the user has at least one of these; none can hold if it is empty
	Not    bool    // the user has none of these
}

// SetFilters returns the filters of the query q on sets of ids, such as skills and groups. A user
// must pass all of them. A field of q that is 0 or nil gives no filter. If Applications is empty
// but not nil, its filter lets no user pass.
func SetFilters(q *storage.Query) []SetFilter {
	var list []SetFilter
	if q.Applications != nil {
		f := SetFilter{Set: SetApplications}
		for _, id := range q.Applications {
			f.Values = append(f.Values, int64(id))
		}
		list = append(list, f)
	}
	for _, f := range []struct {
		set Set
		id  int64
		not bool
	}{
		{SetSkills, int64(q.Skill), false}, {SetSkills, int64(q.ExcludedSkill), true},
		{SetQueues, int64(q.Queue), false}, {SetQueues, int64(q.ExcludedQueue), true},
		{SetMemberOf, int64(q.MemberOf), false}, {SetManagerOf, int64(q.ManagerOf), false},
		{SetGroups, int64(q.Group), false}, {SetProfiles, int64(q.Profile), false},
		{SetLinesOfBusiness, int64(q.LineOfBusiness), false}, {SetPermissionGroups, int64(q.PermissionGroup), false},
	} {
		if f.id != 0 {
			list = append(list, SetFilter{f.set, []int64{f.id}, f.not})
		}
	}
	return list
}

// Candidates returns ids and agent groups that cover the subsets: each user in one of the subsets
// has one of the ids or is a member of one of the groups. ok is false if there are none, because a
// subset is described by roles alone or contains every user.
func Candidates(subsets []user.Subset) (ids []user.ID, groups []user.GroupID, ok bool) {
	for _, s := range subsets {
		switch {
		case s.ID != 0:
			ids = append(ids, s.ID)
		case s.Groups != nil:
			groups = append(groups, s.Groups...)
		default:
			return nil, nil, false
		}
	}
	return ids, groups, true
}
