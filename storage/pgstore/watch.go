package pgstore

import (
	"context"
	"encoding/hex"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/storage/internal/waiters"
	"github.com/ca74b63c/roster/user"
)

// The store sends notifications behind the commit and not in it, because commits that notify happen
// one after another in the whole database. If the process ends between the two, the poll of the
// other processes finds the commit.
const (
	channel = "roster_commits"
	notify  = "SELECT pg_notify($1, $2)"

	// notifyMany does not wait for the disk: what is lost with the server has no listener left.
	notifyMany = `WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
		SELECT pg_notify($1, x) FROM quick, unnest($2::text[]) AS x`

	maxPayload = 7000 // bytes; the engine takes less than 8000
	tellPause  = 20 * time.Millisecond
)

// payload returns the notification's text for an account: its id in hexadecimal. It is empty for an
// id that is too long. The listeners then find the commit at their next poll.
func payload(a user.AccountID) string {
	if name := hex.EncodeToString([]byte(a)); len(name) <= maxPayload {
		return name
	}
	return ""
}

// watch wakes the calls of Wait. The Store reports its own commits to it.
type watch struct {
	waiters.Waiters
	store *Store

	mu   sync.Mutex
	news map[user.AccountID]bool // accounts that other processes are to be told of; nil: tell does not run
}

// commit wakes the calls of Wait for account a. It is called after this Store has committed to the
// account. Unless the option WithoutListen is set, commit also has other processes notified: a
// goroutine collects the accounts of about 20 ms and sends them in one statement. commit does not
// wait for that goroutine.
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
		case <-time.After(tellPause):
		case <-w.store.gate.Closing():
		}
		var payloads []string
		w.mu.Lock()
		for a := range w.news {
			payloads = append(payloads, payload(a))
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
// parameter after, and returns the revision. If the revision is already greater, Wait returns at
// once. An account that does not exist has revision 0. Wait returns at once after a commit of this
// Store, and a few milliseconds after a commit of another process. If notifications do not arrive,
// Wait returns within the PollInterval after the commit.
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

// listen is the goroutine that notices commits of other processes while calls of Wait run. It keeps
// one connection, and reconnects after the connection was lost. Each notification wakes the calls
// for its account. listen also reads the revisions after each connect and once in each poll
// interval, because a notification is lost if it is sent while listen is not connected. It returns
// when no call of Wait runs any more or the Store is closed, and closes the connection.
func (w *watch) listen() {
	s := w.store
	var c *pgx.Conn
	var seen map[string]int64
	defer func() { hangUp(c) }()
	for !w.Idle(s.gate.IsClosing()) {
		if c == nil || c.IsClosed() {
			hangUp(c)
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
			if a, err := hex.DecodeString(n.Payload); err == nil {
				w.Wake(user.AccountID(a))
			}
		}
		if c == nil || !c.IsClosed() || !s.opt.listen {
			<-until.Done()
		}
		cancel()
	}
}

func hangUp(c *pgx.Conn) {
	if c != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = c.Close(ctx)
	}
}

// connect takes a connection out of the pool for good, so the pool can open another. The caller
// must close the connection. If the store listens, connect executes LISTEN on it and ignores the
// error. connect waits for a connection for one second or the poll interval, whichever is longer.
// It returns nil if it gets none.
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

// poll reads, on connection c, the revisions of the accounts for which calls of Wait run. It wakes
// the calls whose account has another revision than in seen, or is missing in seen. It returns the
// revisions that it read, by account id, which the caller passes as seen to the next poll. It
// ignores errors, because the next poll reads again.
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
