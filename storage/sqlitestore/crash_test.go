package sqlitestore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestMain lets the test's own program be the second process that some tests need.
func TestMain(m *testing.M) {
	if path := os.Getenv("ROSTER_TEST_PAY"); path != "" {
		payForEver(path, os.Getenv("ROSTER_TEST_KEY"))
		return
	}
	os.Exit(m.Run())
}

// payForEver makes transfers from four goroutines, with keys that begin with prefix, and prints each key twice: before it
// tries, and when Update has returned.
func payForEver(path, prefix string) {
	s, err := Open(context.Background(), path)
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	most, _ := strconv.Atoi(os.Getenv("ROSTER_TEST_MOST"))
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := 0; most == 0 || i < most/4; i++ {
				key := fmt.Sprintf("%s/%d/%d", prefix, g, i)
				_, _ = os.Stdout.WriteString("try " + key + "\n")
				if err := pay(context.Background(), s, balance.Holder(g+1), key); err != nil {
					_, _ = os.Stdout.WriteString("failed " + err.Error() + "\n")
					os.Exit(1)
				}
				_, _ = os.Stdout.WriteString("done " + key + "\n")
			}
		})
	}
	all.Wait()
}

func payer(t *testing.T, path, key string, most int) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "ROSTER_TEST_PAY="+path, "ROSTER_TEST_KEY="+key, "ROSTER_TEST_MOST="+strconv.Itoa(most))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

// checkLedger proves that the ledger is whole: each transfer has its line, each statement adds up to the balance, and
// no money came or went. It returns the keys and how often each is there.
func checkLedger(t *testing.T, s *Store) map[string]int {
	t.Helper()
	keys := make(map[string]int)
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		sums := make(map[balance.Holder]balance.Units)
		for last := balance.TransferID(0); ; {
			page, err := r.Transfers(ctx, last, 0)
			if err != nil {
				return err
			}
			for _, x := range page {
				if len(x.Postings) != 1 {
					t.Errorf("transfer %d has %d postings", x.ID, len(x.Postings))
				}
				for _, p := range x.Postings {
					sums[p.From] -= p.Amount
					sums[p.To] += p.Amount
				}
				keys[x.Key]++
				last = x.ID
			}
			if len(page) == 0 {
				break
			}
		}
		holders := []balance.Holder{balance.Account, 1, 2, 3, 4}
		has, err := r.Balances(ctx, holders...)
		if err != nil {
			return err
		}
		var total balance.Units
		for i, h := range holders {
			if total += has[i]; has[i] != sums[h] {
				t.Errorf("%s has %d, the postings say %d", h, has[i], sums[h])
			}
		}
		if total != -sums[balance.World] {
			t.Errorf("%d came in, %d is there", -sums[balance.World], total)
		}
		return nil
	}))
	return keys
}

// TestKilled kills a process with SIGKILL in the middle of transfers, again and again on one file. What was acknowledged
// is there exactly once, what was not is there whole or not at all, and repeating it under its key heals that.
// ROSTER_KILLS sets how often, a hundred times if it is not set.
func TestKilled(t *testing.T) {
	kills := 100
	if n, err := strconv.Atoi(os.Getenv("ROSTER_KILLS")); err == nil {
		kills = n
	}
	s := ledger(t)
	path := s.path
	must(t, s.Close())
	random := rand.New(rand.NewPCG(1, 2))
	tried, done, unknown := make(map[string]bool), make(map[string]bool), 0
	for round := range kills {
		cmd, lines := payer(t, path, fmt.Sprint("round ", round), 0)
		var timer *time.Timer
		for lines.Scan() {
			word, key, _ := strings.Cut(lines.Text(), " ")
			switch word {
			case "try":
				tried[key] = true
			case "done":
				done[key] = true
			default:
				t.Errorf("the process says %q", lines.Text())
			}
			if timer == nil { // once it is at work
				pause := time.Duration(random.IntN(60_000)) * time.Microsecond
				timer = time.AfterFunc(pause, func() { _ = cmd.Process.Kill() })
			}
		}
		_ = cmd.Wait() // killed
		s := openAt(t, path)
		keys := checkLedger(t, s)
		for key := range done {
			if keys[key] != 1 {
				t.Fatalf("round %d: the acknowledged transfer %q is there %d times", round, key, keys[key])
			}
		}
		for key := range keys {
			if key != "" && !tried[key] {
				t.Fatalf("round %d: nobody tried %q", round, key)
			}
		}
		for key := range tried {
			if done[key] {
				continue
			}
			unknown++
			err := pay(t.Context(), s, 1, key)
			if exists := errors.Is(err, storage.ErrExists); exists != (keys[key] == 1) || err != nil && !exists {
				t.Fatalf("round %d: repeating %q, which is there %d times: %v", round, key, keys[key], err)
			}
			done[key] = true
		}
		must(t, s.Close())
	}
	s = openAt(t, path)
	for key, n := range checkLedger(t, s) {
		if n != 1 {
			t.Errorf("%q is there %d times", key, n)
		}
	}
	if len(done) < kills || unknown == 0 {
		t.Errorf("%d transfers, %d of unknown outcome: the kills hit nothing", len(done), unknown)
	}
	t.Logf("%d kills, %d transfers, %d of unknown outcome", kills, len(done), unknown)
}

// TestTwoProcesses lets two processes write to one file at once: every transfer is there, and each sees the other's.
func TestTwoProcesses(t *testing.T) {
	s := ledger(t)
	waited := make(chan error, 1)
	const each = 100
	go func() {
		var err error
		for rev := user.Revision(1); rev < 1+2*each && err == nil; {
			rev, err = s.Wait(t.Context(), "acme", rev)
		}
		waited <- err
	}()
	cmd, lines := payer(t, s.path, "theirs", each)
	for i := range each {
		must(t, pay(t.Context(), s, 1, fmt.Sprint("ours ", i)))
	}
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "failed") {
			t.Error(lines.Text())
		}
	}
	must(t, cmd.Wait())
	must(t, <-waited)
	if keys := checkLedger(t, s); len(keys) != 2*each+1 {
		t.Errorf("%d transfers, want %d", len(keys)-1, 2*each)
	}
}
