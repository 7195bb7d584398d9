package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// The environment of a deliverer.
const (
	envDeliver = "ROSTER_TEST_DELIVER"
	envBatch   = "ROSTER_TEST_DELIVER_BATCH"
)

// delivered is the account whose changes are delivered.
const delivered user.AccountID = "acme"

// attemptTimeout is the DeliverOptions.Timeout of deliverers. Their lease lasts twice as long.
const attemptTimeout = 250 * time.Millisecond

// DeliverIfAsked runs a deliverer instead of the tests if KillDeliverers started this process;
// otherwise it returns at once. TestMain must call it. The deliverer opens the storage with open,
// delivers the changes of the account "acme", and prints a line for each. It runs until it is
// killed, or exits with status 1 after an error.
func DeliverIfAsked(open func(place string) (storage.Storage, error)) {
	place := os.Getenv(envDeliver)
	if place == "" {
		return
	}
	s, err := open(place)
	if err == nil {
		batch, _ := strconv.Atoi(os.Getenv(envBatch))
		host := roster.New(s).As(delivered, roster.SystemActor())
		err = roster.Deliver(context.Background(), host, "hook", handle, roster.DeliverOptions{
			Timeout: attemptTimeout, Attempts: 1000, Backoff: 5 * time.Millisecond, MaxBackoff: 100 * time.Millisecond, Batch: batch,
		})
	}
	fmt.Fprintln(os.Stderr, "the deliverer ended:", err)
	os.Exit(1)
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

// start starts the test program again as a child process, and returns the running command. out is
// the standard output of the child. env lists additional environment variables, each as
// "name=value". The child is killed when the test ends. If the child cannot be started, start fails
// the test.
func start(tb testing.TB, out *os.File, env ...string) *exec.Cmd {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}
