package user_test

import (
	"math/rand/v2"
	"testing"

	"github.com/ca74b63c/roster/user"
)

func randomSubset(r *rand.Rand) (s user.Subset) {
	if r.IntN(2) == 0 {
		s.ID = user.ID(r.IntN(5) - 1)
	}
	if r.IntN(2) == 0 {
		s.Groups = [][]user.GroupID{{}, {0}, {1}, {2, 1}, {3, 3}, {1, 2, 3}}[r.IntN(6)]
	}
	if r.IntN(2) == 0 {
		s.Without = []user.Roles{user.RolesOf(user.Admin), user.RolesOf(user.Agent), user.RolesOf(user.Admin, user.Agent)}[r.IntN(3)]
	}
	return s
}

func randomSubsets(r *rand.Rand) (list []user.Subset) {
	for range r.IntN(4) {
		list = append(list, randomSubset(r))
	}
	return list
}

// A union and an intersection of subsets hold exactly the users that they should, for every sort
// of user.
func TestSubsetsAreSets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var users []user.User
	for id := user.ID(1); id <= 4; id++ {
		for group := range user.GroupID(5) {
			for _, roles := range []user.Roles{0, user.RolesOf(user.Admin), user.RolesOf(user.Agent), user.RolesOf(user.Admin, user.Agent)} {
				u := user.User{ID: id}
				u.Capacity.MemberOf.Group, u.Access.Roles = group, roles
				users = append(users, u)
			}
		}
	}
	for range 3000 {
		a, b := randomSubsets(r), randomSubsets(r)
		both := user.IntersectSubsets(a, b)
		var union []user.Subset
		for _, s := range append(append([]user.Subset(nil), a...), b...) {
			union = user.AddSubset(union, s)
		}
		for _, u := range users {
			inA, inB := user.InSubsets(a, u), user.InSubsets(b, u)
			if got := user.InSubsets(both, u); got != (inA && inB) {
				t.Fatalf("%+v and %+v: %+v has user %d of group %d with %v: %t", a, b, both, u.ID, u.Capacity.MemberOf.Group, u.Access.Roles, got)
			}
			if got := user.InSubsets(union, u); got != (inA || inB) {
				t.Fatalf("%+v or %+v: %+v has user %d of group %d with %v: %t", a, b, union, u.ID, u.Capacity.MemberOf.Group, u.Access.Roles, got)
			}
		}
		if both == nil {
			t.Fatal("an intersection is nil, which a query takes for no limit")
		}
	}
}

// A subset that another one holds is left out, so that lists of subsets stay short.
func TestSubsetsAreNotRepeated(t *testing.T) {
	own, managed := user.Subset{ID: 7}, user.Subset{Groups: []user.GroupID{1, 2}}
	agents := user.Subset{Groups: []user.GroupID{2}, Without: user.RolesOf(user.Admin)}
	var list []user.Subset
	for _, s := range []user.Subset{agents, own, managed, own, agents} {
		list = user.AddSubset(list, s)
	}
	if len(list) != 2 {
		t.Errorf("got %+v", list)
	}
	if list = user.AddSubset(list, user.Subset{}); len(list) != 1 || !list[0].Every() {
		t.Errorf("got %+v", list)
	}
}
