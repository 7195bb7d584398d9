package pgstore

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Commits are told by NOTIFY, which the store sends behind the commit and not in it: the engine
// lets commits that notify happen one after another, in all the database. What is lost that way,
// when the process ends between the two, the poll finds.
const (
	channel = "roster_commits"
	notify  = "SELECT pg_notify($1, $2)"

	// It does not wait for the disk: a listener could not have received what is lost with the
	// server.
	notifyMany = `WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
		SELECT pg_notify($1, x) FROM quick, unnest($2::text[]) AS x`

	maxPayload = 7000 // bytes; the engine takes less than 8000
	tellPause  = 20 * time.Millisecond
)

// payload names an account and its revision. A name too long for a notification is left to the
// poll.
func payload(a user.AccountID, r user.Revision) string {
	name := hex.EncodeToString([]byte(a))
	if len(name) > maxPayload {
		name = ""
	}
	return name + ":" + strconv.FormatUint(uint64(r), 10)
}

func parsePayload(s string) (user.AccountID, user.Revision, bool) {
	name, digits, _ := strings.Cut(s, ":")
	id, err := hex.DecodeString(name)
	if err != nil {
		return "", 0, false
	}
	r, err := strconv.ParseUint(digits, 10, 64)
	return user.AccountID(id), user.Revision(r), err == nil
}

// watch wakes calls of Wait. The Store tells it of its own commits. While a call waits, a
// connection of its own listens and polls for commits of other processes.
type watch struct {
	store *Store

	mu        sync.Mutex
	accounts  map[user.AccountID]*watched
	listening bool
	stopped   chan struct{}                    // closed when the listener of the moment has ended
	news      map[user.AccountID]user.Revision // to be told to other processes
	telling   bool
	told      sync.WaitGroup
}

type watched struct {
	waiting  int
	revision user.Revision
	moved    chan struct{} // closed at the next commit
}

func (w *watch) init(s *Store) {
	w.store = s
	w.accounts, w.news = make(map[user.AccountID]*watched), make(map[user.AccountID]user.Revision)
}

// commit wakes the calls that wait for a revision of the account.
func (w *watch) commit(a user.AccountID, r user.Revision) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if x := w.accounts[a]; x != nil && r > x.revision {
		x.revision = r
		close(x.moved)
		x.moved = make(chan struct{})
	}
}

// tell lets other processes know, a few milliseconds later and many accounts in one statement.
func (w *watch) tell(a user.AccountID, r user.Revision) {
	if !w.store.opt.listen {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.news[a] = max(w.news[a], r)
	if !w.telling {
		w.telling = true
		w.told.Add(1) // the caller's own call still runs, so Close has not begun to wait
		go w.tellAll()
	}
}

func (w *watch) tellAll() {
	defer w.told.Done()
	for {
		select {
		case <-time.After(tellPause):
		case <-w.store.gate.Closing():
		}
		w.mu.Lock()
		news := w.news
		w.news = make(map[user.AccountID]user.Revision)
		w.telling = len(news) > 0
		w.mu.Unlock()
		if len(news) == 0 {
			return
		}
		payloads := make([]string, 0, len(news))
		for a, r := range news {
			payloads = append(payloads, payload(a, r))
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		// An error is not worth more than the poll, which finds the commits too.
		_, _ = w.store.pool.Exec(ctx, notifyMany, channel, payloads)
		cancel()
	}
}

// Wait implements storage.Waiter. It returns at once for a commit of this Store, some milliseconds
// later for one of another process (LISTEN and NOTIFY), and within the PollInterval where
// notifications do not come through.
//
// Errors: storage.ErrClosed, the context's, *SchemaError, and the engine's.
func (s *Store) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	if err := s.check(ctx); err != nil {
		return 0, err
	}
	w := &s.watch
	x := w.join(a)
	defer w.leave(a)
	rev, err := s.revision(ctx, a)
	if err != nil {
		return 0, err
	}
	w.commit(a, rev)
	for {
		w.mu.Lock()
		rev, moved := x.revision, x.moved
		w.mu.Unlock()
		if rev > after {
			return rev, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-s.gate.Closing():
			return 0, storage.ErrClosed
		}
	}
}

func (s *Store) revision(ctx context.Context, a user.AccountID) (user.Revision, error) {
	var rev int64
	c, err := s.connected(ctx, func(c *pgxpool.Conn) error {
		return opened{c}.query(ctx, "SELECT revision FROM roster_accounts WHERE id = $1",
			func(rows pgx.Rows) error { return rows.Scan(&rev) }, string(a))
	})
	if err != nil {
		return 0, err
	}
	s.leave(c)
	return user.Revision(rev), nil
}

func (w *watch) join(a user.AccountID) *watched {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.accounts[a]
	if x == nil {
		x = &watched{moved: make(chan struct{})}
		w.accounts[a] = x
	}
	x.waiting++
	if !w.listening {
		w.listening = true
		previous := w.stopped
		w.stopped = make(chan struct{})
		go w.listen(previous, w.stopped)
	}
	return x
}

func (w *watch) leave(a user.AccountID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if x := w.accounts[a]; x.waiting > 1 {
		x.waiting--
	} else {
		delete(w.accounts, a)
	}
}

// idle ends the listener if no call waits.
func (w *watch) idle() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.accounts) == 0 || w.store.gate.IsClosing() {
		w.listening = false
		return true
	}
	return false
}

// listen runs until no call waits any more. It connects again when the connection is lost, and then
// asks for all revisions, because notifications of the time between are gone.
func (w *watch) listen(previous <-chan struct{}, stopped chan<- struct{}) {
	defer close(stopped)
	if previous != nil {
		<-previous
	}
	s := w.store
	var c *pgx.Conn
	defer func() { hangUp(c) }()
	for !w.idle() {
		if c == nil || c.IsClosed() {
			hangUp(c)
			c = w.connect()
		}
		if c != nil {
			w.ask(c)
		}
		until, cancel := context.WithTimeout(s.life, s.opt.poll)
		for until.Err() == nil {
			if c == nil || !s.opt.listen || c.IsClosed() {
				<-until.Done()
				break
			}
			n, err := c.WaitForNotification(until)
			if err != nil {
				break
			}
			if a, r, ok := parsePayload(n.Payload); ok {
				w.commit(a, r)
			}
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

// connect returns a connection that listens, nil if there is none to be had now.
func (w *watch) connect() *pgx.Conn {
	s := w.store
	ctx, cancel := context.WithTimeout(s.life, max(s.opt.poll, time.Second))
	defer cancel()
	config := s.pool.Config()
	if config.BeforeConnect != nil {
		if config.BeforeConnect(ctx, config.ConnConfig) != nil {
			return nil
		}
	}
	c, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return nil
	}
	if config.AfterConnect != nil && config.AfterConnect(ctx, c) != nil {
		hangUp(c)
		return nil
	}
	if s.opt.listen {
		_, _ = c.Exec(ctx, "LISTEN "+channel) // an engine that can't is polled
	}
	return c
}

// ask reads the revisions of all accounts that calls wait for.
func (w *watch) ask(c *pgx.Conn) {
	w.mu.Lock()
	ids := make([]string, 0, len(w.accounts))
	for a := range w.accounts {
		ids = append(ids, string(a))
	}
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(w.store.life, max(w.store.opt.poll, time.Second))
	defer cancel()
	_ = opened{c}.query(ctx, "SELECT id, revision FROM roster_accounts WHERE id = ANY($1::text[])", func(rows pgx.Rows) error {
		var id string
		var rev int64
		err := rows.Scan(&id, &rev)
		w.commit(user.AccountID(id), user.Revision(rev))
		return err
	}, ids)
}

// close waits for its goroutines. No call waits any more.
func (w *watch) close() error {
	w.mu.Lock()
	stopped := w.stopped
	w.mu.Unlock()
	if stopped != nil {
		<-stopped
	}
	w.told.Wait()
	return nil
}
