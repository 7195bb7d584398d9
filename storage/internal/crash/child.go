package crash

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/ca74b63c/roster/storage"
)

// The environment of a child process.
const (
	envRole  = "ROSTER_TEST_ROLE" // "pay" or "deliver"
	envPlace = "ROSTER_TEST_PLACE"
	envParam = "ROSTER_TEST_PARAM" // the prefix of a payer's keys, or the batch size of a deliverer
)

// ChildMain runs a payer or a deliverer instead of the tests if this package started the process;
// otherwise it returns at once. TestMain must call it. open opens the storage at place.
//
// A payer makes transfers in the account "acme", and prints the key of each transfer before and
// after it. A deliverer delivers the changes of the account "acme", and prints a line for each.
// Both run until they are killed. After an error they print it and exit with status 1.
func ChildMain(open func(place string) (storage.Storage, error)) {
	role := os.Getenv(envRole)
	if role == "" {
		return
	}
	s, err := open(os.Getenv(envPlace))
	switch {
	case err != nil:
	case role == "pay":
		err = pay(s, os.Getenv(envParam))
	default:
		err = deliver(s, os.Getenv(envParam))
	}
	fmt.Println("failed", err)
	os.Exit(1)
}

// start starts the test program again as a child process that ChildMain runs, and returns the
// running command. out is the standard output of the child. The child is killed when the test ends.
// If the child cannot be started, start fails the test.
func start(tb testing.TB, out *os.File, role, place, param string) *exec.Cmd {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envRole+"="+role, envPlace+"="+place, envParam+"="+param)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}
