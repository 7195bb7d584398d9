package pgstore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

var errFn = errors.New("fn fails")

// queueUp holds the account's turn, starts the Updates so that they wait in their order, lets go,
// and returns how many Updates each commit had.
func queueUp(t *testing.T, s *Store, updates ...func()) (commits []int) {
	t.Helper()
	s.opt.batchAge = time.Hour // however slow the machine is
	s.committed = func(members int) { commits = append(commits, members) }
	enginetest.QueueUp(t, s, "acme", func() int { return waiting(s) }, updates...)
	s.committed = nil
	return commits
}

// waiting returns how many wait for the account's turn, which somebody has.
func waiting(s *Store) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines["acme"].turn.Waiting()
}

// TestOneFailsNotItsNeighbors: Updates that wait for each other share a transaction. One that fails
// in any way undoes what it wrote, sent already or not, and nothing of its neighbors.
func TestOneFailsNotItsNeighbors(t *testing.T) {
	s := open(t)
	enginetest.Neighbors(t, s, func(updates ...func()) []int { return queueUp(t, s, updates...) })
}

// late is a context that ends right behind the first question whether it is done.
type late struct {
	context.Context
	end context.CancelFunc
}

func (l late) Err() error {
	defer l.end()
	return l.Context.Err()
}

// TestAnEndedContextLosesNoOthersWork: a caller whose context ends just when what a shared
// transaction has written so far is sent for its sake gets the context's error, and the others have
// one commit all the same.
func TestAnEndedContextLosesNoOthersWork(t *testing.T) {
	s := open(t)
	var updates []func()
	for i := range 5 {
		updates = append(updates, func() {
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				if i != 2 {
					if _, err := w.CountUsers(ctx, storage.Query{}); err != nil { // locks the row and sends what is there
						return err
					}
					// The sums of the next transfer would show that a transfer was not sent.
					// Nothing shows it of a change but this test.
					return w.AppendChange(ctx, storage.Change{Type: storage.UserUpdated, UserID: user.ID(i + 1)})
				}
				ended, end := context.WithCancel(ctx)
				_, err := w.CountUsers(late{ended, end}, storage.Query{})
				if err != nil || ended.Err() == nil {
					t.Errorf("the context ended before the statement, or not at all: %v", err)
				}
				return ended.Err()
			})
			if (i == 2) != errors.Is(err, context.Canceled) || i != 2 && err != nil {
				t.Errorf("Update %d: %v", i, err)
			}
		})
	}
	commits := queueUp(t, s, updates...)
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		changes, err := r.Changes(ctx, storage.ChangeQuery{})
		if len(changes) != 4 {
			t.Errorf("four Updates returned no error, and there are %d changes", len(changes))
		}
		return err
	}))
	if !slices.Equal(commits, []int{5}) { // with the one that held the turn
		t.Errorf("the commits had %v Updates", commits)
	}
}

// TestLostTransactionIsRunAlone: if a shared transaction is lost by one of its members, every other
// one runs again, and only that one gets an error.
func TestLostTransactionIsRunAlone(t *testing.T) {
	oneNode(t, "a cluster takes no CHECK without a name")
	s := open(t)
	sample.Fund(t, s, "acme")
	// What no rule of the domain refuses, but this database does.
	_, err := s.pool.Exec(t.Context(), "ALTER TABLE roster_users ADD CHECK (id <> 3)")
	must(t, err)
	var updates []func()
	for i := range 6 {
		updates = append(updates, func() {
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				return errors.Join(sample.Post(ctx, w, 1, fmt.Sprint("key ", i)), w.PutUser(ctx, sample.Person(user.ID(i))))
			})
			if bad := i == 0 || i == 3; (err != nil) != bad {
				t.Errorf("Update %d: %v", i, err)
			}
		})
	}
	queueUp(t, s, updates...)
	if keys := sample.Check(t, s, "acme"); len(keys) != 5 {
		t.Errorf("transfers: %v", keys)
	}
}

// TestWaitHearsOfAnotherStore: Wait returns behind a commit of another Store, which a notification
// tells, or the poll where notifications do not come through.
func TestWaitHearsOfAnotherStore(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]Option{
		"by notification": {PollInterval(time.Hour)},
		"by the poll":     {WithoutListen(), PollInterval(20 * time.Millisecond)},
	} {
		t.Run(name, func(t *testing.T) {
			dsn := scratch(t, pgserver.Shared(t))
			s, other := openAt(t, dsn, opts...), openAt(t, dsn)
			sample.Fund(t, s, "acme")
			time.AfterFunc(50*time.Millisecond, func() { _ = sample.Pay(context.Background(), other, "acme", 1, "") })
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if rev, err := s.Wait(ctx, "acme", 1); rev != 2 || err != nil {
				t.Errorf("Wait: revision %d, %v", rev, err)
			}
		})
	}
}

// TestWaitReconnects cuts the connection that listens: Wait goes on, and hears of a commit behind
// the cut.
func TestWaitReconnects(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	s, other := openAt(t, dsn, PollInterval(50*time.Millisecond)), openAt(t, dsn)
	sample.Fund(t, s, "acme")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	rev := make(chan user.Revision)
	go func() {
		r, err := s.Wait(ctx, "acme", 1)
		if err != nil {
			t.Error(err)
		}
		rev <- r
	}()
	for cut := int64(0); cut == 0; time.Sleep(time.Millisecond) {
		tag, err := other.pool.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN "+channel+
			"' OR query LIKE 'SELECT id, revision FROM roster_accounts WHERE id = ANY%' AND pid <> pg_backend_pid()")
		must(t, err)
		cut = tag.RowsAffected()
	}
	must(t, sample.Pay(ctx, other, "acme", 1, ""))
	if r := <-rev; r != 2 {
		t.Errorf("Wait returned revision %d", r)
	}
}

// TestLockRefusedIsNoNeighboursFault: an Update that cannot lock the account's row, because another
// transaction keeps it too long, fails alone.
func TestLockRefusedIsNoNeighboursFault(t *testing.T) {
	oneNode(t, "it locks the rows of all accounts")
	dsn := scratch(t, pgserver.Shared(t))
	openAt(t, dsn)
	s := over(t, newPool(t, dsn, 4, func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["lock_timeout"] = "100ms" }))
	s.opt.batchAge = time.Hour // it is not for its age that the transaction is left
	sample.Fund(t, s, "acme")
	keeper, err := newPool(t, dsn, 1).Begin(t.Context())
	must(t, err)
	_, err = keeper.Exec(t.Context(), "SELECT 1 FROM roster_accounts FOR UPDATE")
	must(t, err)
	second := make(chan error, 1)
	_, err = s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
		go func() {
			_, err := s.Update(context.Background(), "acme", func(ctx context.Context, w storage.Writer) error {
				if err := keeper.Rollback(ctx); err != nil {
					return err
				}
				return sample.Post(ctx, w, 1, "second")
			})
			second <- err
		}()
		for waiting(s) < 1 {
			runtime.Gosched()
		}
		if err := sample.Post(ctx, w, 1, "first"); err != nil {
			return err
		}
		_, err := w.Transfers(ctx, storage.TransferQuery{Limit: 10}) // sends what is put, behind the lock
		return err
	})
	if codeOf(err) != "55P03" {
		t.Errorf("the first one was told: %v", err)
	}
	if err := <-second; err != nil {
		t.Errorf("the second one was told: %v", err)
	}
	if keys := sample.Check(t, s, "acme"); keys["first"] != 0 || keys["second"] != 1 {
		t.Errorf("the keys are %v", keys)
	}
}

// TestAssumedKeysAreConfirmed: who puts several new users is told of a key that is taken as if each
// had been asked for, though all are asked for at once, and no answer that rests on a wrong
// assumption leaves the store.
func TestAssumedKeysAreConfirmed(t *testing.T) {
	s := open(t, CachedAccounts(0))
	sample.Crowd(t, s, "acme", 5)
	thief := sample.Person(13)
	thief.Identity.Login = sample.Person(4).Identity.Login
	errFree := errors.New("it is free")
	ask := func(ctx context.Context, w storage.Writer) error {
		_, err := w.CountUsers(ctx, storage.Query{})
		return err
	}
	for name, after := range map[string]func(context.Context, storage.Writer) error{
		"it ends":                     func(context.Context, storage.Writer) error { return nil },
		"it refuses for another fact": func(context.Context, storage.Writer) error { return errFree },
		"it reads":                    ask,
		"it reads and ignores":        func(ctx context.Context, w storage.Writer) error { _ = ask(ctx, w); return errFree },
	} {
		for _, thief.ID = range []user.ID{10, 13, 19} {
			runs := 0
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				runs++
				for id := user.ID(10); id < 20; id++ {
					u := sample.Person(id)
					if id == thief.ID {
						u = thief
					}
					if err := w.PutUser(ctx, u); err != nil {
						return err
					}
				}
				return after(ctx, w)
			})
			var exists *storage.ExistsError
			want := 2
			if thief.ID == 10 { // nothing is assumed for the first new user
				want = 1
			}
			if !errors.As(err, &exists) || exists.ID != 4 || runs != want {
				t.Errorf("%s, user %d has the login, after %d runs: %v", name, thief.ID, runs, err)
			}
		}
	}
	if n, rev := sample.Count(t, s, "acme", storage.Query{}); n != 5 || rev != 1 {
		t.Errorf("%d users at revision %d", n, rev)
	}
}

// TestAssumedKeyOfATransfer: an Update that posts a transfer under a used key is refused for the
// key, whatever its function does after PostTransfer returned, and nothing of it is committed.
func TestAssumedKeyOfATransfer(t *testing.T) {
	errOther := errors.New("another reason")
	shared := open(t)
	sample.Crowd(t, shared, "acme", 2)
	sample.Fund(t, shared, "acme")
	must(t, sample.Pay(t.Context(), shared, "acme", 1, "used"))
	for name, then := range map[string]func(context.Context, storage.Writer) error{
		"ends":       func(context.Context, storage.Writer) error { return nil },
		"refuses":    func(context.Context, storage.Writer) error { return errOther },
		"pays again": func(ctx context.Context, w storage.Writer) error { return sample.Post(ctx, w, 2, "") },
		"pays under another key": func(ctx context.Context, w storage.Writer) error {
			return sample.Post(ctx, w, 1, "other")
		},
		"pays what is not there": func(ctx context.Context, w storage.Writer) error {
			_ = w.PostTransfer(ctx, balance.Transfer{ID: 9, Postings: []balance.Posting{{From: 1, To: 2, Amount: 99}}})
			return nil
		},
		"lists": func(ctx context.Context, w storage.Writer) error {
			_, err := w.Transfers(ctx, storage.TransferQuery{Limit: 10})
			return err
		},
		"lists and forgets": func(ctx context.Context, w storage.Writer) error {
			_, _ = w.Transfers(ctx, storage.TransferQuery{Limit: 10})
			return errOther
		},
		"looks for it": func(ctx context.Context, w storage.Writer) error {
			_, err := w.TransferByKey(ctx, "used")
			return err
		},
		"makes users": func(ctx context.Context, w storage.Writer) error {
			return errors.Join(w.PutUser(ctx, sample.Person(3)), w.PutUser(ctx, sample.Person(4)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := over(t, shared.pool) // which has not been wrong before
			before := sample.State(t, s, "acme")
			for call, most := range []int{2, 1} { // the first one who is wrong is not followed by another one
				runs := 0
				_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
					runs++
					if err := sample.Post(ctx, w, 1, "used"); err != nil {
						return err
					}
					return then(ctx, w)
				})
				var exists *storage.ExistsError
				if !errors.As(err, &exists) || *exists != (storage.ExistsError{What: "key", ID: 2}) || runs != most {
					t.Errorf("call %d: %v after %d runs, want %d", call, err, runs, most)
				}
			}
			if after := sample.State(t, s, "acme"); after != before {
				t.Errorf("the account was\n%s\nand is\n%s", before, after)
			}
			for _, key := range []string{"new", "newer"} {
				must(t, sample.Pay(t.Context(), s, "acme", 2, name+key))
			}
		})
	}
}

// TestWhatIsNotConfirmedIsNotTold: if the store cannot find out whether an assumed key is taken,
// Update returns why, and not what its function made of the assumption.
func TestWhatIsNotConfirmedIsNotTold(t *testing.T) {
	s := open(t)
	sample.Crowd(t, s, "acme", 2)
	sample.Fund(t, s, "acme")
	must(t, sample.Pay(t.Context(), s, "acme", 1, "used"))
	errPreview := errors.New("only a preview")
	for name, put := range map[string]func(context.Context, storage.Writer) error{
		"a transfer": func(ctx context.Context, w storage.Writer) error { return sample.Post(ctx, w, 1, "used") },
		"users": func(ctx context.Context, w storage.Writer) error {
			return errors.Join(w.PutUser(ctx, sample.Person(3)), w.PutUser(ctx, sample.Person(4)), w.PutUser(ctx, sample.Person(5)))
		},
		"nothing": func(ctx context.Context, w storage.Writer) error {
			_, err := w.Balances(ctx, balance.Account)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
				must(t, put(ctx, w))
				cancel()
				return errPreview
			})
			if !errors.Is(err, context.Canceled) || errors.Is(err, errPreview) {
				t.Errorf("a caller who gave up was told: %v", err)
			}
		})
	}
}
