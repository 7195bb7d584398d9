package index

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Subsets of groups, of ids and of roles are found by facets: of 20,000 users, a plan finds only
// those that can be in one of the subsets.
func TestSubsetsAreFoundByFacets(t *testing.T) {
	const users, groups = 20_000, 500
	changes := map[uint64][]Change{}
	for id := user.ID(1); id <= users; id++ {
		u := &user.User{ID: id, Access: user.Access{Roles: user.RolesOf(user.Agent)}}
		if id%1000 == 0 {
			u.Access.Roles = user.RolesOf(user.Admin)
		}
		u.Capacity.MemberOf.Group = user.GroupID(id%groups + 1)
		changes[Number(id)] = append(changes[Number(id)], Change{New: u})
	}
	blocks := map[uint64]*Block{}
	for n, list := range changes {
		blocks[n] = (*Block)(nil).With(list)
	}
	for _, c := range []struct {
		name   string
		within []user.Subset
		found  int
		exact  bool
	}{
		{"a group", []user.Subset{{Groups: []user.GroupID{7}}}, users / groups, true},
		{"two groups", []user.Subset{{Groups: []user.GroupID{7, 8}}}, 2 * users / groups, true},
		{"agents of a group", []user.Subset{{Groups: []user.GroupID{1}, Without: user.RolesOf(user.Admin)}}, users/groups - 20, true},
		{"a group or oneself", []user.Subset{{Groups: []user.GroupID{7}}, {ID: 9000}}, users/groups + 1, false},
		{"oneself", []user.Subset{{ID: 9000}}, 1, false},
		{"a user that there is not", []user.Subset{{ID: users + 1}}, 0, false},
		{"users without a role", []user.Subset{{Without: user.RolesOf(user.Admin)}}, users - 20, true},
		{"everyone", []user.Subset{{ID: 3}, {}}, users, true},
		{"no subset", []user.Subset{}, 0, false},
	} {
		plan := NewPlan(&storage.Query{Within: c.within})
		found := 0
		for n, b := range blocks {
			found += plan.On(n, b).Count()
		}
		if found != c.found || plan.Exact() != c.exact {
			t.Errorf("%s: finds %d users, exact %t; want %d, %t", c.name, found, plan.Exact(), c.found, c.exact)
		}
	}
}

// A part that is nowhere in a page is not looked for in the page's text: the signature shows it,
// before and after many records were replaced.
func TestSignatureShowsWhatIsNotThere(t *testing.T) {
	b := (*Block)(nil)
	var before [pageSize]*user.User
	for round := range 3 {
		for slot := range user.ID(pageSize) {
			u := &user.User{ID: slot, Names: user.Names{Display: "a user with a long name", First: string(rune('a' + round))}}
			u.Identity.Login = "login" + string(rune('a'+slot/8)) + string(rune('a'+slot%8)) + string(rune('p'+round))
			b = b.With([]Change{{before[slot], u}})
			before[slot] = u
		}
	}
	for part, want := range map[string]bool{"long name": true, "hgr": true, "hgp": false, "zebedee": false} {
		p := newPart(part, anyField)
		if got := p.mayBeIn(b.pages[0].text.signature); got != want {
			t.Errorf("%q may be in the page: %t, want %t", part, got, want)
		}
		if found := b.pages[0].text.find(&p, ^uint64(0)) != 0; found != want {
			t.Errorf("%q is in the page: %t, want %t", part, found, want)
		}
	}
}

// A block never changes after it was made: readers of an older state still use it.
func TestBlocksDoNotChange(t *testing.T) {
	d := rand.New(rand.NewPCG(1, 5))
	users := map[user.ID]*user.User{}
	var blocks []*Block
	var made []string
	b := (*Block)(nil)
	for range 200 {
		var changes []Change
		for _, id := range d.Perm(300)[:1+d.IntN(8)] {
			u := &user.User{ID: user.ID(id), Access: user.Access{Roles: user.RolesOf([]user.Role{user.Admin, user.Agent, user.LPA, "quality_analyst"}[d.IntN(4)])}}
			u.Capacity.MemberOf.Group = user.GroupID(d.IntN(5))
			u.Identity.Login = strings.Repeat("kim", d.IntN(3)) + fmt.Sprint(d.IntN(40))
			if d.IntN(2) == 0 {
				u.Custom = user.Custom{}.With("site", user.NumberValue(float64(d.IntN(9))))
			}
			changes = append(changes, Change{users[u.ID], u})
			users[u.ID] = u
		}
		b = b.With(changes)
		blocks, made = append(blocks, b), append(made, contents(b))
	}
	for i, b := range blocks {
		if contents(b) != made[i] {
			t.Fatalf("block %d is not what it was when it was made", i)
		}
	}
}

// contents returns everything that a block has, as text.
func contents(b *Block) string {
	var out strings.Builder
	for _, row := range b.facets {
		fmt.Fprintln(&out, row.key, *row.users)
	}
	for _, row := range b.custom {
		fmt.Fprintln(&out, row.key, *row.users)
	}
	for _, p := range b.pages {
		fmt.Fprintln(&out, p.there)
		if p.text != nil {
			fmt.Fprintf(&out, "%+v\n", *p.text)
		}
	}
	return out.String()
}
