package webhooks_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/ca74b63c/roster/examples/webhooks"
	"github.com/ca74b63c/roster/storage"
)

func Example() {
	secret := webhooks.NewSecret()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, event, err := webhooks.Receive(r, time.Now(), secret)
		if err != nil {
			http.Error(w, "not signed", http.StatusUnauthorized)
			return
		}
		fmt.Println(id, event.Type, event.Data.Change.UserID) // keep the id: it comes again with a duplicate
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
	change := storage.Change{ID: storage.ChangeID{Revision: 12}, Type: storage.UserDeleted, UserID: 7}
	if err := endpoint.Send(context.Background(), "acme", change); err != nil {
		log.Fatal(err)
	}
	// Output:
	// chg_822b33ad87c148a0_12_0 user.deleted 7
}
