package webhooks_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/webhooks"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func Example() {
	ctx, end := context.WithTimeout(context.Background(), time.Second)
	defer end()
	host := roster.New(memstore.New()).As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		log.Fatal(err)
	}
	if _, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}}); err != nil {
		log.Fatal(err)
	}

	secret := webhooks.NewSecret()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, event, err := webhooks.Receive(r, time.Now(), secret)
		switch {
		case err != nil:
			http.Error(w, "not signed", http.StatusUnauthorized)
		case event.Type == storage.UserCreated:
			fmt.Println(id, event.Type, event.Data.Change.UserID) // keep the id: a duplicate has the same
			w.WriteHeader(http.StatusGone)                        // no more, thank you
		}
	}))
	defer receiver.Close()

	endpoint, err := webhooks.New(webhooks.Config{
		URL: receiver.URL, Secrets: []webhooks.Secret{secret},
		Private: true, // the receiver is on this machine
	})
	if err != nil {
		log.Fatal(err)
	}
	defer endpoint.Close()
	err = roster.Deliver(ctx, host, "webhook", endpoint.Handler("acme"), roster.DeliverOptions{Timeout: webhooks.DefaultTimeout})
	fmt.Println(err)
	// Output:
	// chg_822b33ad87c148a0_2_0 user.created 1
	// webhooks: the endpoint answered with status 410
}
