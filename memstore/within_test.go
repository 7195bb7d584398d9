package memstore

import (
	"context"
	"math"
	"math/bits"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Subsets of groups, of ids and of roles are found by the words of facets: of 20,000 users only
// those are looked at that can be in one of them.
func TestSubsetsAreFoundByFacets(t *testing.T) {
	const users, groups = 20_000, 500
	s := New()
	defer func() { _ = s.Close() }()
	_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
		for id := user.ID(1); id <= users; id++ {
			u := user.User{ID: id, Access: user.Access{Roles: user.RolesOf(user.Agent)}}
			if id%1000 == 0 {
				u.Access.Roles = user.RolesOf(user.Admin)
			}
			u.Capacity.MemberOf.Group = user.GroupID(id%groups + 1)
			if err := w.PutUser(ctx, u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		within  []user.Subset
		looked  int
		matched bool // each of them is asked by Match too
	}{
		{"a group", []user.Subset{{Groups: []user.GroupID{7}}}, users / groups, false},
		{"two groups", []user.Subset{{Groups: []user.GroupID{7, 8}}}, 2 * users / groups, false},
		{"agents of a group", []user.Subset{{Groups: []user.GroupID{1}, Without: user.RolesOf(user.Admin)}}, users/groups - 20, false},
		{"a group or oneself", []user.Subset{{Groups: []user.GroupID{7}}, {ID: 9000}}, users/groups + 1, true},
		{"oneself", []user.Subset{{ID: 9000}}, 1, true},
		{"a user that there is not", []user.Subset{{ID: users + 1}}, 0, true},
		{"users without a role", []user.Subset{{Without: user.RolesOf(user.Admin)}}, users - 20, false},
		{"everyone", []user.Subset{{ID: 3}, {}}, users, false},
	} {
		err := s.View(t.Context(), "acme", func(_ context.Context, r storage.Reader) error {
			q := storage.Query{Within: c.within}
			found := newSearch(r.(*reader).state, s.seed, &q)
			looked := 0
			found.pages(0, math.MaxInt64, false, func(_ *userPage, users uint64) bool {
				looked += bits.OnesCount64(users)
				return true
			})
			if looked != c.looked || found.plan.match != c.matched {
				t.Errorf("%s: looks at %d users, match %t; want %d, %t", c.name, looked, found.plan.match, c.looked, c.matched)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
