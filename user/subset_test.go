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
			for _, roles := range []user.Roles{user.Roles{}, user.RolesOf(user.Admin), user.RolesOf(user.Agent), user.RolesOf(user.Admin, user.Agent)} {
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

// A user is in a subset if the user passes every part that is given. Every tells the subset without
// parts from others.
func TestSubsetHas(t *testing.T) {
	u := user.User{ID: 7}
	u.Capacity.MemberOf.Group, u.Access.Roles = 1, user.RolesOf(user.Agent)
	alone := user.User{ID: 8} // in no agent group
	groups := func(g ...user.GroupID) []user.GroupID { return append([]user.GroupID{}, g...) }
	for _, tt := range []struct {
		s                 user.Subset
		has, alone, every bool
	}{
		{user.Subset{}, true, true, true},
		{user.Subset{ID: 7}, true, false, false},
		{user.Subset{ID: 9}, false, false, false},
		{user.Subset{Groups: groups(2, 1)}, true, false, false},
		{user.Subset{Groups: groups(2)}, false, false, false},
		{user.Subset{Groups: groups()}, false, false, false},
		{user.Subset{Groups: groups(0)}, false, false, false},
		{user.Subset{Without: user.RolesOf(user.Agent)}, false, true, false},
		{user.Subset{Without: user.RolesOf(user.Admin)}, true, true, false},
		{user.Subset{ID: 7, Groups: groups(1), Without: user.RolesOf(user.Admin)}, true, false, false},
		{user.Subset{ID: 7, Groups: groups(2)}, false, false, false},
		{user.Subset{ID: 7, Without: user.RolesOf(user.Agent)}, false, false, false},
	} {
		if tt.s.Has(u) != tt.has || tt.s.Has(alone) != tt.alone || tt.s.Every() != tt.every {
			t.Errorf("%+v has %t, the user without a group %t, every %t", tt.s, tt.s.Has(u), tt.s.Has(alone), tt.s.Every())
		}
	}
	if list := user.IntersectSubsets([]user.Subset{{Groups: groups(1)}}, []user.Subset{{Groups: groups(2)}}); len(list) != 0 {
		t.Errorf("no user is in two groups, and the intersection is %+v", list)
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
