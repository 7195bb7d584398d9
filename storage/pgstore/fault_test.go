package pgstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// proxy stands between a pool and the server and cuts connections.
type proxy struct {
	net.Listener
	server string

	mu   sync.Mutex
	mode cut
}

type cut int

const (
	passAll    cut = iota
	cutCommit      // the client's commit is not passed on, and the connection ends
	cutAnswer      // the commit is passed on, and the connection ends instead of its answer
	cutAnother     // the connection ends at the client's next message
)

func newProxy(t *testing.T, server string) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &proxy{Listener: l, server: server}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
	return p
}

func (p *proxy) set(mode cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode = mode
}

// taken returns what to do with a message of the client's, and does it only once.
func (p *proxy) taken(message string) cut {
	p.mu.Lock()
	defer p.mu.Unlock()
	mode := p.mode
	commit := strings.Contains(message, "COMMIT\x00") || strings.Contains(message, moveAccount)
	if mode == passAll || mode != cutAnother && !commit {
		return passAll
	}
	p.mode = passAll
	return mode
}

func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		_ = client.Close()
		return
	}
	var mute atomic.Bool
	end := func() { _ = client.Close(); _ = server.Close() }
	go func() {
		defer end()
		buf := make([]byte, 1<<16)
		for {
			n, err := server.Read(buf)
			if n > 0 && mute.Load() {
				return
			}
			if _, werr := client.Write(buf[:n]); err != nil || werr != nil {
				return
			}
		}
	}()
	defer func() {
		if !mute.Load() {
			end()
		}
	}()
	buf := make([]byte, 1<<16)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		switch p.taken(string(buf[:n])) {
		case cutCommit, cutAnother:
			return
		case cutAnswer:
			mute.Store(true)
		}
		if _, err := io.Copy(server, strings.NewReader(string(buf[:n]))); err != nil {
			return
		}
	}
}

// through returns a store whose connections go through a proxy. Statements are sent in full each
// time, so that the proxy can read them.
func through(t *testing.T, opts ...Option) (*Store, *proxy) {
	t.Helper()
	server := pgserver.Shared(t)
	if !server.Ours() {
		t.Skip("the proxy needs a server of the test's own")
	}
	dsn := scratch(t, server)
	p := newProxy(t, fmt.Sprintf("127.0.0.1:%d", server.Port()))
	dsn = strings.Replace(dsn, fmt.Sprint("port=", server.Port()), fmt.Sprint("port=", p.Addr().(*net.TCPAddr).Port), 1)
	return openAt(t, dsn+" default_query_exec_mode=exec", opts...), p
}

// TestCutInCommit cuts the connection while a commit is under way, before or after it arrived. If
// it arrived, Update says that it does not know, and repeating the transfer under its key does. If
// it did not, the store makes certain of that, and repeats it itself.
func TestCutInCommit(t *testing.T) {
	for name, c := range map[string]struct {
		mode cut
		kept bool
	}{"the commit arrived": {cutAnswer, true}, "the commit did not arrive": {cutCommit, false}} {
		t.Run(name, func(t *testing.T) {
			s, p := through(t)
			sample.Fund(t, s, "acme")
			for round := range 5 {
				key := fmt.Sprint("key ", round)
				p.set(c.mode)
				if err := sample.Pay(t.Context(), s, "acme", 1, key); errors.Is(err, storage.ErrUnknownOutcome) != c.kept || err != nil && !c.kept {
					t.Fatalf("a commit that was cut: %v", err)
				}
				if err := sample.Pay(t.Context(), s, "acme", 1, key); !errors.Is(err, storage.ErrExists) {
					t.Errorf("the same transfer again: %v", err)
				}
				if n := sample.Check(t, s, "acme")[key]; n != 1 {
					t.Errorf("%q is there %d times", key, n)
				}
			}
		})
	}
}

// TestCutInSharedCommit: Updates whose common transaction is lost with its connection run again.
func TestCutInSharedCommit(t *testing.T) {
	s, p := through(t)
	sample.Fund(t, s, "acme")
	updates := make([]func(), 8)
	for i := range updates {
		updates[i] = func() { must(t, sample.Pay(t.Context(), s, "acme", balance.Holder(i+1), fmt.Sprint("key ", i))) }
	}
	p.set(cutCommit)
	if commits := queueUp(t, s, updates...); commits[0] != 9 {
		t.Errorf("commits of %v", commits)
	}
	if n := len(sample.Check(t, s, "acme")); n != 9 {
		t.Errorf("%d transfers", n)
	}
}

// TestCutBeforeCommit cuts the connection at any other message: the Update is run again, and its
// caller notices nothing.
func TestCutBeforeCommit(t *testing.T) {
	s, p := through(t)
	sample.Fund(t, s, "acme")
	runs := 0
	_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
		if runs++; runs == 1 {
			p.set(cutAnother)
		}
		return sample.Post(ctx, w, 1, "key")
	})
	if err != nil || runs != 2 {
		t.Errorf("an Update whose connection was cut ran %d times: %v", runs, err)
	}
	if n := sample.Check(t, s, "acme")["key"]; n != 1 {
		t.Errorf("the transfer is there %d times", n)
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
	var taken *pgxpool.Conn
	taken, err = pool.Acquire(t.Context())
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
	taken, err = pool.Acquire(t.Context())
	must(t, err)
	defer taken.Release()
	waits := make(chan error)
	go func() { waits <- sample.Pay(context.Background(), s, "acme", 1, "two") }()
	time.Sleep(20 * time.Millisecond)
	must(t, s.Close())
	if err := <-waits; !errors.Is(err, storage.ErrClosed) {
		t.Errorf("Update that waited when Close was called: %v", err)
	}
}

// TestCancelledAtEveryStep ends the context at each place where it is looked at. Each time nothing
// is changed and the error is the context's, until the Update gets through whole.
func TestCancelledAtEveryStep(t *testing.T) { enginetest.Cancel(t, open(t), 8) }

// TestCloseWhileBusy closes a store at which many work. Everything ends with ErrClosed, and what
// was acknowledged is kept.
func TestCloseWhileBusy(t *testing.T) {
	dsn := scratch(t, pgserver.Shared(t))
	enginetest.Close(t, func() storage.Storage { return openAt(t, dsn) })
}
