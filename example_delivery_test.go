package roster_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

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
