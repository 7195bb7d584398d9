package pgstore

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
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
)

// fund puts money into an account.
func fund(tb testing.TB, s *Store, account string) {
	tb.Helper()
	_, err := s.Update(context.Background(), accountID(account), func(ctx context.Context, w storage.Writer) error {
		return w.PostTransfer(ctx, balance.Transfer{ID: 1, Kind: balance.Funding, Currency: "USD", Postings: []balance.Posting{
			{From: balance.World, To: balance.Account, Amount: 1_000_000_000, ToAfter: 1_000_000_000},
		}})
	})
	must(tb, err)
}

// pay makes one transfer as the front door does: it reads both balances, looks for the key, takes an id and posts.
func pay(ctx context.Context, s *Store, account string, to balance.Holder, key string) error {
	_, err := s.Update(ctx, accountID(account), func(ctx context.Context, w storage.Writer) error { return post(ctx, w, to, key) })
	return err
}

func post(ctx context.Context, w storage.Writer, to balance.Holder, key string) error {
	has, err := w.Balances(ctx, balance.Account, to)
	if err != nil {
		return err
	}
	if key != "" {
		if _, err := w.TransferByKey(ctx, key); err == nil {
			return storage.ErrExists
		} else if !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	id, err := w.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	return w.PostTransfer(ctx, balance.Transfer{
		ID: balance.TransferID(id), Kind: balance.Transferring, Currency: "USD", At: time.UnixMicro(1), Key: key,
		AccountText: "to ${user_name}", UserText: "a gift",
		Postings: []balance.Posting{
			{From: balance.Account, To: to, Amount: 1, FromAfter: has[0] - 1, ToAfter: has[1] + 1, Name: "name"},
		},
	})
}

// payForEver makes transfers from four goroutines, with keys that begin with prefix, and prints each key twice: before it
// tries, and when Update has returned.
func payForEver(dsn, prefix string) {
	pool, err := pgxpool.New(context.Background(), dsn)
	var s *Store
	if err == nil {
		s, err = New(pool)
	}
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%s/%d/%d", prefix, g, i)
				_, _ = os.Stdout.WriteString("try " + key + "\n")
				if err := pay(context.Background(), s, "acme", balance.Holder(g+1), key); err != nil {
					_, _ = os.Stdout.WriteString("failed " + err.Error() + "\n")
					os.Exit(1)
				}
				_, _ = os.Stdout.WriteString("done " + key + "\n")
			}
		})
	}
	all.Wait()
}

// checkLedger proves that the ledger is whole: each transfer has its line, the postings add up to the balances, and no
// money came or went. It returns the keys and how often each is there.
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

// heal checks that what was acknowledged is there exactly once and what was only tried whole or not at all, and repeats
// what was only tried. It returns how many those were.
func heal(t *testing.T, s *Store, tried, done map[string]bool) (unknown int) {
	t.Helper()
	// The server may still be at the last commit of a client that died. The account's lock is free when it is done.
	_, err := s.Update(t.Context(), "acme", func(context.Context, storage.Writer) error { return nil })
	must(t, err)
	keys := checkLedger(t, s)
	for key := range done {
		if keys[key] != 1 {
			t.Fatalf("the acknowledged transfer %q is there %d times", key, keys[key])
		}
	}
	for key := range keys {
		if key != "" && !tried[key] {
			t.Fatalf("nobody tried %q", key)
		}
	}
	for key := range tried {
		if done[key] {
			continue
		}
		unknown++
		err := pay(t.Context(), s, "acme", 1, key)
		if exists := errors.Is(err, storage.ErrExists); exists != (keys[key] == 1) || err != nil && !exists {
			t.Fatalf("repeating %q, which is there %d times: %v", key, keys[key], err)
		}
		done[key] = true
	}
	for key, n := range checkLedger(t, s) {
		if n != 1 {
			t.Errorf("%q is there %d times", key, n)
		}
	}
	return unknown
}

// howOften returns how often to do something, as an environment variable says, or n.
func howOften(name string, n int) int {
	if v, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return v
	}
	return n
}

// TestKilled kills a process with SIGKILL in the middle of transfers, again and again on one database. ROSTER_KILLS sets
// how often, twenty times if it is not set.
func TestKilled(t *testing.T) {
	kills := howOften("ROSTER_KILLS", 20)
	dsn := scratch(t, pgserver.Shared(t))
	s := openAt(t, dsn)
	fund(t, s, "acme")
	self, err := os.Executable()
	must(t, err)
	tried, done, unknown := make(map[string]bool), make(map[string]bool), 0
	for round := range kills {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), "ROSTER_TEST_PAY="+dsn, "ROSTER_TEST_KEY="+fmt.Sprint("round ", round))
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		var timer *time.Timer
		for lines := bufio.NewScanner(out); lines.Scan(); {
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
				timer = time.AfterFunc(time.Duration(rand.IntN(60_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
			}
		}
		_ = cmd.Wait() // killed
		unknown += heal(t, s, tried, done)
	}
	if len(done) < kills || unknown == 0 {
		t.Errorf("%d transfers, %d of unknown outcome: the kills hit nothing", len(done), unknown)
	}
	t.Logf("%d kills, %d transfers, %d of unknown outcome", kills, len(done), unknown)
}

// TestServerKilled kills the server with SIGKILL under load, again and again. ROSTER_SERVER_KILLS sets how often, three
// times if it is not set.
func TestServerKilled(t *testing.T) {
	server := pgserver.Private(t, "fsync=on")
	kills := howOften("ROSTER_SERVER_KILLS", 3)
	s := openAt(t, scratch(t, server))
	fund(t, s, "acme")
	tried, done, unknown := make(map[string]bool), make(map[string]bool), 0
	for round := range kills {
		var mu sync.Mutex
		var all sync.WaitGroup
		var down atomic.Bool
		outcomes := 0
		for g := range 4 {
			all.Go(func() {
				for i := 0; ; i++ {
					key := fmt.Sprintf("%d/%d/%d", round, g, i)
					mu.Lock()
					tried[key] = true
					mu.Unlock()
					err := pay(context.Background(), s, "acme", balance.Holder(g+1), key)
					mu.Lock()
					if err == nil {
						done[key] = true
					} else if errors.Is(err, storage.ErrUnknownOutcome) {
						outcomes++
					}
					mu.Unlock()
					if err != nil {
						if !down.Load() {
							t.Errorf("before the server was killed: %v", err)
						}
						return
					}
				}
			})
		}
		time.Sleep(time.Duration(50+rand.IntN(100)) * time.Millisecond)
		down.Store(true)
		server.Kill()
		all.Wait()
		must(t, server.Restart())
		t.Logf("round %d: %d got an unknown outcome", round, outcomes)
		unknown += heal(t, s, tried, done)
	}
	if len(done) < kills || unknown == 0 {
		t.Errorf("%d transfers, %d not acknowledged: the kills hit nothing", len(done), unknown)
	}
}
