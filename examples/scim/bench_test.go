package scim_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// BenchmarkPage compares a page of 100 users of 100,000, found by a filter on userName, with the
// front-door list that finds the same users. The two take turns. Its bar is a ratio of 2.
func BenchmarkPage(b *testing.B) {
	e := newEnv(b)
	count := 100_000
	if testing.Short() {
		count = 1000
	}
	ctx := context.Background()
	for begin := 0; begin < count; begin += 1000 {
		list := make([]roster.CreateParams, 1000)
		for i := range list {
			list[i].User = user.User{
				Identity: user.Identity{Login: fmt.Sprintf("user%06d@acme", begin+i)}, Names: user.Names{First: "Ann", Last: "Bee", Display: "Ann Bee"},
				Contact: user.Contact{Email: fmt.Sprintf("user%06d@mail.example", begin+i)}, Access: user.Access{Granted: user.RolesOf(user.Agent)},
			}
		}
		check(b, second(e.host.CreateMany(ctx, list)))
	}
	admin := e.dir.As("acme", roster.UserActor(1))
	r := httptest.NewRequest("GET", `/scim/v2/Users?filter=userName+co+"42"&count=100`, nil)
	r.Header.Set("Authorization", adminToken)
	query := roster.ListParams{Query: storage.Query{LoginPart: "42", Limit: 100}, Total: true}
	w := vendorhttptest.NewDiscard()
	vendorhttptest.Ratio(b, func() { w.Serve(e.handler, r) }, func() {
		if page, err := admin.List(ctx, query); err != nil || len(page.Users) == 0 {
			b.Fatal(len(page.Users), err)
		}
	})
}
