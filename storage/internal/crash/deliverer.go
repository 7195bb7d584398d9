package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
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
	envDeliver   = "ROSTER_TEST_DELIVER"
	envDeliverTo = "ROSTER_TEST_DELIVER_TO"
	envBatch     = "ROSTER_TEST_DELIVER_BATCH"
)

// delivered is the account whose changes are delivered.
const delivered user.AccountID = "acme"

// attemptTimeout is the DeliverOptions.Timeout of deliverers. Their lease lasts twice as long.
const attemptTimeout = 250 * time.Millisecond

// message is what a deliverer sends to the Receiver.
type message struct {
	ID     storage.ChangeID
	UserID user.ID
	PID    int // of the deliverer
}

// DeliverIfAsked turns the test program into a deliverer if startDeliverer started the process.
// TestMain must call it. A deliverer opens the storage with open, and sends the changes of one
// account to the Receiver until the process is killed. If open or the delivery fails,
// DeliverIfAsked prints the error and exits with status 1. In any other process it returns at once.
func DeliverIfAsked(open func(where string) (storage.Storage, error)) {
	where := os.Getenv(envDeliver)
	if where == "" {
		return
	}
	s, err := open(where)
	if err == nil {
		batch, _ := strconv.Atoi(os.Getenv(envBatch))
		host := roster.New(s).As(delivered, roster.SystemActor())
		err = roster.Deliver(context.Background(), host, "hook", sendTo(os.Getenv(envDeliverTo)), roster.DeliverOptions{
			Timeout: attemptTimeout, Attempts: 1000, Backoff: 5 * time.Millisecond, MaxBackoff: 100 * time.Millisecond, Batch: batch,
		})
	}
	fmt.Fprintln(os.Stderr, "the deliverer ended:", err)
	os.Exit(1)
}

// sendTo returns a handler that sends changes to a Receiver.
func sendTo(url string) roster.ChangeHandler {
	return func(ctx context.Context, c storage.Change) error {
		body, err := json.Marshal(message{c.ID, c.UserID, os.Getpid()})
		if err != nil {
			return err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", answer.StatusCode)
		}
		return nil
	}
}

// startDeliverer starts the test program again, as a deliverer of the changes of the storage at
// where. The deliverer sends them to url and has the DeliverOptions.Batch batch. startDeliverer
// fails the test if the program does not start. The process is killed when the test ends.
func startDeliverer(tb testing.TB, where, url string, batch int) *exec.Cmd {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envDeliver+"="+where, envDeliverTo+"="+url, envBatch+"="+strconv.Itoa(batch))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}
