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

// PayIfAsked must be called by TestMain. If StartPayer started the process, PayIfAsked makes
// transfers on the storage that open returns, and then ends the process. Otherwise it returns.
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

// pay makes transfers. It writes a line to out before it tries each, and another when the transfer
// is acknowledged. It ends after most transfers, or never if most is 0.
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

// StartPayer starts the test's own program, whose TestMain must call PayIfAsked, to make transfers
// with keys that begin with prefix. It makes most transfers, or transfers without end if most is 0.
// The log records what it reports. The process is killed at the end of the test.
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

// listen records the lines that the payer wrote, up to its last complete line.
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

// Kill kills the payer by SIGKILL, and returns when the log has everything that the payer reported.
func (p *Payer) Kill(tb testing.TB) {
	tb.Helper()
	_ = p.cmd.Process.Kill()
	p.all.Wait()
	_ = p.cmd.Wait() // killed
	if p.failed != "" {
		tb.Errorf("the payer says %q", p.failed)
	}
}

// Wait waits until the payer has ended by itself.
func (p *Payer) Wait(tb testing.TB) {
	tb.Helper()
	p.all.Wait()
	if err := p.cmd.Wait(); err != nil || p.failed != "" {
		tb.Errorf("the payer ended with %v and said %q", err, p.failed)
	}
}
