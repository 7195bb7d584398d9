package sqlitestore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestDiskFull fills the file. An Update that writes too much gets ErrFull, and the other Updates
// of the same transaction are committed.
func TestDiskFull(t *testing.T) {
	s := open(t, Readers(2))
	sample.Crowd(t, s, "acme", 50)
	v, _, err := one(s.writer, "PRAGMA page_count")
	must(t, err)
	_, err = s.writer.exec(fmt.Sprintf("PRAGMA max_page_count = %d", v.number(0)+40))
	must(t, err)
	_, err = s.writer.exec("PRAGMA cache_size = 10") // so that pages are asked for before the commit
	must(t, err)
	var updates []func()
	for i := range 30 {
		updates = append(updates, func() {
			_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
				if i%10 == 5 {
					for id := user.ID(1000); id < 4000; id++ {
						if err := w.PutUser(ctx, sample.Person(id)); err != nil {
							return err
						}
					}
					return nil
				}
				u, err := w.User(ctx, user.ID(i+1))
				u.Preferences.AutoAnswer = true
				return errors.Join(err, w.PutUser(ctx, u))
			})
			if wants := i%10 == 5; wants != errors.Is(err, ErrFull) || wants != (err != nil) {
				t.Errorf("Update %d: %v", i, err)
			}
		})
	}
	queueUp(t, s, updates...)
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
	must(t, sample.Put(t.Context(), s, 1000))
}

// TestLocked lets another program hold the write lock. Readers go on. A writer waits as long as
// BusyTimeout and its context say, and writes once the lock is free.
func TestLocked(t *testing.T) {
	s := open(t, BusyTimeout(50*time.Millisecond))
	sample.Crowd(t, s, "acme", 1)
	host := plain(t, s.path)
	tx, err := host.Begin()
	must(t, err)
	write := func(ctx context.Context) error { return sample.Put(ctx, s, 2) }
	if err := write(t.Context()); !errors.Is(err, ErrBusy) || !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("a locked file: %v", err)
	}
	s.opt.busy = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if err := write(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a locked file and a context that ends: %v", err)
	}
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		_, err := r.User(ctx, 1)
		return err
	}))
	time.AfterFunc(30*time.Millisecond, func() { _ = tx.Rollback() })
	must(t, write(t.Context()))
}

// TestCancelledAtEveryStep ends the context at each place where the store looks at it. Each time
// nothing is changed and the error is the context's, until the Update gets through whole.
func TestCancelledAtEveryStep(t *testing.T) { enginetest.Cancel(t, open(t), 8) }

// TestOpenAtOnce opens a file that is not there from many sides at the same time.
func TestOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roster.db")
	var all sync.WaitGroup
	const n = 8
	for i := range user.ID(n) {
		all.Go(func() {
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = s.Close() }()
			if err := sample.Put(t.Context(), s, i+1); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if _, rev := sample.Count(t, openAt(t, path), "acme", storage.Query{}); rev != n {
		t.Errorf("revision %d", rev)
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
	if b, err := os.ReadFile(path); err != nil || string(b) != text {
		t.Errorf("the file was changed: %v", err)
	}
	for _, path := range []string{"", ":memory:", "file:x.db?mode=memory", "a\x00b"} {
		if _, err := Open(t.Context(), path); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("path %q: %v", path, err)
		}
	}
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "missing", "roster.db"))
	if s != nil || !errors.Is(err, storage.ErrUnavailable) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file in a missing directory: %v", err)
	}
	odd := openAt(t, filepath.Join(t.TempDir(), "od d?mode=ro#%41.db"))
	sample.Crowd(t, odd, "acme", 1)
	if _, err := os.Stat(odd.path); err != nil {
		t.Error(err)
	}
}

// TestLongQueryObeysItsContext stops a search in the middle, on the only connection that there is
// for reading, which then goes on.
func TestLongQueryObeysItsContext(t *testing.T) {
	s := open(t, Readers(1), SyncNormal())
	sample.Crowd(t, s, "acme", 4_000)
	search := func(ctx context.Context) error {
		return s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
			_, err := r.CountUsers(ctx, storage.Query{Text: "zq"})
			return err
		})
	}
	must(t, search(t.Context())) // fills the cache
	began := time.Now()
	must(t, search(t.Context()))
	took := time.Since(began)
	for range 5 {
		err := error(nil)
		for tries := 0; err == nil && tries < 100; tries++ { // a busy machine may notice the end too late
			ctx, cancel := context.WithTimeout(t.Context(), took/4)
			err = search(ctx)
			cancel()
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a search that takes %v and may take a quarter: %v", took, err)
		}
		must(t, search(t.Context()))
	}
}

// failing is a connection on which statements fail: those with one text, or the n-th one that is
// run.
type failing struct {
	driver.Conn
	query string // "": any
	nth   int    // counts down; 0: every one
	err   error  // nil: none fails
	runs  bool   // it fails after it has run
}

func (f *failing) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := f.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err == nil && (query == f.query || f.query == "") {
		s = &failingStmt{s, f}
	}
	return s, err
}

// now reports whether the statement that is run is one that fails.
func (f *failing) now() bool {
	if f.err == nil {
		return false
	}
	f.nth--
	return f.nth <= 0
}

type failingStmt struct {
	driver.Stmt
	f *failing
}

func (s *failingStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	fails := s.f.now()
	if fails && !s.f.runs {
		return nil, s.f.err
	}
	r, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	if fails {
		return nil, s.f.err
	}
	return r, err
}

func (s *failingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if s.f.now() {
		return nil, s.f.err
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// coded is an error of the engine.
type coded int

func (c coded) Error() string { return fmt.Sprint("engine's error ", int(c)) }
func (c coded) Code() int     { return int(c) }

// failOn makes one statement of the writer's connection fail.
func failOn(s *Store, query string, err error, runs bool) *failing {
	f := &failing{Conn: s.writer.raw, query: query, err: err, runs: runs}
	failIn(s.writer, f)
	return f
}

func failIn(c *conn, f *failing) {
	for query, s := range c.statements { // prepared before
		_ = s.Close()
		delete(c.statements, query)
	}
	c.raw = f
}

func errorOf[T any](_ T, err error) error { return err }

// writeAll writes one of everything, twice.
func writeAll(ctx context.Context, w storage.Writer) error {
	u := sample.Person(1)
	for i := range 2 {
		u.Identity.Login, u.Capacity.Skills = fmt.Sprint("renamed ", i), user.IDSetOf(user.SkillID(i+1))
		for _, err := range []error{
			errorOf(w.NextID(ctx, storage.UserIDs)), errorOf(w.NextID(ctx, storage.ReferenceIDs(user.ReferenceView))),
			w.PutAccount(ctx, user.Account{ID: "acme", Currency: "USD"}), w.PutUser(ctx, u), w.PutUser(ctx, sample.Person(user.ID(10+i))),
			w.PutSecret(ctx, 1, user.SecretOf("h", time.Time{})), w.PutSecret(ctx, 1, user.Secret{}),
			w.PutReference(ctx, user.Reference{Kind: user.ReferenceView, ID: 3, Name: "view"}), w.DeleteReference(ctx, user.ReferenceView, 3),
			w.AppendChange(ctx, storage.Change{Type: storage.UserUpdated, UserID: 1, Diff: user.Diff(user.User{}, u)}),
			w.Scrub(ctx, 1), sample.Post(ctx, w, 1, fmt.Sprint("key ", i)),
		} {
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// TestEngineFailsAtEveryStatement lets each statement of an Update fail in turn. Every time the
// error is named, nothing is kept, and the store goes on.
func TestEngineFailsAtEveryStatement(t *testing.T) {
	s := ledger(t)
	sample.Crowd(t, s, "acme", 4)
	for nth := 1; ; nth++ {
		before := sample.State(t, s, "acme")
		must(t, s.begin(t.Context())) // sees to it that there is a connection
		s.rollback()
		good := s.writer.raw
		failIn(s.writer, &failing{Conn: good, nth: nth, err: coded(sqlite3.SQLITE_FULL)})
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			_ = writeAll(ctx, w) // swallowed: the store has to know by itself
			return nil
		})
		if s.writer != nil {
			failIn(s.writer, &failing{Conn: good})
		}
		if err == nil {
			if sample.State(t, s, "acme") == before || nth < 50 {
				t.Errorf("after %d statements Update returned no error", nth)
			}
			return
		}
		if after := sample.State(t, s, "acme"); !errors.Is(err, ErrFull) || after != before {
			t.Fatalf("statement %d: error %v, state %s, before %s", nth, err, after, before)
		}
	}
}

// readAll reads everything in every way.
func readAll(ctx context.Context, r storage.Reader) error {
	named := storage.Query{Text: "Kim", Order: storage.OrderByLogin}
	for _, err := range []error{
		errorOf(r.Account(ctx)), errorOf(r.User(ctx, 1)), errorOf(r.Secret(ctx, 1)),
		errorOf(r.UserByKey(ctx, user.Key{Kind: user.KeyLogin, Value: sample.Person(2).Identity.Login})),
		errorOf(r.Users(ctx, storage.Query{})), errorOf(r.CountUsers(ctx, storage.Query{})),
		errorOf(r.Users(ctx, named)), errorOf(r.CountUsers(ctx, named)), errorOf(r.References(ctx, user.ReferenceView, 0, 0)),
		errorOf(r.Balances(ctx, 0, 1)), errorOf(r.Transfer(ctx, 1)), errorOf(r.TransferByKey(ctx, "key 1")), errorOf(r.Reversal(ctx, 9)),
		errorOf(r.Transfers(ctx, storage.TransferQuery{})), errorOf(r.Statement(ctx, balance.Account, storage.EntryID{}, 0)),
		errorOf(r.Statement(ctx, 1, storage.EntryID{}, 0)), errorOf(r.Changes(ctx, storage.ChangeQuery{})),
	} {
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	return nil
}

// TestEngineFailsAtEveryQuery does the same for a View.
func TestEngineFailsAtEveryQuery(t *testing.T) {
	s := open(t, Readers(1))
	sample.Fund(t, s, "acme")
	sample.Crowd(t, s, "acme", 4)
	_, err := s.Update(t.Context(), "acme", writeAll)
	must(t, err)
	for nth := 1; ; nth++ {
		c, err := s.readers.get(t.Context())
		must(t, err)
		good := c.raw
		failIn(c, &failing{Conn: good, nth: nth, err: coded(sqlite3.SQLITE_IOERR_READ)})
		s.readers.put(c)
		err = s.View(t.Context(), "acme", readAll)
		failIn(c, &failing{Conn: good})
		must(t, s.View(t.Context(), "acme", readAll))
		if err == nil {
			if nth < 20 {
				t.Errorf("after %d queries View returned no error", nth)
			}
			return
		}
		if !errors.Is(err, coded(sqlite3.SQLITE_IOERR_READ)) {
			t.Fatalf("query %d: %v", nth, err)
		}
	}
}
