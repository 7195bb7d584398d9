package liveperson_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// A server for tests, with one administrator, whose token is a key of the realm.
func Example() {
	dir := roster.New(memstore.New())
	realm, err := vendorhttp.Seed(context.Background(), dir, vendorhttp.SeedData{
		Accounts: []vendorhttp.SeedAccount{{
			Settings: user.Account{ID: "demo", Currency: "USD"},
			Users: []vendorhttp.SeedUser{{User: user.User{
				Identity: user.Identity{Login: "admin@demo.example"}, Names: user.Names{Display: "Ada"},
				Access: user.Access{Granted: user.RolesOf(user.Admin)},
			}}},
		}},
		Keys: []vendorhttp.Key{{Vendor: vendorhttp.LivePerson, Secret: roster.PasswordOf("token"), Account: "demo", User: 1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(liveperson.New(dir, realm, liveperson.Options{}))
	defer server.Close()

	url := server.URL + "/api/account/demo/configuration/le-users/users/1?v=6.0&select=nickname"
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	req.Header.Set("Authorization", "Bearer token")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, resp.Header.Get("ac-revision"), string(body), err)
	// Output:
	// 200 2 {"id":1,"pid":"","deleted":false,"loginName":"admin@demo.example","nickname":"Ada"} <nil>
}
