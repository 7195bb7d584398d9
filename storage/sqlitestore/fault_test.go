package sqlitestore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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

// TestDiskFull fills the file. Who asks for too much gets ErrFull, and his neighbours in the same transaction
// their commits.
func TestDiskFull(t *testing.T) {
	s := open(t, Readers(2))
	crowd(t, s, 50)
	v, _, err := one(t.Context(), s.writer, "PRAGMA page_count")
	must(t, err)
	_, err = s.writer.exec(fmt.Sprintf("PRAGMA max_page_count = %d", number(v[0])+40))
	must(t, err)
	_, err = s.writer.exec("PRAGMA cache_size = 10") // so that pages are asked for before the commit
	must(t, err)
	var failed atomic.Int32
	var all sync.WaitGroup
	hold := make(chan struct{})
	all.Go(func() {
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			<-hold
			return nil
		})
		must(t, err)
	})
	for i := range 30 {
		all.Go(func() {
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				if i%10 == 5 {
					for id := user.ID(1000); id < 4000; id++ {
						if err := w.PutUser(ctx, person(id)); err != nil {
							return err
						}
					}
					return nil
				}
				u, err := w.User(ctx, user.ID(i+1))
				u.Preferences.AutoAnswer = true
				return errors.Join(err, w.PutUser(ctx, u))
			})
			switch {
			case i%10 == 5 && errors.Is(err, ErrFull):
				failed.Add(1)
			case i%10 == 5 || err != nil:
				t.Errorf("Update %d: %v", i, err)
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	close(hold)
	all.Wait()
	if failed.Load() != 3 {
		t.Errorf("%d of 3 that asked for too much got ErrFull", failed.Load())
	}
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		users, err := r.Users(ctx, storage.Query{})
		answering := 0
		for _, u := range users {
			if u.Preferences.AutoAnswer {
				answering++
			}
		}
		if len(users) != 50 || answering != 27 || r.Revision() != 1+27 {
			t.Errorf("%d users, %d changed, revision %d", len(users), answering, r.Revision())
		}
		return err
	}))
	_, err = s.writer.exec("PRAGMA max_page_count = 1000000")
	must(t, err)
	_, err = s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(1000)) })
	must(t, err)
}

// TestLocked has another program hold the write lock: readers do not notice, a writer waits as long as he was told, or
// his context lives, and then has his turn.
func TestLocked(t *testing.T) {
	s := open(t, BusyTimeout(50*time.Millisecond))
	crowd(t, s, 1)
	host := plain(t, s.path)
	tx, err := host.Begin()
	must(t, err)
	put := func(ctx context.Context) error {
		_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(2)) })
		return err
	}
	if err := put(t.Context()); !errors.Is(err, ErrBusy) {
		t.Errorf("a locked file: %v", err)
	}
	s.opt.busy = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if err := put(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a locked file and a context that ends: %v", err)
	}
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		_, err := r.User(ctx, 1)
		return err
	}))
	time.AfterFunc(30*time.Millisecond, func() { _ = tx.Rollback() })
	must(t, put(t.Context()))
}

// TestReadOnly opens a file that cannot be written: it can be read, and writing says why not.
func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roster.db")
	s := openAt(t, path)
	crowd(t, s, 3)
	must(t, s.Close())
	s = &Store{opt: optionsOf(nil), path: path, dsn: dsn(path) + "?mode=ro", closing: make(chan struct{})}
	must(t, s.start(t.Context()))
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		n, err := r.CountUsers(ctx, storage.Query{})
		if n != 3 {
			t.Errorf("%d users", n)
		}
		return err
	}))
	_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(4)) })
	if !errors.Is(err, ErrReadOnly) {
		t.Errorf("Update of a read-only file: %v", err)
	}
}

// countdown is a context that ends when it was asked for its error often enough.
type countdown struct {
	context.Context
	left *atomic.Int64
	end  context.CancelFunc
}

func (c countdown) Err() error {
	if c.left.Add(-1) <= 0 {
		c.end()
	}
	return c.Context.Err()
}

// TestCancelledAtEveryStep ends the context at each place where the store looks at it. Each time nothing is changed and
// the error is the context's, until the Update gets through whole.
func TestCancelledAtEveryStep(t *testing.T) {
	s := ledger(t)
	crowd(t, s, 4)
	for steps := int64(1); ; steps++ {
		inner, cancel := context.WithCancel(t.Context())
		left := new(atomic.Int64)
		left.Store(steps)
		ctx := countdown{inner, left, cancel}
		before := stateOf(t, s)
		_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
			if err := post(ctx, w, 1, fmt.Sprint("key ", steps)); err != nil {
				return err
			}
			u, err := w.User(ctx, 2)
			if err != nil {
				return err
			}
			u.Names.Display = fmt.Sprint("changed ", steps)
			if err := w.PutUser(ctx, u); err != nil {
				return err
			}
			return w.AppendChange(ctx, storage.Change{Type: storage.UserUpdated, User: 2, After: &u})
		})
		cancel()
		after := stateOf(t, s)
		switch {
		case err == nil && after == before:
			t.Fatalf("after %d steps Update returned no error and changed nothing", steps)
		case err == nil && steps < 8:
			t.Fatalf("only %d steps look at the context", steps)
		case err == nil:
			return
		case !errors.Is(err, context.Canceled) || after != before:
			t.Fatalf("after %d steps: error %v, state\n%s, before\n%s", steps, err, after, before)
		}
	}
}

// stateOf prints what TestCancelledAtEveryStep could change.
func stateOf(t *testing.T, s *Store) (state string) {
	t.Helper()
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		has, err := r.Balances(ctx, 0, 1)
		u, err2 := r.User(ctx, 2)
		changes, err3 := r.Changes(ctx, storage.ChangeID{}, 0)
		state = fmt.Sprintln(r.Revision(), has, u.Names.Display, len(changes))
		return errors.Join(err, err2, err3)
	}))
	return state
}

// TestCloseWhileBusy closes a store at which many work. Everything ends with ErrClosed, and what was acknowledged is kept.
func TestCloseWhileBusy(t *testing.T) {
	s := ledger(t)
	var done atomic.Int64
	var all sync.WaitGroup
	work := func(what string, once func(i int) error) {
		all.Go(func() {
			for i := 0; ; i++ {
				if err := once(i); errors.Is(err, storage.ErrClosed) {
					return
				} else if err != nil {
					t.Errorf("%s: %v", what, err)
					return
				}
			}
		})
	}
	for g := range 4 {
		work("Update", func(i int) error {
			err := pay(t.Context(), s, balance.Holder(g+1), fmt.Sprint(g, i))
			if err == nil {
				done.Add(1)
			}
			return err
		})
		work("View", func(int) error {
			return s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
				_, err := r.Transfers(ctx, 0, 0)
				return err
			})
		})
	}
	work("Wait", func(int) error {
		_, err := s.Wait(t.Context(), "acme", 1<<62)
		return err
	})
	work("Accounts", func(int) error {
		_, err := s.Accounts(t.Context(), "", 0)
		return err
	})
	time.Sleep(100 * time.Millisecond)
	must(t, s.Close())
	all.Wait()
	s = openAt(t, s.path)
	if keys := checkLedger(t, s); int64(len(keys)) != done.Load()+1 {
		t.Errorf("%d transfers are there, %d were acknowledged", len(keys)-1, done.Load())
	}
}

// TestNoDatabase: a file that is none is refused, and not touched.
func TestNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	text := strings.Repeat("not a database. ", 100)
	must(t, os.WriteFile(path, []byte(text), 0o600))
	if _, err := Open(t.Context(), path); err == nil {
		t.Error("a text file was opened as a database")
	}
	f, err := os.Open(path)
	must(t, err)
	defer func() { _ = f.Close() }()
	if b, err := io.ReadAll(f); err != nil || string(b) != text {
		t.Errorf("the file was changed: %v", err)
	}
	for _, path := range []string{"", ":memory:", "file:x.db?mode=memory", "a\x00b"} {
		if _, err := Open(t.Context(), path); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("path %q: %v", path, err)
		}
	}
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "no", "such", "directory.db")); err == nil {
		t.Error("a file in a directory that is not there was opened")
	}
	odd := openAt(t, filepath.Join(t.TempDir(), "od d?mode=ro#%41.db"))
	crowd(t, odd, 1)
	if _, err := os.Stat(odd.path); err != nil {
		t.Error(err)
	}
}
