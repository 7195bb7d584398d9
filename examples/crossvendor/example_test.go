package crossvendor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// How to test a program that calls one of the vendors: a server with a seed of your own, a clock
// that you move, faults on purpose, a log of what your program sent, and a reset between two tests.
func Example() {
	ctx := context.Background()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	log := make(chan vendorhttp.Entry, 16) // a request is logged after it was answered: who takes it from here has waited for it

	sandbox, err := vendorhttp.NewSandbox(ctx, vendorhttp.SandboxPlan{
		// The seed: accounts with users, money and reference data, and the keys that let in. It can
		// be read from JSON.
		Seed:  vendorhttp.SeedData{Accounts: []vendorhttp.SeedAccount{north.seed()}, Keys: north.keys()},
		Store: func() (storage.Storage, error) { return memstore.New(), nil },
		// The same clock for what the directory stamps and for tokens. vendorhttptest.Hasher makes
		// sign-ins cheap.
		Setup: []roster.Option{roster.WithClock(clock), roster.WithHasher(vendorhttptest.Hasher{})},
		Build: func(dir *roster.Directory, realm *vendorhttp.Credentials) http.Handler {
			return mount(dir, realm, vendorhttp.Options{
				Clock: clock, Faults: vendorhttp.HeaderFaults, Log: func(e vendorhttp.Entry) { log <- e },
			})
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(sandbox)
	defer server.Close()
	platform := server.URL + "/platform_api/"
	const key = "?account_id=1&api_key=north-voximplant&"

	fmt.Println("Your program adds a user and pays money to the user:")
	fmt.Println(get(platform + "AddUser/" + key + "application_id=1&user_name=kim&user_display_name=Kim&user_password=" + secret))
	added := <-log
	now = now.Add(90 * time.Second)
	fmt.Println(get(platform + "TransferMoneyToUser/" + key + "user_id=3&amount=5.67"))

	fmt.Println("You ask the directory itself what came of it:")
	host := sandbox.Directory().As("north", roster.SystemActor())
	kim, err := host.Find(ctx, user.KeyLogin, "kim")
	funds, err2 := host.Balances(ctx, kim.ID)
	fmt.Println(kim.ID, kim.Names.Display, kim.Lifecycle.Created.Format(time.TimeOnly), funds[0].Own, err, err2)

	fmt.Println("You see what it sent, without secrets:")
	for _, e := range []vendorhttp.Entry{added, <-log} {
		fmt.Println(e.At.Format(time.TimeOnly), e.Method, e.Path, e.Query, e.Status)
	}

	fmt.Println("And after a reset nothing of it has happened:")
	if err := sandbox.Reset(ctx); err != nil {
		fmt.Println(err)
	}
	fmt.Println(get(platform + "GetUsers/" + key + "user_name=kim"))
	// Output:
	// Your program adds a user and pays money to the user:
	// 200 {"result":1,"user_id":3}
	// 200 {"result":1,"balance":94.33}
	// You ask the directory itself what came of it:
	// 3 Kim 12:00:00 5.67 USD <nil> <nil>
	// You see what it sent, without secrets:
	// 12:00:00 GET /platform_api/AddUser/ account_id=1&api_key=***&application_id=1&user_name=kim&user_display_name=Kim&user_password=*** 200
	// 12:01:30 GET /platform_api/TransferMoneyToUser/ account_id=1&api_key=***&user_id=3&amount=5.67 200
	// And after a reset nothing of it has happened:
	// 200 {"result":[],"total_count":0,"count":0}
}

// Every fault, asked for by a header, in the words of a vendor. What is to go wrong goes wrong
// before anything is read or changed: your program can be sent through each of its branches without
// a state that would bring it there.
func Example_faults() {
	sandbox, err := vendorhttp.NewSandbox(context.Background(), vendorhttp.SandboxPlan{
		Seed:  vendorhttp.SeedData{Accounts: []vendorhttp.SeedAccount{north.seed()}, Keys: north.keys()},
		Store: func() (storage.Storage, error) { return memstore.New(), nil },
		Setup: []roster.Option{roster.WithHasher(vendorhttptest.Hasher{})},
		Build: func(dir *roster.Directory, realm *vendorhttp.Credentials) http.Handler {
			return mount(dir, realm, vendorhttp.Options{Faults: vendorhttp.HeaderFaults})
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(sandbox)
	defer server.Close()
	const (
		omnidesk   = "/api/v2/user?itemLimit=1"
		genesys    = "/api/v2/me"
		liveperson = "/api/account/north/configuration/le-users/users/2?v=6.0"
		voximplant = "/platform_api/GetUsers?account_id=1"
	)
	for _, try := range [][2]string{
		{"stale", liveperson}, {"rate-limit", liveperson}, {"denied", liveperson}, {"insufficient", voximplant},
		{"unknown-outcome", voximplant}, {"locked", omnidesk}, {"status=503", omnidesk}, {"not-found", genesys},
		{"internal", genesys}, {"latency=20ms, status=502", genesys},
	} {
		begin := time.Now()
		answer := get(server.URL+try[1], vendorhttp.FaultHeader, try[0])
		if strings.HasPrefix(try[0], "latency") && time.Since(begin) < 20*time.Millisecond {
			fmt.Println("it came too soon")
		}
		fmt.Println(try[0]+":", answer)
	}
	// Output:
	// stale: 412 {"type":"stale","message":"the data have another revision than If-Match"}
	// rate-limit: 429 {"type":"rate_limited","message":"too many requests"} (Retry-After: 1)
	// denied: 403 {"type":"denied","message":"the user may not do this"}
	// insufficient: 200 {"error":{"msg":"Insufficient money","code":127},"errors":[{"msg":"Insufficient money","code":127}]}
	// unknown-outcome: 200 {"error":{"msg":"DB error","code":4},"errors":[{"msg":"DB error","code":4}]}
	// locked: 409 {"status":"error","message":"The status of this user is locked.","errors":[]}
	// status=503: 503 {"status":"error","message":"Try again later.","errors":[]}
	// not-found: 404 {"statusCode":6,"statusMessage":"User not found"}
	// internal: 500 {"statusCode":4,"statusMessage":"Internal error"}
	// latency=20ms, status=502: 502 {"statusCode":4,"statusMessage":"Try again later."}
}

// Faults that the server chooses, where your program cannot be made to send a header: here the
// first transfer is answered as one with an unknown outcome. The seed is JSON.
func Example_faultsByOption() {
	const text = `{
		"accounts": [{
			"settings": {"id": "demo", "currency": "USD"}, "number": 1, "funds": "10.00",
			"references": [{"kind": "application", "id": 1, "name": "myapp"}],
			"users": [
				{"user": {"identity": {"login": "boss"}, "access": {"granted": ["owner"]}}},
				{"user": {"identity": {"login": "kim"}, "access": {"applications": [1]}}, "funds": "1.00"}
			]
		}],
		"keys": [{"vendor": "voximplant", "secret": "k", "account": "demo", "user": 1}]
	}`
	ctx := context.Background()
	var seed vendorhttp.SeedData
	if err := json.Unmarshal([]byte(text), &seed); err != nil {
		fmt.Println(err)
		return
	}
	dir := roster.New(memstore.New())
	realm, err := vendorhttp.Seed(ctx, dir, seed)
	if err != nil {
		fmt.Println(err)
		return
	}
	var transfers atomic.Int32
	faults := func(r *http.Request) vendorhttp.Fault {
		if strings.Contains(r.URL.Path, "TransferMoneyToUser") && transfers.Add(1) == 1 {
			return vendorhttp.Fault{Failure: &vendorhttp.Failure{Code: roster.CodeUnknownOutcome}}
		}
		return vendorhttp.Fault{}
	}
	server := httptest.NewServer(mount(dir, realm, vendorhttp.Options{Faults: faults}))
	defer server.Close()

	const key = "?account_id=1&api_key=k&"
	for range 2 { // your program tries again
		fmt.Println(get(server.URL + "/platform_api/TransferMoneyToUser" + key + "user_id=2&amount=0.50"))
	}
	fmt.Println(get(server.URL + "/platform_api/TransferMoneyToUser" + key + "application_name=myapp&user_name=kim&amount=-1.50"))
	// Output:
	// 200 {"error":{"msg":"DB error","code":4},"errors":[{"msg":"DB error","code":4}]}
	// 200 {"result":1,"balance":8.50}
	// 200 {"result":1,"balance":10.00}
}

// get asks, with headers in pairs, and returns the status and the body, and when to try again if
// the answer says so.
func get(url string, header ...string) string {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	text := fmt.Sprint(response.StatusCode, " ", string(body))
	if after := response.Header.Get("Retry-After"); after != "" {
		text += " (Retry-After: " + after + ")"
	}
	return text
}
