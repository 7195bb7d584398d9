package roster_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
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
	fmt.Println("forgotten up to revision", last.Revision, err)

	_, err = host.Changes(ctx, storage.ChangeQuery{})
	var gone *storage.CompactedError
	if errors.As(err, &gone) {
		for _, c := range must(host.Changes(ctx, storage.ChangeQuery{After: gone.Last})) {
			fmt.Println(c.ID.Revision, c.Type)
		}
	}
	// Output:
	// forgotten up to revision 2 <nil>
	// 3 user.updated
	// 4 changes.compacted
}
