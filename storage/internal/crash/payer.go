package crash

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// The environment of a payer.
const (
	envWhere   = "ROSTER_TEST_PAY"
	envAccount = "ROSTER_TEST_PAY_ACCOUNT"
	envPrefix  = "ROSTER_TEST_PAY_PREFIX"
	envMost    = "ROSTER_TEST_PAY_MOST"
)

// PayIfAsked turns the test program into a payer if StartPayer started the process. TestMain must
// call it. A payer opens the storage with open, makes transfers, and reports them on standard
// output. The process then exits with status 0, or with status 1 after an error. In any other
// process PayIfAsked returns at once.
func PayIfAsked(open func(where string) (storage.Storage, error)) {
	where := os.Getenv(envWhere)
	if where == "" {
		return
	}
	s, err := open(where)
	if err == nil {
		most, _ := strconv.Atoi(os.Getenv(envMost))
		err = pay(os.Stdout, s, user.AccountID(os.Getenv(envAccount)), os.Getenv(envPrefix), most)
	}
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// callers is the number of goroutines of a payer.
const callers = 4

// pay makes transfers in the account a from 4 goroutines. The parameter most is the number of
// transfers of all goroutines together, rounded down to a multiple of 4. If most is 0, the
// goroutines go on until an error. Before each transfer a goroutine writes a line "try key" to out,
// and after it a line "done key". pay returns nil when all goroutines have ended. After an error of
// a transfer it returns the error at once, while other goroutines may still run.
func pay(out io.Writer, s storage.Storage, a user.AccountID, prefix string, most int) error {
	errs := make(chan error, callers)
	for g := range callers {
		go func() {
			for i := 0; most == 0 || i < most/callers; i++ {
				key := fmt.Sprintf("%s/%d/%d", prefix, g, i)
				_, _ = io.WriteString(out, "try "+key+"\n")
				if err := sample.Pay(context.Background(), s, a, balance.Holder(g+1), key); err != nil {
					errs <- err
					return
				}
				_, _ = io.WriteString(out, "done "+key+"\n")
			}
			errs <- nil
		}()
	}
	for range callers {
		if err := <-errs; err != nil {
			return err // the process ends with it, and with the others' transfers
		}
	}
	return nil
}

// Payer is a second process of this program that makes transfers.
type Payer struct {
	cmd *exec.Cmd
	log *Log
	all sync.WaitGroup
	// Began is closed when its first transfer is done.
	Began  chan struct{}
	failed string
}

// StartPayer starts the test program again, as a payer: a process that makes transfers in the
// storage at where. The TestMain of the program must call PayIfAsked. The keys of the transfers
// begin with prefix. The parameter most is the number of transfers. The payer rounds it down to a
// multiple of 4. If most is 0, the payer does not stop by itself. The log l records the transfers
// that the payer reports. The process is killed when the test ends. StartPayer fails the test if
// the process does not start.
func (l *Log) StartPayer(tb testing.TB, where, prefix string, most int) *Payer {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	p := &Payer{cmd: exec.Command(self), log: l, Began: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), envWhere+"="+where, envAccount+"="+string(l.account), envPrefix+"="+prefix,
		envMost+"="+strconv.Itoa(most))
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		tb.Fatal(err)
	}
	p.all.Go(func() { p.listen(out) })
	tb.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// listen reads the lines that the payer writes to out, until out ends, and records them in the log.
// A line "try key" starts the transfer with the key, a line "done key" acknowledges the transfer.
// listen ignores a last line without an end, and adds any other line to p.failed. It closes p.Began
// at the first acknowledged transfer, or at the end of out.
func (p *Payer) listen(out io.Reader) {
	began := sync.OnceFunc(func() { close(p.Began) })
	defer began()
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		if err != nil { // what has no end was not said
			return
		}
		switch word, key, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " "); word {
		case "try":
			p.log.Try(key)
		case "done":
			p.log.Done(key)
			began()
		default:
			p.failed += line
		}
	}
}

// Kill kills the payer with SIGKILL. It waits until the process has ended and the log contains
// everything that the payer reported. It fails the test if the payer reported an error before.
func (p *Payer) Kill(tb testing.TB) {
	tb.Helper()
	_ = p.cmd.Process.Kill()
	p.all.Wait()
	_ = p.cmd.Wait() // killed
	if p.failed != "" {
		tb.Errorf("the payer says %q", p.failed)
	}
}

// Wait waits until the payer ends by itself and the log contains everything that the payer
// reported. It fails the test if the payer reported an error or ended with a status other than 0.
func (p *Payer) Wait(tb testing.TB) {
	tb.Helper()
	p.all.Wait()
	if err := p.cmd.Wait(); err != nil || p.failed != "" {
		tb.Errorf("the payer ended with %v and said %q", err, p.failed)
	}
}
