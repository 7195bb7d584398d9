package omnidesk_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// A program that calls Omnidesk is tested against a directory of its own.
func Example() {
	dir := roster.New(memstore.New())
	realm, err := vendorhttp.Seed(context.Background(), dir, vendorhttp.SeedData{
		Accounts: []vendorhttp.SeedAccount{{
			Settings: user.Account{ID: "demo", Currency: "EUR"},
			Users:    []vendorhttp.SeedUser{{User: user.User{Identity: user.Identity{Login: "ann"}}}},
		}},
		Keys: []vendorhttp.Key{{
			Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf("demo-key"), Account: "demo", User: 1, Permissions: permission.VendorPermissions(),
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	server := httptest.NewServer(omnidesk.New(dir, realm, omnidesk.Options{}))
	defer server.Close()
	call := caller(server.URL+omnidesk.Base, "demo-key")

	fmt.Println(call("POST", "/statusLock", `"userID='UID'&status=8"`))
	fmt.Println(call("POST", "/updateStatus", "statusID=3"))
	fmt.Println(call("PUT", "/maxChats", "maxChats=many"))
	// Output:
	// 200 {"type":"result","message":"Status locked."}
	// 409 {"status":"error","message":"The status of this user is locked.","errors":[]}
	// 400 {"status":"error","message":"The request is not valid.","errors":[{"field":"maxChats","code":"invalid","message":"It is not valid."}]}
}

// caller returns the client of the example.
func caller(base, key string) func(method, path, form string) string {
	return func(method, path, form string) string {
		r, err := http.NewRequest(method, base+path, strings.NewReader(form))
		if err != nil {
			return err.Error()
		}
		r.Header.Set("apiKey", key)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			return err.Error()
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(response.StatusCode, " ", string(body))
	}
}
