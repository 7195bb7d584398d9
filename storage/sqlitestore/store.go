package sqlitestore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/turn"
	"github.com/ca74b63c/roster/user"
)

// Store keeps accounts in one SQLite file. It is a storage.Storage and a storage.Waiter. Use Open to make one.
type Store struct {
	opt     options
	path    string
	dsn     string
	closing chan struct{} // closed by Close
	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // added to under mu while not closed
	readers pool
	watch   watch

	turn turn.Turn
	// Of whoever has the turn:
	writer *conn
	batch  *batch    // the transaction that is open, nil if none is
	ended  time.Time // the last transaction
	rivals int       // so many transactions more are begun as if other processes wanted the lock

	committed func(members int) // told of each commit, by tests
}

// Open opens the file at the path, makes it if it is not there, and brings its schema up to date. The directory must
// exist and be writable: SQLite keeps two more files beside it while it is open. A path is that of a file; databases in
// memory are memstore's part, and refused.
//
// A new file has mode 0600 from its first byte, and so have those that SQLite keeps beside it,
// whatever the umask is. An existing file keeps its mode, and SQLite gives that mode to the files
// beside it, so an operator can share a database. A symbolic link in place of one of these files is
// refused; links among the directories of the path are followed.
//
// Errors: storage.ErrInvalid for a path that is none, or names a symbolic link; *SchemaError for a
// file of a later version; ErrBusy; ErrReadOnly for a file that has no schema yet and cannot be
// written; the engine's own for what is no database.
func Open(ctx context.Context, path string, opts ...Option) (*Store, error) {
	if path == "" || path == ":memory:" || strings.HasPrefix(path, "file:") || strings.ContainsRune(path, 0) {
		return nil, fmt.Errorf("sqlitestore: path %q: %w", path, storage.ErrInvalid)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	s := &Store{opt: optionsOf(opts), path: abs, dsn: dsn(abs), closing: make(chan struct{})}
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// start opens the file.
func (s *Store) start(ctx context.Context) error {
	s.watch.init(s)
	s.readers.init(s)
	err := s.connect(ctx)
	if err != nil {
		return fmt.Errorf("sqlitestore: opening: %w", err)
	}
	if s.opt.migrate {
		err = s.Migrate(ctx)
	} else {
		err = s.known(ctx)
	}
	if err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}

// known refuses a file of a later version.
func (s *Store) known(ctx context.Context) error {
	list, err := migrations()
	if err != nil {
		return err
	}
	found, err := schemaVersion(ctx, s.writer)
	if err == nil && found > len(list) {
		err = &SchemaError{Found: found, Known: len(list)}
	}
	return named(ctx, err)
}

// dsn names the file so that no character of its path means anything.
func dsn(abs string) string {
	p := filepath.ToSlash(abs)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // a drive
	}
	return "file://" + (&url.URL{Path: p}).EscapedPath()
}

// dialWriter opens the connection that writes. It does not wait for other writers: patiently does, as contexts say. A
// file that cannot be written gets a connection all the same, on which reading works and writing fails.
func (s *Store) dialWriter() (*conn, error) {
	if err := errors.Join(create(s.path), checkFiles(s.path)); err != nil {
		return nil, err
	}
	c, err := dial(s.dsn, false, "busy_timeout = 0", "journal_mode = WAL", "synchronous = "+s.opt.synchronous,
		"foreign_keys = ON", "secure_delete = ON", "temp_store = MEMORY", "cache_size = -16000",
		"journal_size_limit = 67108864", "trusted_schema = OFF")
	if errors.Is(named(context.Background(), err), ErrReadOnly) {
		return dial(s.dsn, false, "busy_timeout = 0")
	}
	if err != nil {
		return nil, err
	}
	v, _, err := one(context.Background(), c, "PRAGMA journal_mode")
	if err == nil && v[0] != "wal" {
		err = fmt.Errorf("journal mode is %v: the file system cannot hold a write-ahead log", v[0])
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (s *Store) dialReader() (*conn, error) {
	if err := checkFiles(s.path); err != nil {
		return nil, err
	}
	return dial(s.dsn, true, "busy_timeout = 5000", "query_only = ON", "temp_store = MEMORY", "trusted_schema = OFF")
}

var errNoFunction = fmt.Errorf("sqlitestore: no function: %w", storage.ErrInvalid)

// inside marks the contexts that the functions of a store's transactions get.
type inside struct{ *Store }

// enter admits a call, or returns why not: ErrClosed, the context's error, ErrNestedTx. Unless it returns an error, end
// has to be called.
func (s *Store) enter(ctx context.Context) (end func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, storage.ErrClosed
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	s.running.Add(1)
	return s.running.Done, nil
}

func (s *Store) enterTx(ctx context.Context) (end func(), err error) {
	end, err = s.enter(ctx)
	if err == nil && ctx.Value(inside{s}) != nil {
		end()
		return nil, storage.ErrNestedTx
	}
	return end, err
}

func (s *Store) isClosing() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

// View implements storage.Storage. Views run side by side, and beside a writer; none waits for another unless there
// are more than Readers.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, and the engine's.
func (s *Store) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if fn == nil {
		return errNoFunction
	}
	end, err := s.enterTx(ctx)
	if err != nil {
		return err
	}
	defer end()
	c, err := s.readers.get(ctx)
	if err != nil {
		return err
	}
	defer s.readers.put(c)
	account, revision, config, err := c.hold(blob(a))
	if err != nil {
		return named(ctx, err)
	}
	defer c.release()
	r := &reader{store: s, engine: c, account: account, revision: user.Revision(revision), config: user.Revision(config)}
	defer r.close()
	return fn(context.WithValue(ctx, inside{s}, true), r)
}

// Accounts implements storage.Storage. Errors: storage.ErrClosed, the context's, storage.ErrInvalid, and the engine's.
func (s *Store) Accounts(ctx context.Context, after user.AccountID, limit int) ([]user.AccountID, error) {
	end, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	if limit, err = page(limit); err != nil {
		return nil, err
	}
	c, err := s.readers.get(ctx)
	if err != nil {
		return nil, err
	}
	defer s.readers.put(c)
	var list []user.AccountID
	err = c.query(ctx, true, "SELECT id FROM roster_accounts WHERE id > ? AND revision > 0 ORDER BY id LIMIT ?",
		func(v []driver.Value) (bool, error) {
			list = append(list, user.AccountID(text(v[0])))
			return true, nil
		}, blob(after), int64(limit))
	return list, named(ctx, err)
}

// Close ends what runs and waits for it, then closes the file. A second call does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	again := s.closed
	if !again {
		s.closed = true
		close(s.closing)
	}
	s.mu.Unlock()
	s.running.Wait()
	if again {
		return nil
	}
	var err error
	if s.writer != nil {
		err = s.writer.close()
	}
	return errors.Join(s.readers.close(), s.watch.close(), err)
}
