package pgstore

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/storage/internal/waiters"
	"github.com/ca74b63c/roster/user"
)

// Notifications follow the commit, because commits that notify wait for each other in the whole
// database. The payload is the account's id, cut if it is too long. A poll finds what was missed.
const (
	channel = "roster_commits"
	notify  = "SELECT pg_notify($1, left($2, 1900))"

	// notifyMany does not wait for the disk: what is lost with the server has no listener left.
	notifyMany = `WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
		SELECT pg_notify($1, left(x, 1900)) FROM quick, unnest($2::text[]) AS x`
)

// watch wakes the calls of Wait. The Store reports its own commits to it.
type watch struct {
	waiters.Waiters
	store *Store

	mu   sync.Mutex
	news map[user.AccountID]bool // accounts that other processes are to be told of; nil: tell does not run
}

// commit wakes the calls of Wait for account a after a commit of this Store. Unless WithoutListen
// is set, a goroutine also notifies other processes. It collects the accounts for about 20 ms and
// notifies with one statement.
func (w *watch) commit(a user.AccountID) {
	w.Wake(a)
	if !w.store.opt.listen {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.news == nil {
		w.news = make(map[user.AccountID]bool)
		w.Running.Go(w.tell) // the caller's own call still runs, so Close does not wait yet
	}
	w.news[a] = true
}

// tell sends notifications to other processes until there are no further commits to tell of.
func (w *watch) tell() {
	for {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-w.store.gate.Closing():
		}
		var payloads []string
		w.mu.Lock()
		for a := range w.news {
			payloads = append(payloads, string(a))
		}
		if clear(w.news); len(payloads) == 0 {
			w.news = nil
		}
		w.mu.Unlock()
		if len(payloads) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_, _ = w.store.pool.Exec(ctx, notifyMany, channel, payloads) // after an error the poll finds the commits
		cancel()
	}
}

// Wait implements storage.Waiter. It waits until the revision of account a is greater than the
// parameter after, and returns the revision. An account that does not exist has revision 0. Wait
// notices a commit of this Store at once. It notices one of another process after a few
// milliseconds, or within the PollInterval if notifications do not arrive.
//
// Errors: storage.ErrClosed, the context's, *SchemaError, storage.ErrUnavailable if the server
// cannot be reached, and the engine's.
func (s *Store) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	if err := s.check(ctx); err != nil {
		return 0, err
	}
	return s.watch.Wait(ctx, s.gate.Closing(), a, after, func() (user.Revision, error) {
		var rev int64
		err := query(ctx, pooled{s}, func(row sqlread.Row) error { return row.Scan(&rev) },
			"SELECT revision FROM roster_accounts WHERE id = $1", string(a))
		return user.Revision(rev), err
	}, s.watch.listen)
}

// listen is the goroutine that notices commits of other processes while calls of Wait run. Each
// notification wakes the calls for its account. After each connect and once in each poll interval,
// listen also reads the revisions, because notifications may be lost.
func (w *watch) listen() {
	s := w.store
	var c *pgx.Conn
	var seen map[string]int64
	defer func() {
		if c != nil {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			_ = c.Close(ctx)
		}
	}()
	for !w.Idle(s.gate.IsClosing()) {
		if c == nil || c.IsClosed() {
			c = w.connect()
		}
		if c != nil {
			seen = w.poll(c, seen)
		}
		until, cancel := context.WithTimeout(s.life, s.opt.poll)
		for c != nil && s.opt.listen {
			n, err := c.WaitForNotification(until)
			if err != nil {
				break
			}
			w.Wake(user.AccountID(n.Payload))
		}
		if c == nil || !c.IsClosed() || !s.opt.listen {
			<-until.Done()
		}
		cancel()
	}
}

// connect takes a connection out of the pool for good, and executes LISTEN unless WithoutListen is
// set. The caller must close the connection. connect returns nil if it gets no connection within
// the poll interval or one second, whichever is longer.
func (w *watch) connect() *pgx.Conn {
	ctx, cancel := context.WithTimeout(w.store.life, max(w.store.opt.poll, time.Second))
	defer cancel()
	c, err := w.store.acquire(ctx)
	if err != nil {
		return nil
	}
	own := c.Hijack()
	if w.store.opt.listen {
		_, _ = own.Exec(ctx, "LISTEN "+channel) // an engine that has no LISTEN is polled
	}
	return own
}

// poll reads the revisions of the accounts for which calls of Wait run, and returns them by
// account. It wakes the calls for each account whose revision differs from seen, the result of the
// previous poll. It ignores errors, because the next poll reads again.
func (w *watch) poll(c *pgx.Conn, seen map[string]int64) map[string]int64 {
	ctx, cancel := context.WithTimeout(w.store.life, max(w.store.opt.poll, time.Second))
	defer cancel()
	saw := make(map[string]int64)
	_ = query(ctx, asker{opened{c}}, func(row sqlread.Row) error { // after an error the next poll asks again
		var id string
		var rev int64
		err := row.Scan(&id, &rev)
		if was, ok := seen[id]; !ok || was != rev {
			w.Wake(user.AccountID(id))
		}
		saw[id] = rev
		return err
	}, "SELECT id, revision FROM roster_accounts WHERE id = ANY($1::text[])", w.Accounts())
	return saw
}
