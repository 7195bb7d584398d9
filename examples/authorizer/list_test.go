package authorizer_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/authorizer"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Lists and totals are the same whichever engine decides, and differ by who asks.
func TestListsAreTheSameInEachEngine(t *testing.T) {
	policy, err := authorizer.Policy()
	if err != nil {
		t.Fatal(err)
	}
	dir := roster.New(memstore.New(), roster.WithTransitions(authorizer.Transitions()))
	host := dir.As("acme", roster.SystemActor())
	settings := authorizer.Settings()
	if _, err := host.CreateAccount(ctx, settings); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		u := draw(r)
		u.ID, u.Identity.Login, u.Access.Granted, u.Access.Roles = 0, fmt.Sprint("user", i), u.Access.Roles, user.Roles{}
		if u.Custom.IsZero() {
			u.Custom = u.Custom.With(authorizer.Site, user.TextValue("Riga"))
		}
		if !u.Access.Granted.HasHost() {
			u.Management = user.Management{}
		}
		u.Access.DisabledManually = u.Access.Disabled
		if _, err := host.Create(ctx, roster.CreateParams{User: u}); err != nil {
			t.Fatal(err)
		}
	}
	sizes := map[int]bool{}
	for id := user.ID(1); id <= 60; id++ {
		read := func(a permission.Authorizer) (list []user.ID, refused string) {
			page, err := dir.As("acme", roster.UserActor(id)).WithAuthorizer(a).List(ctx, roster.ListParams{Query: storage.Query{Limit: 100}, Total: true})
			for _, u := range page.Users {
				list = append(list, u.ID)
			}
			if err == nil && page.Total != len(list) {
				t.Errorf("user %d: %d users, %d in all", id, len(list), page.Total)
			}
			return list, string(roster.CodeOf(err))
		}
		want, refused := read(policy)
		sizes[len(want)] = true
		for name, engine := range engines(t, "acme") {
			if got, other := read(engine); !slices.Equal(got, want) || other != refused {
				t.Errorf("user %d, %s: %v %s, want %v %s", id, name, got, other, want, refused)
			}
		}
	}
	if len(sizes) < 5 {
		t.Errorf("lists of %v users: the test does not tell actors apart", slices.Sorted(maps.Keys(sizes)))
	}
}
