package permission_test

import (
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// What All and Any combine has eight subsets at most. What would have more is judged one by one,
// within the subsets that are known.
func TestCombinedReachIsBounded(t *testing.T) {
	ids := func(first, n user.ID) (s scoper) {
		for id := first; id < first+n; id++ {
			s.reach.Subsets = append(s.reach.Subsets, user.Subset{ID: id})
		}
		return s
	}
	without := func(n int) (s scoper) {
		for _, role := range []user.Role{user.Owner, user.Admin, user.LPA}[:n] {
			s.reach.Subsets = append(s.reach.Subsets, user.Subset{Without: roles(role)})
		}
		return s
	}
	for _, tt := range []struct {
		name    string
		a       permission.Authorizer
		subsets int
		each    bool
	}{
		{"All of four and two", permission.All(ids(1, 4), without(2)), 8, false},
		{"All of three and three", permission.All(ids(1, 3), without(3)), 3, true},
		{"All of one", permission.All(ids(1, 5)), 5, false},
		{"Any of four and four", permission.Any(ids(1, 4), ids(5, 4)), 8, false},
		{"Any of four and five", permission.Any(ids(1, 4), ids(5, 5)), 1, true},
		{"Any of five and the same", permission.Any(ids(1, 5), ids(1, 5)), 5, false},
	} {
		reach, err := permission.ReachOf(ctx, tt.a, permission.Request{Action: permission.UserRead, Actor: actor(1, user.Agent)})
		if err != nil || len(reach.Subsets) != tt.subsets || reach.Each != tt.each {
			t.Errorf("%s: %+v, %v", tt.name, reach, err)
		}
	}
}
