package voximplant_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/voximplant"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// A program that calls the vendor is tested against the handler: with a seed, and with faults on
// purpose.
func Example() {
	dir := roster.New(memstore.New())
	realm, err := vendorhttp.Seed(context.Background(), dir, vendorhttp.SeedData{
		Accounts: []vendorhttp.SeedAccount{{
			Settings: user.Account{ID: "demo", Currency: "USD"}, Number: 1, Funds: "100.00",
			Users: []vendorhttp.SeedUser{
				{User: user.User{Identity: user.Identity{Login: "ann"}}},
				{User: user.User{Identity: user.Identity{Login: "bob"}}},
				{User: user.User{Identity: user.Identity{Login: "boss"}, Access: user.Access{Granted: user.RolesOf(user.Owner)}}},
			},
		}},
		Keys: []vendorhttp.Key{{Vendor: vendorhttp.Voximplant, Secret: roster.PasswordOf("demo-voximplant"), Account: "demo", User: 3}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(voximplant.New(dir, realm, vendorhttp.Options{Faults: vendorhttp.HeaderFaults}))
	defer server.Close()

	const transfer = "/platform_api/TransferMoneyToUser/?account_id=1&api_key=demo-voximplant&user_id=1;2&amount=5.67"
	for _, fault := range []string{"", "insufficient"} {
		req, err := http.NewRequest(http.MethodGet, server.URL+transfer, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		req.Header.Set(vendorhttp.FaultHeader, fault)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		fmt.Printf("%s %v\n", body, err)
	}
	// Output:
	// {"result":1,"balance":88.66} <nil>
	// {"error":{"msg":"Insufficient money","code":127},"errors":[{"msg":"Insufficient money","code":127}]} <nil>
}
