package pgstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
)

// TestCutInSharedCommit cuts the connection at one message of 15, in CI of 5, while eight Updates
// share a commit. An Update that returns no error is committed once. If the outcome is unknown,
// repeating the transfer under its key shows it.
func TestCutInSharedCommit(t *testing.T) {
	t.Parallel()
	step := 15
	if crash.Thorough() {
		step = 5
	}
	for _, plan := range []snip{{}, {answers: true}} {
		s, _, cutter := throughShears(t)
		sample.Fund(t, s, "acme")
		for n := 1; ; n += step {
			var updates [8]func()
			var keys [len(updates)]string
			for i := range updates {
				keys[i] = fmt.Sprint("key ", n, " ", i)
				updates[i] = func() {
					if i == len(updates)-1 {
						cutter.cutAt(n, plan)
					}
					err := sample.Pay(t.Context(), s, "acme", balance.Holder(i+1), keys[i])
					if errors.Is(err, storage.ErrUnknownOutcome) {
						if err = sample.Pay(t.Context(), s, "acme", balance.Holder(i+1), keys[i]); errors.Is(err, storage.ErrExists) {
							err = nil
						}
					}
					must(t, err)
				}
			}
			must(t, sample.Pay(t.Context(), s, "acme", 1, fmt.Sprint("before ", n))) // there is a connection
			commits := queueUp(t, s, updates[:]...)
			if !cutter.stop() {
				if n < 10 || !slices.Equal(commits, []int{len(updates) + 1}) {
					t.Errorf("%+v: %d messages, commits of %v", plan, n, commits)
				}
				break
			}
			there := sample.Check(t, s, "acme")
			for _, key := range keys {
				if there[key] != 1 {
					t.Errorf("%+v, message %d: %q is there %d times", plan, n, key, there[key])
				}
			}
		}
	}
}

// TestSerializationFailure has the engine refuse what fn reads: fn runs again, and at last its
// caller gets the error.
func TestSerializationFailure(t *testing.T) {
	oneNode(t, "a cluster takes no triggers")
	s := open(t, Attempts(4))
	_, err := s.pool.Exec(t.Context(), `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '40001'; END $$;
		CREATE TRIGGER refuse BEFORE INSERT ON roster_users FOR EACH ROW EXECUTE FUNCTION refuse()`)
	must(t, err)
	runs := 0
	_, err = s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
		if runs++; runs == 3 {
			if _, err := s.pool.Exec(ctx, "ALTER TABLE roster_users DISABLE TRIGGER refuse"); err != nil {
				return err
			}
		}
		return w.PutUser(ctx, sample.Person(1))
	})
	if err != nil || runs != 3 {
		t.Errorf("an Update that was refused twice ran %d times: %v", runs, err)
	}
	_, err = s.pool.Exec(t.Context(), "ALTER TABLE roster_users ENABLE TRIGGER refuse")
	must(t, err)
	runs = 0
	_, err = s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
		runs++
		return w.PutUser(ctx, sample.Person(2))
	})
	if codeOf(err) != codeSerialization || runs != 4 {
		t.Errorf("an Update that is always refused ran %d times: %v", runs, err)
	}
}

// TestPoolExhausted: with all connections taken, a call waits until its context ends. It succeeds
// if a connection becomes free before.
func TestPoolExhausted(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	openAt(t, dsn)
	pool := newPool(t, dsn, 1)
	s := over(t, pool)
	sample.Fund(t, s, "acme")
	taken, err := pool.Acquire(t.Context())
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if err := sample.Pay(ctx, s, "acme", 1, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Update without a connection: %v", err)
	}
	if err := s.View(ctx, "acme", func(context.Context, storage.Reader) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("View without a connection: %v", err)
	}
	time.AfterFunc(20*time.Millisecond, taken.Release)
	must(t, sample.Pay(t.Context(), s, "acme", 1, "one"))
	sample.Check(t, s, "acme")
}

// TestCancelledAtEveryStep ends the context at each place where it is looked at. Each time nothing
// is changed and the error is the context's, until the Update gets through whole.
func TestCancelledAtEveryStep(t *testing.T) { enginetest.Cancel(t, open(t), 8) }

// TestCallersThatGiveUpCostNoConnection lets callers pay under keys with deadlines of 0 to 6 ms,
// beside others that wait. Those that wait get no error, and none of those that give up takes its
// connection with it.
func TestCallersThatGiveUpCostNoConnection(t *testing.T) {
	s := open(t)
	sample.Fund(t, s, "acme")
	must(t, sample.Pay(t.Context(), s, "acme", 1, "the first"))
	var impatient, patient sync.WaitGroup
	var gaveUp atomic.Int64
	var done atomic.Bool
	for i := range 8 {
		impatient.Go(func() {
			for n := 0; !done.Load(); n++ {
				ctx, cancel := context.WithTimeout(t.Context(), rand.N(6*time.Millisecond))
				err := sample.Pay(ctx, s, "acme", 1, fmt.Sprint("impatient ", i, " ", n))
				cancel()
				switch {
				case errors.Is(err, context.DeadlineExceeded):
					gaveUp.Add(1)
				case err != nil:
					t.Errorf("a caller that may give up gets the error %v", err)
					return
				}
			}
		})
	}
	conns := s.pool.Stat().NewConnsCount()
	for i := range 4 {
		patient.Go(func() {
			for n := range 40 {
				if err := sample.Pay(t.Context(), s, "acme", 1, fmt.Sprint("patient ", i, " ", n)); err != nil {
					t.Errorf("a caller that waits gets the error %v", err)
				}
			}
		})
	}
	patient.Wait()
	lost := s.pool.Stat().NewConnsCount() - conns
	done.Store(true)
	impatient.Wait()
	t.Logf("%d callers gave up, and %d connections were made anew", gaveUp.Load(), lost)
	if gaveUp.Load() < 10 {
		t.Errorf("only %d callers gave up: this test proves nothing", gaveUp.Load())
	}
	// The pool makes one or two more, and a machine that stands still longer than the grace loses
	// some.
	if lost > 10 {
		t.Errorf("%d connections were lost with the callers that gave up", lost)
	}
	sample.Check(t, s, "acme")
}

// TestGivingUpEndsTheWaitForACommitOfOthers: the last Update of a queue fails because its context
// has ended. It returns while the commit of the other Updates is still under way.
func TestGivingUpEndsTheWaitForACommitOfOthers(t *testing.T) {
	s := open(t)
	sample.Fund(t, s, "acme")
	s.opt.batchAge = time.Hour
	hold := make(chan struct{})
	s.committed = func(int) { <-hold }
	enginetest.QueueUp(t, s, "acme", func() int { return waiting(s) },
		func() { must(t, sample.Pay(t.Context(), s, "acme", 1, "paid")) },
		func() {
			ctx, cancel := context.WithCancel(t.Context())
			late := time.AfterFunc(10*time.Second, func() { close(hold) })
			_, err := s.Update(ctx, "acme", func(context.Context, storage.Writer) error {
				cancel()
				return errFn
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("it returned %v", err)
			}
			if !late.Stop() {
				t.Error("it waited for the commit of the others")
				return
			}
			close(hold)
		})
	s.committed = nil
	if keys := sample.Check(t, s, "acme"); keys["paid"] != 1 {
		t.Errorf("transfers: %v", keys)
	}
}

// TestServerIsAway: each call returns an error with the code unavailable when the server cannot be
// reached: with no connection yet, and with connections that end.
func TestServerIsAway(t *testing.T) {
	t.Parallel()
	for _, used := range []bool{false, true} {
		s, _, cutter := throughShears(t)
		cut := func() {
			cutter.mu.Lock()
			defer cutter.mu.Unlock()
			cutter.end()
		}
		if used {
			must(t, s.Migrate(t.Context()))
			sample.Fund(t, s, "acme")
		}
		calls := maps.Clone(connecting)
		delete(calls, "Wait")
		calls["a read in a View"] = func(ctx context.Context, s *Store) error {
			return s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
				cut()
				_, err := r.User(ctx, 1)
				return err
			})
		}
		calls["a read in an Update"] = func(ctx context.Context, s *Store) error {
			_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
				cut()
				_, err := w.User(ctx, 1)
				return err
			})
			return err
		}
		cut()
		for name, call := range calls {
			for range 2 { // connections that ended are gone at the second time
				if used {
					cutter.stop()
					must(t, s.View(t.Context(), "acme", func(context.Context, storage.Reader) error { return nil }))
					if !strings.HasPrefix(name, "a read") {
						cut()
					}
				}
				if err := call(t.Context(), s); roster.CodeOf(err) != roster.CodeUnavailable {
					t.Errorf("%s, with connections before: %t: code %s of %v", name, used, roster.CodeOf(err), err)
				}
			}
		}
		must(t, s.Close())
	}
}

// TestNoRowTwice ends a connection in the middle of an answer: the question is not asked again,
// because its function would get the first rows twice.
func TestNoRowTwice(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	s, other := openAt(t, dsn), newPool(t, dsn, 1)
	first := 0
	err := query(t.Context(), pooled{s}, func(row sqlread.Row) error {
		var i, pid int64
		if err := row.Scan(&i, &pid); err != nil || i > 1 {
			return err
		}
		first++
		_, err := other.Exec(t.Context(), "SELECT pg_terminate_backend($1)", pid)
		return err
	}, "SELECT i, pg_backend_pid()::bigint FROM generate_series(1, 3000000) AS i")
	if !errors.Is(err, storage.ErrUnavailable) || first != 1 {
		t.Errorf("%v after the first row came %d times", err, first)
	}
}

// connecting are calls that need a connection.
var connecting = map[string]func(context.Context, *Store) error{
	"Update": func(ctx context.Context, s *Store) error { return sample.Pay(ctx, s, "acme", 1, "") },
	"Update of a new account": func(ctx context.Context, s *Store) error {
		_, err := s.Update(ctx, "new", func(ctx context.Context, w storage.Writer) error {
			return w.PutUser(ctx, sample.Person(1))
		})
		return err
	},
	"View": func(ctx context.Context, s *Store) error {
		return s.View(ctx, "acme", func(context.Context, storage.Reader) error { return nil })
	},
	"Accounts": func(ctx context.Context, s *Store) error {
		_, err := s.Accounts(ctx, storage.NotDeleted, "", 0)
		return err
	},
	"DeleteAccount": func(ctx context.Context, s *Store) error { _, err := s.DeleteAccount(ctx, "none"); return err },
	"Wait":          func(ctx context.Context, s *Store) error { _, err := s.Wait(ctx, "acme", 0); return err },
	"Migrate":       func(ctx context.Context, s *Store) error { return s.Migrate(ctx) },
}

// closeUnder starts a call, closes the store while the call waits, and checks the call's error.
func closeUnder(t *testing.T, s *Store, call func(context.Context, *Store) error) {
	t.Helper()
	waits := make(chan error, 1)
	started := make(chan struct{})
	go func() {
		close(started)
		waits <- call(context.Background(), s)
	}()
	<-started
	time.Sleep(5 * time.Millisecond)
	must(t, s.Close())
	if err := <-waits; !errors.Is(err, storage.ErrClosed) {
		t.Errorf("a call that waited when Close was called: %v", err)
	}
}

// TestCloseWhileCallsWaitForAConnection: Close ends the wait for the pool, whichever call waits and
// whatever the store remembers, and the call's error is storage.ErrClosed.
func TestCloseWhileCallsWaitForAConnection(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	sample.Fund(t, openAt(t, dsn), "acme")
	pool := newPool(t, dsn, 1)
	for name, call := range connecting {
		for when, warm := range map[string]func(*Store){
			"first call":         func(*Store) {},
			"nothing remembered": func(s *Store) { must(t, s.check(t.Context())) },
			"remembered":         func(s *Store) { must(t, sample.Pay(t.Context(), s, "acme", 1, "")) },
		} {
			if when == "remembered" && name != "Update" && name != "View" {
				continue // the others do not use what is remembered
			}
			t.Run(name+", "+when, func(t *testing.T) {
				s := over(t, pool, WithoutListen()) // Close waits up to a second for a notification
				warm(s)
				idle(t, pool)
				taken, err := pool.Acquire(t.Context())
				must(t, err)
				defer taken.Release()
				closeUnder(t, s, call)
			})
		}
	}
}

// TestCloseWhileAnUpdateWaitsForTheLock: another process has the account's row. Close ends the wait
// of an Update that begins with the lock, and of one that locks in its middle.
func TestCloseWhileAnUpdateWaitsForTheLock(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	holder := openAt(t, dsn)
	sample.Fund(t, holder, "acme")
	for name, first := range map[string]runMode{"at the beginning": locked, "in the middle": trusting} {
		t.Run(name, func(t *testing.T) {
			s := over(t, newPool(t, dsn, 2))
			s.first = first
			tx, err := holder.pool.Begin(t.Context())
			must(t, err)
			defer func() { must(t, tx.Rollback(context.Background())) }()
			_, err = tx.Exec(t.Context(), "SELECT 1 FROM roster_accounts WHERE id = 'acme' FOR UPDATE")
			must(t, err)
			closeUnder(t, s, func(ctx context.Context, s *Store) error {
				_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
					if err := sample.Post(ctx, w, 1, ""); err != nil {
						return err
					}
					_, err := w.CountUsers(ctx, storage.Query{}) // sends the transfer, for which the row is locked
					return err
				})
				return err
			})
		})
	}
}
