package facet

import (
	"slices"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

func member() user.User {
	return user.User{
		Capacity: user.Capacity{
			Skills: user.IDSetOf[user.SkillID](1, 2), Queues: user.IDSetOf[user.QueueID](3), MemberOf: user.Assignment{Group: 4},
		},
		Management: user.Management{ManagerOf: user.ListOf(user.Assignment{Group: 5}, user.Assignment{Group: 5})},
		Access: user.Access{
			Groups: user.IDSetOf[user.GroupID](6), Profiles: user.IDSetOf[user.ProfileID](7),
			LinesOfBusiness: user.IDSetOf[user.LineOfBusinessID](8), Applications: user.IDSetOf[user.ApplicationID](9),
			PermissionGroups: user.IDSetOf[user.PermissionGroupID](10),
		},
	}
}

func TestMembers(t *testing.T) {
	want := []Member{
		{SetApplications, 9}, {SetSkills, 1}, {SetSkills, 2}, {SetQueues, 3}, {SetMemberOf, 4}, {SetManagerOf, 5},
		{SetGroups, 6}, {SetProfiles, 7}, {SetLinesOfBusiness, 8}, {SetPermissionGroups, 10},
	}
	if d := cmp.Diff(want, slices.Collect(Members(member()))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for i := range want { // it can be left at any place
		n := 0
		for range Members(member()) {
			if n++; n > i {
				break
			}
		}
	}
	if got := slices.Collect(Members(user.User{})); len(got) != 0 {
		t.Errorf("a user without sets is a member of %v", got)
	}
}

// TestSetFiltersSayWhatMatchSays asks each filter about a member and a stranger, and compares with
// Query.Match.
func TestSetFiltersSayWhatMatchSays(t *testing.T) {
	for name, q := range map[string]storage.Query{
		"none":         {},
		"applications": {Applications: []user.ApplicationID{8, 9}}, "no application": {Applications: []user.ApplicationID{}},
		"skill": {Skill: 2}, "excluded skill": {ExcludedSkill: 2}, "queue": {Queue: 3}, "excluded queue": {ExcludedQueue: 3},
		"member": {MemberOf: 4}, "manager": {ManagerOf: 5}, "group": {Group: 6}, "profile": {Profile: 7},
		"line": {LineOfBusiness: 8}, "permission": {PermissionGroup: 10}, "two": {Skill: 1, ExcludedQueue: 4},
		"another skill": {Skill: 9}, "negative": {Skill: -1}, "skill that is excluded": {Skill: 1, ExcludedSkill: 1},
	} {
		for who, u := range map[string]user.User{"member": member(), "stranger": {}} {
			pass := true
			for _, f := range SetFilters(&q) {
				has := slices.ContainsFunc(slices.Collect(Members(u)), func(m Member) bool {
					return m.Set == f.Set && slices.Contains(f.Values, m.Value)
				})
				pass = pass && has != f.Not
			}
			if pass != q.Match(u) {
				t.Errorf("%s, %s: the filters say %t", name, who, pass)
			}
		}
	}
}
