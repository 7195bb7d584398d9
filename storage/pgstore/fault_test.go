package pgstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
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
	s, err := New(pool)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
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
