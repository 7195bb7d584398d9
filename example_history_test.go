package roster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// The history of one user, from the newest change to the oldest, page by page.
func ExampleHandle_Changes() {
	ctx := context.Background()
	host := fund()
	must(host.Patch(ctx, 1, user.Patch{DisplayName: user.Set("Ann")}, roster.WithReason("a new badge")))
	must(host.Transfer(ctx, roster.TransferParams{Users: []user.ID{1}, Amount: usd("5.00")}))
	must(host.Patch(ctx, 2, user.Patch{DisplayName: user.Set("Bob")}))

	q := storage.ChangeQuery{UserID: 1, Newest: true, Limit: 2}
	for {
		page, err := host.Changes(ctx, q)
		if err != nil || len(page) == 0 {
			fmt.Println("the end", err)
			return
		}
		for _, c := range page {
			fmt.Printf("%s %q\n", c.Type, c.Reason)
			for _, d := range c.Diff {
				fmt.Printf("  %s: %q -> %q\n", d.Attribute, d.Before, d.After)
			}
			if c.Money != nil {
				for _, p := range c.Money.Payments {
					fmt.Println("  from", p.From, "to", p.To, p.Amount)
				}
			}
		}
		q.After = page[len(page)-1].ID
	}
	// Output:
	// money.transferred ""
	//   from account to user 1 5.00 USD
	// user.updated "a new badge"
	//   displayName: "" -> "Ann"
	// user.created ""
	// the end <nil>
}

func ExampleHandle_Transfers() {
	ctx := context.Background()
	host := fund()
	must(host.Transfer(ctx, roster.TransferParams{Users: []user.ID{1, 2}, Amount: usd("5.00")}))
	must(host.Transfer(ctx, roster.TransferParams{Users: []user.ID{2}, Amount: usd("-1.00")}))

	list, err := host.Transfers(ctx, roster.TransferListParams{
		UserID: 2, Kinds: []balance.Kind{balance.Transferring}, From: noon, Newest: true,
	})
	for _, t := range list {
		for _, p := range t.Postings {
			fmt.Println(t.ID, "from", p.From, "to", p.To)
		}
	}
	fmt.Println(err)
	// Output:
	// 3 from user 2 to account
	// 2 from account to user 1
	// 2 from account to user 2
	// <nil>
}

// A host removes old changes. A reader that is behind receives the id after which changes are
// kept.
func ExampleHandle_CompactChanges() {
	ctx := context.Background()
	now := noon
	host := open(newDirectory(roster.WithClock(func() time.Time { return now })))
	add(host, "ann")
	now = now.AddDate(2, 0, 0)
	must(host.Patch(ctx, 1, user.Patch{DisplayName: user.Set("Ann")}))

	last, err := host.CompactChanges(ctx, now.AddDate(-1, 0, 0))
	fmt.Println("forgotten up to revision", last.Revision, "of", must(host.Revision(ctx)), err)

	_, err = host.Changes(ctx, storage.ChangeQuery{})
	var gone *storage.CompactedError
	if errors.As(err, &gone) {
		for _, c := range must(host.Changes(ctx, storage.ChangeQuery{After: gone.Last})) {
			fmt.Println(c.ID.Revision, c.Type)
		}
	}
	// Output:
	// forgotten up to revision 2 of 4 <nil>
	// 3 user.updated
	// 4 changes.compacted
}

// A person asks for their data (GDPR, article 15). The host writes them to a file, or here to a
// buffer.
func ExampleHandle_Export() {
	ctx := context.Background()
	host := open(newDirectory())
	created := must(host.Create(ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "ann"}, Contact: user.Contact{Email: "ann@example.com"},
	}}))
	must(host.Patch(ctx, created.User.ID, user.Patch{FirstName: user.Set("Ann")}, roster.WithReason("asked by phone")))

	var file bytes.Buffer
	if err := host.Export(ctx, created.User.ID, &file); err != nil {
		fmt.Println(err) // what file has then is no whole export
		return
	}

	var data struct {
		User struct {
			Contact struct{ Email string }
		}
		Changes []struct{ Type, Reason string }
	}
	if err := json.Unmarshal(file.Bytes(), &data); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(data.User.Contact.Email)
	for _, c := range data.Changes {
		fmt.Println(c.Type, c.Reason)
	}
	// Output:
	// ann@example.com
	// user.updated asked by phone
	// user.created
}

// A delivery sends every change to another system, which refuses one of them. The change becomes a
// dead letter, and is sent again later.
func ExampleDeliver() {
	ctx := context.Background()
	host := open(roster.New(memstore.New()))
	add(host, "ann")
	add(host, "bob")
	send := func(_ context.Context, c storage.Change) error {
		fmt.Println(c.Type, "of user", c.UserID)
		return nil
	}

	// A server runs Deliver in a goroutine of its own until it ends.
	server, end := context.WithTimeout(ctx, 100*time.Millisecond)
	defer end()
	err := roster.Deliver(server, host, "mail", func(ctx context.Context, c storage.Change) error {
		if c.UserID == 2 {
			return errors.New("the mailbox is full")
		}
		return send(ctx, c)
	}, roster.DeliverOptions{Attempts: 2, Backoff: time.Millisecond})
	fmt.Println(err)

	for _, d := range must(host.Deliveries(ctx, "", 0)) {
		fmt.Println(d.Name, "is at revision", d.Position.Revision)
	}
	for _, l := range must(host.DeadLetters(ctx, "mail", storage.ChangeID{}, 0)) {
		fmt.Println("dead after", l.Attempts, "attempts:", l.Error)
		if err := host.ReplayDeadLetter(ctx, "mail", l.Change.ID, send); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println("dead letters left:", len(must(host.DeadLetters(ctx, "mail", storage.ChangeID{}, 0))))

	// A host gives up a change, or the whole delivery.
	err = host.DeleteDeadLetter(ctx, "mail", storage.ChangeID{Revision: 1})
	fmt.Println("a dead letter:", roster.CodeOf(err))
	fmt.Println("the delivery:", roster.CodeOf(host.DeleteDelivery(ctx, "mail")))
	// Output:
	// account.updated of user 0
	// user.created of user 1
	// context deadline exceeded
	// mail is at revision 3
	// dead after 2 attempts: the mailbox is full
	// user.created of user 2
	// dead letters left: 0
	// a dead letter: not_found
	// the delivery: ok
}
