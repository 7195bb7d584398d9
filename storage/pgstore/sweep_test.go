package pgstore

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// shears stand between a pool and the server, carry the protocol message by message, and cut at the
// n-th one of a way.
type shears struct {
	listener net.Listener
	server   string

	mu   sync.Mutex
	plan snip
	left int // messages that still pass on the way that is cut; negative: all do
	shut bool
	open map[net.Conn]bool
}

// snip is how shears cut.
type snip struct {
	answers bool // of the server, not the client's messages
	dead    bool // half of the message arrives, all other connections end too, and no new one is made until open
}

func newShears(t *testing.T, server string) *shears {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := &shears{listener: l, server: server, left: -1, open: make(map[net.Conn]bool)}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.carry(c)
		}
	}()
	return s
}

// cutAt has the n-th message from now on, counted from 1, cut.
func (s *shears) cutAt(n int, plan snip) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan, s.left, s.shut = plan, n-1, false
}

// stop lets all pass again, and reports whether anything was cut.
func (s *shears) stop() (cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cut = s.left < 0
	s.left, s.shut = -1, false
	return cut
}

// pass returns how much of a message to pass on.
func (s *shears) pass(answer bool, message []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.shut:
		return nil
	case s.left < 0 || s.plan.answers != answer:
		return message
	case s.left > 0:
		s.left--
		return message
	}
	s.left = -1
	if !s.plan.dead {
		return nil
	}
	s.end()
	return message[:len(message)/2]
}

// end ends all connections and lets no other one be made. s.mu must be held.
func (s *shears) end() {
	s.shut = true
	for c := range s.open {
		_ = c.SetReadDeadline(time.Now()) // each ends by itself, so that the half message gets out
	}
}

func (s *shears) carry(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", s.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	s.mu.Lock()
	if s.shut {
		s.mu.Unlock()
		return
	}
	s.open[client], s.open[server] = true, true
	s.mu.Unlock()
	var both sync.WaitGroup
	for _, answers := range []bool{false, true} {
		both.Go(func() {
			from, to := client, server
			if answers {
				from, to = server, client
			}
			in, head := bufio.NewReader(from), 5
			if !answers {
				head = 4 // the first message of a client has no type
			}
			for whole := true; whole; head = 5 {
				message, err := readMessage(in, head)
				if err != nil {
					break
				}
				part := s.pass(answers, message)
				whole = len(part) == len(message)
				if _, err := to.Write(part); err != nil {
					break
				}
			}
			_ = client.Close()
			_ = server.Close()
		})
	}
	both.Wait()
	s.mu.Lock()
	delete(s.open, client)
	delete(s.open, server)
	s.mu.Unlock()
}

// readMessage reads a message whose head ends with its length, which does not count the type.
func readMessage(in io.Reader, head int) ([]byte, error) {
	message := make([]byte, head)
	if _, err := io.ReadFull(in, message); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(message[head-4:])-4)
	_, err := io.ReadFull(in, body)
	return append(message, body...), err
}

// TestCutAtEveryMessage makes calls through the front door and cuts the connection at each message
// of the protocol, one after another and on either way, until a call gets through uncut. Each time
// the caller gets no error, and it is done; or storage.ErrUnknownOutcome; or another error that is
// none of the domain's, and nothing is changed, nor will be. The same call again, under its key,
// its version or its login, makes it done exactly once. Each kind of call is cut in one state of
// the store, and in all of them if ROSTER_CUTS is "all". Outside of CI only one message of two is
// cut, and the connections that end all at once (snip.dead) are tried in the first state alone.
func TestCutAtEveryMessage(t *testing.T) {
	t.Parallel()
	for i, state := range []struct {
		name    string
		prepare func(*Store)
	}{
		{"remembered", func(*Store) {}},
		{"nothing remembered", func(s *Store) { s.cache.take("acme") }},
		{"under the lock", func(s *Store) { s.first = locked }},
	} {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newSweep(t, state.prepare)
			calls := w.calls()
			if os.Getenv("ROSTER_CUTS") != "all" {
				calls = calls[i : i+1]
			}
			for _, c := range calls {
				plans := []snip{{}, {answers: true}, {dead: true}, {answers: true, dead: true}}
				if i > 0 && !crash.Thorough() {
					plans = plans[:2]
				}
				for _, plan := range plans {
					w.sweep(t, c, plan)
				}
			}
			w.whole(t)
		})
	}
}

// sweep is a store behind shears, and one beside them that looks at what is there.
type sweep struct {
	store, aside *Store
	shears       *shears
	desk         roster.Handle
	prepare      func(*Store)
	made         int // users, beside the first one
	paid         int
	ledger       sample.Ledger
}

// sweptCall is a call that can be made again. done is what it returns if it was done before.
type sweptCall struct {
	name string
	next func(t *testing.T) func(context.Context) error // the next one of its kind
	done error
}

// throughShears returns a store whose connections go through shears, and one on the same database
// beside them.
func throughShears(t *testing.T) (store, aside *Store, cutter *shears) {
	t.Helper()
	server := pgserver.Shared(t)
	if !server.Ours() {
		t.Skip("the proxy needs a server of the test's own")
	}
	dsn := scratch(t, server)
	aside, cutter = openAt(t, dsn), newShears(t, fmt.Sprintf("127.0.0.1:%d", server.Port()))
	port := cutter.listener.Addr().(*net.TCPAddr).Port
	pool := newPool(t, strings.Replace(dsn, fmt.Sprint("port=", server.Port()), fmt.Sprint("port=", port), 1), 3)
	// Notifications are sent behind a commit, at a time of their own, and would make each sweep
	// another one.
	return over(t, pool, WithoutListen()), aside, cutter
}

func newSweep(t *testing.T, prepare func(*Store)) *sweep {
	t.Helper()
	w := &sweep{prepare: prepare}
	w.store, w.aside, w.shears = throughShears(t)
	sample.Fund(t, w.aside, "acme")
	w.ledger.ReadOn(t, w.aside, "acme")
	w.desk = roster.New(w.store).As("acme", roster.SystemActor())
	_, err := w.desk.CreateAccount(t.Context(), user.Account{Currency: "USD"})
	must(t, err)
	_, err = w.desk.Create(t.Context(), roster.CreateParams{User: user.User{Identity: user.Identity{Login: "first"}}})
	must(t, err)
	return w
}

func (w *sweep) calls() []sweptCall {
	return []sweptCall{
		{"a transfer", func(t *testing.T) func(context.Context) error {
			cent, err := balance.Parse("0.01", "USD")
			must(t, err)
			w.paid++
			x := roster.TransferParams{Users: []user.ID{1}, Amount: cent, Key: fmt.Sprint("key ", w.paid)}
			return func(ctx context.Context) error { _, err := w.desk.Transfer(ctx, x); return err }
		}, nil},
		{"a patch", func(t *testing.T) func(context.Context) error {
			u, err := w.desk.Get(t.Context(), 1)
			must(t, err)
			p := user.Patch{DisplayName: user.Set(fmt.Sprint("version ", u.Version))}
			return func(ctx context.Context) error {
				_, err := w.desk.Patch(ctx, 1, p, roster.IfVersion(u.Version))
				return err
			}
		}, roster.ErrStale},
		{"a new user", func(t *testing.T) func(context.Context) error {
			w.made++
			n := roster.CreateParams{User: user.User{Identity: user.Identity{Login: fmt.Sprint("user", w.made)}}}
			return func(ctx context.Context) error { _, err := w.desk.Create(ctx, n); return err }
		}, storage.ErrExists},
	}
}

// sweep cuts calls of one kind at one message after the other.
func (w *sweep) sweep(t *testing.T, c sweptCall, plan snip) {
	t.Helper()
	unknown, failed, renewed, step := 0, 0, false, 2
	if crash.Thorough() {
		step = 1
	}
	for n := 1; ; n += step {
		call := c.next(t)
		before := w.revision(t)
		idle(t, w.store.pool)
		w.prepare(w.store)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		w.shears.cutAt(n, plan)
		err := call(ctx)
		idle(t, w.store.pool)
		cut := w.shears.stop()
		cancel()
		after := w.revision(t)
		switch {
		case err == nil && after != before+1, after > before+1:
			t.Fatalf("%s, %+v, message %d: from revision %d to %d: %v", c.name, plan, n, before, after, err)
		case errors.Is(err, storage.ErrUnknownOutcome):
			unknown++
		case err != nil:
			if failed++; after != before || ofDomain(err) {
				t.Fatalf("%s, %+v, message %d: from revision %d to %d: %v", c.name, plan, n, before, after, err)
			}
		}
		if !cut && (err != nil || n < 5) {
			t.Fatalf("%s, %+v: message %d was not cut: %v", c.name, plan, n, err)
		}
		if !cut && !renewed { // a connection with prepared statements needs fewer messages
			w.store.pool.Reset()
			renewed = true
			n -= step
			continue
		}
		renewed = false
		if !cut {
			t.Logf("%s, %+v: cut up to message %d, %d outcomes unknown, %d errors", c.name, plan, n-step, unknown, failed)
			// A COMMIT may arrive without the message behind it. A message may be tried twice.
			if !plan.dead && (failed > 0 || (unknown > 4/step) != plan.answers) {
				t.Errorf("%s, %+v: want no error, but an unknown outcome where answers are cut", c.name, plan)
			}
			return
		}
		var want error
		if after != before {
			want = c.done
		}
		again := call(t.Context())
		if late := errors.Is(err, storage.ErrUnknownOutcome) && errors.Is(again, c.done); late {
			want = c.done // the server was still at it
		}
		if !errors.Is(again, want) || w.revision(t) != before+1 {
			t.Fatalf("%s, %+v, message %d: %v, and again: %v, from revision %d to %d", c.name, plan, n, err, again, before, w.revision(t))
		}
	}
}

// ofDomain reports whether an error says something of the account, which no cut may do.
func ofDomain(err error) bool {
	for _, is := range []error{storage.ErrExists, storage.ErrNotFound, storage.ErrConflict, storage.ErrInvalid, roster.ErrStale} {
		if errors.Is(err, is) {
			return true
		}
	}
	return false
}

func (w *sweep) revision(t *testing.T) (rev user.Revision) {
	t.Helper()
	must(t, w.aside.View(t.Context(), "acme", func(_ context.Context, r storage.Reader) error { rev = r.Revision(); return nil }))
	return rev
}

// whole compares what is there with what was asked for.
func (w *sweep) whole(t *testing.T) {
	t.Helper()
	for _, key := range w.ledger.ReadOn(t, w.aside, "acme") {
		if n := w.ledger.Keys[key]; n != 1 {
			t.Errorf("%q is there %d times", key, n)
		}
	}
	if n := len(w.ledger.Keys) - 1; n != w.paid {
		t.Errorf("%d transfers, want %d", n, w.paid)
	}
	must(t, w.aside.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		changes, err := r.Changes(ctx, storage.ChangeQuery{Limit: storage.MaxPage})
		for i, c := range changes {
			if i > 0 && !changes[i-1].ID.Less(c.ID) {
				t.Errorf("change %v is behind %v", c.ID, changes[i-1].ID)
			}
		}
		return err
	}))
	if n, _ := sample.Count(t, w.aside, "acme", storage.Query{}); n != 1+w.made {
		t.Errorf("%d users, want %d", n, 1+w.made)
	}
}
