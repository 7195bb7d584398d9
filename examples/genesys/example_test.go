package genesys_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

func Example() {
	dir := roster.New(memstore.New())
	host := dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(context.Background(), user.Account{Currency: "EUR"}); err != nil {
		log.Fatal(err)
	}
	if _, err := host.Create(context.Background(), roster.CreateParams{
		User: user.User{
			Identity: user.Identity{Login: "ann@acme.example"}, Access: user.Access{Granted: user.RolesOf(user.Admin)},
		},
		Password: roster.PasswordOf("correct horse battery staple"),
	}); err != nil {
		log.Fatal(err)
	}

	// Three lines, and the vendor is here:
	server := httptest.NewServer(genesys.New(dir, genesys.Options{Account: "acme", BaseURL: "https://cc.example"}))
	defer server.Close()
	url := server.URL + "/api/v2/users"

	call := func(method, url, body string) {
		req, err := http.NewRequest(method, url, strings.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		req.SetBasicAuth("ann@acme.example", "correct horse battery staple")
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			log.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(resp.StatusCode, string(text))
	}
	call("POST", url, `{"firstName":"Kim","lastName":"Kok","userName":"kim","password":"a long new password","roles":["ROLE_AGENT"]}`)
	call("PUT", url+"/00000000000000000000000000000002", `{"firstName":"Kimberley"}`)
	call("PUT", url+"/00000000000000000000000000000002", `{"userName":"kimberley"}`)
	call("GET", url+"?fields=userName,firstName,roles", "")
	// Output:
	// 200 {"statusCode":0,"path":"/users/00000000000000000000000000000002","id":"00000000000000000000000000000002","uri":"https://cc.example/api/v2/users/00000000000000000000000000000002"}
	// 200 {"statusCode":0}
	// 400 {"statusCode":3,"statusMessage":"This operation is not allowed: 'userName' is a read-only property"}
	// 200 {"statusCode":0,"users":[{"userName":"ann@acme.example","firstName":"","roles":["ROLE_ADMIN"]},{"userName":"kim","firstName":"Kimberley","roles":["ROLE_AGENT"]}]}
}
