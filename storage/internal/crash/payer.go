package crash

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// callers is the number of goroutines of a payer.
const callers = 4

// pay makes transfers in the account "acme" from several goroutines at once (the constant callers),
// each until its first error. The keys of the transfers begin with prefix. Before each transfer a
// goroutine prints "try key", and after a transfer without an error "done key". pay returns the
// first error of a goroutine; the others may go on.
func pay(s storage.Storage, prefix string) error {
	errs := make(chan error, callers)
	for g := range callers {
		go func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%s/%d/%d", prefix, g, i)
				_, _ = os.Stdout.WriteString("try " + key + "\n")
				if err := sample.Pay(context.Background(), s, "acme", balance.Holder(g+1), key); err != nil {
					errs <- err
					return
				}
				_, _ = os.Stdout.WriteString("done " + key + "\n")
			}
		}()
	}
	return <-errs
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

// StartPayer starts the test program again as a payer (ChildMain) of the storage at place, with
// keys that begin with prefix. l must be a log of the account "acme". l records the lines that the
// payer prints. The process is killed when the test ends. If the process cannot be started, the
// test fails.
func (l *Log) StartPayer(tb testing.TB, place, prefix string) *Payer {
	tb.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		tb.Fatal(err)
	}
	p := &Payer{log: l, Began: make(chan struct{})}
	p.cmd = start(tb, out, "pay", place, prefix)
	_ = out.Close() // the payer has it too
	p.all.Go(func() {
		p.listen(in)
		_ = in.Close()
	})
	return p
}

// listen records the lines of the payer in the log, until out ends: "try key" with Log.Try, "done
// key" with Log.Done. It adds any other line to p.failed. It closes p.Began after the first "done
// key", or at the end.
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

// Kill kills the payer with SIGKILL, and returns when the log has all lines that the payer printed.
// The test fails if the payer printed an error.
func (p *Payer) Kill(tb testing.TB) {
	tb.Helper()
	_ = p.cmd.Process.Kill()
	p.all.Wait()
	_ = p.cmd.Wait() // killed
	if p.failed != "" {
		tb.Errorf("the payer says %q", p.failed)
	}
}
