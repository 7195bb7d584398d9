package index

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

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
