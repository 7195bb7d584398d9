package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// delivered is the account whose changes are delivered.
const delivered user.AccountID = "acme"

// attemptTimeout is the DeliverOptions.Timeout of deliverers. Their lease lasts twice as long.
const attemptTimeout = 250 * time.Millisecond

// deliver delivers the changes of the account "acme" in batches of the given size, and prints a
// line for each. It returns only after an error.
func deliver(s storage.Storage, batch string) error {
	size, err := strconv.Atoi(batch)
	if err != nil {
		return err
	}
	host := roster.New(s).As(delivered, roster.SystemActor())
	return roster.Deliver(context.Background(), host, "hook", handle, roster.DeliverOptions{
		Timeout: attemptTimeout, Attempts: 1000, Backoff: 5 * time.Millisecond, MaxBackoff: 100 * time.Millisecond, Batch: size,
	})
}

// errFault is the error of a handler that fails on purpose.
var errFault = errors.New("a fault")

// handle is the handler of a deliverer process. For each change it prints the change's id, the
// user's id and the process id. handle sometimes fails on purpose: of 1000 changes, 30 fail without
// a line, 30 fail after the line, and 5 wait without a line until ctx ends.
func handle(ctx context.Context, c storage.Change) error {
	n := rand.IntN(1000)
	switch {
	case n < 30:
		return errFault
	case n < 35:
		<-ctx.Done()
		return ctx.Err()
	}
	_, err := fmt.Printf("%d %d %d %d\n", c.ID.Revision, c.ID.Index, c.UserID, os.Getpid())
	if n < 65 {
		err = errFault
	}
	return err
}
