package roster_test

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func ExampleHandle_List() {
	ctx := context.Background()
	host := open(newDirectory())
	for _, login := range []string{"dan", "ann", "cid", "bob", "eve"} {
		add(host, login, user.Agent)
	}
	list := roster.ListParams{Query: storage.Query{Order: storage.OrderByLogin, Limit: 2}, Total: true}
	for {
		page, err := host.List(ctx, list)
		fmt.Print(page.Total, ":")
		for _, u := range page.Users {
			fmt.Print(" ", u.Identity.Login)
		}
		fmt.Println(" ", err)
		if list.Cursor = page.Next; list.Cursor == "" {
			break
		}
	}
	// Output:
	// 5: ann bob  <nil>
	// 5: cid dan  <nil>
	// 5: eve  <nil>
}

func ExampleHandle_All() {
	ctx := context.Background()
	host := open(newDirectory())
	for i := range 5 {
		add(host, fmt.Sprintf("user%d", i))
	}
	for u, err := range host.All(ctx, roster.ListParams{Query: storage.Query{Descending: true, Limit: 2}}) {
		fmt.Print(u.Identity.Login, " ", err, "  ")
	}
	// Output:
	// user4 <nil>  user3 <nil>  user2 <nil>  user1 <nil>  user0 <nil>
}

// A host reacts to changes after their commit: it sends mails and pushes events.
func ExampleHandle_Watch() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	host := open(newDirectory())
	ann := add(host, "ann")
	must(host.RequestActivation(ctx, ann.ID))
	must(host.RefreshTab(ctx, "inbox"))

	for c, err := range host.Watch(ctx, storage.ChangeID{}) {
		if err != nil {
			fmt.Println(err)
			break
		}
		switch c.Type {
		case storage.ActivationRequested:
			fmt.Println("send a mail to user", c.UserID)
		case storage.TabRefreshed:
			fmt.Println("refresh the tab", c.Detail)
			cancel() // ends the example; a server watches until it stops
		}
	}
	// Output:
	// send a mail to user 1
	// refresh the tab inbox
	// context canceled
}
