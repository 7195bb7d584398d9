package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/ca74b63c/roster/internal/fifolock"
	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/storage/internal/waiters"
	"github.com/ca74b63c/roster/user"
)

// Store keeps accounts in one SQLite file. It implements storage.Storage and storage.Waiter. Use
// Open to create one.
type Store struct {
	opt     options
	path    string
	dsn     string
	gate    *gate.Gate
	readers pool
	waiters waiters.Waiters

	turn fifolock.Turn
	// The holder of the turn owns what follows.
	writer *conn
	batch  *batch    // the open transaction, nil if there is none
	ended  time.Time // the end of the last transaction
	rivals int       // for so many transactions, leave the lock free before taking it

	committed func(updates int) // tests are told of each commit
}

// Open opens the database file at path and returns a Store on it. It creates a missing file and
// runs the missing migrations. The directory must exist and be writable, because SQLite keeps two
// more files beside an open file. Open refuses databases in memory; use package memstore for them.
//
// A new file, and the files that SQLite creates beside it, have mode 0600 from the beginning,
// whatever the umask is. An existing file keeps its mode, and SQLite gives that mode to the files
// beside it. An operator can therefore share a database. Open refuses a symbolic link in place of
// one of these files. It follows links among the directories of the path.
//
// Errors:
//
//   - storage.ErrInvalid for an empty path, ":memory:", a path that begins with "file:" or contains
//     NUL, and a path that names a symbolic link or no regular file;
//   - the context's, and ErrFull if there is no space for the migrations;
//   - a *SchemaError for a file of a later version, and with WithoutMigration for an earlier one;
//   - ErrBusy if another process has the file's write lock for longer than BusyTimeout;
//   - storage.ErrUnavailable if the directory is missing or the file may not be read;
//   - ErrReadOnly for a directory that cannot be written, and for a file that lacks migrations and
//     cannot be written;
//   - an error for a file that is no database, or a file system without support for SQLite's log.
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
	return start(ctx, abs, dsn(abs), optionsOf(opts))
}

func start(ctx context.Context, path, dsn string, opt options) (*Store, error) {
	s := &Store{opt: opt, path: path, dsn: dsn, gate: gate.New()}
	s.readers.init(s)
	if err := s.connect(ctx); err != nil {
		return nil, fmt.Errorf("sqlitestore: opening: %w", named(ctx, err))
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// dsn returns the file URI of the absolute path abs. A Windows path gets a slash before the drive.
func dsn(abs string) string {
	p := filepath.ToSlash(abs)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // a drive
	}
	return "file://" + (&url.URL{Path: p}).EscapedPath()
}

// dialWriter opens the connection for writing, and creates a missing file. It does not wait for the
// file's lock. A connection to a read-only file can only read. Errors: storage.ErrInvalid for a
// file that is a symbolic link or not regular; storage.ErrUnavailable if the file cannot be
// created; an error for a file system without support for SQLite's write-ahead log; errors of
// SQLite.
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
	v, _, err := one(c, "PRAGMA journal_mode")
	if err == nil && v.text(0) != "wal" {
		err = fmt.Errorf("journal mode is %s: the file system cannot hold a write-ahead log", v.text(0))
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

// View implements storage.Storage. It calls fn with a Reader of account a, whose methods read one
// unchanging state, and returns the error of fn. A View does not wait for Updates. It waits for a
// free connection if other calls use all that the option Readers allows.
//
// Errors: storage.ErrInvalid without fn, storage.ErrClosed, the context's, storage.ErrNestedTx,
// those of fn, and the engine's.
func (s *Store) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	end, err := s.gate.EnterTx(ctx, fn != nil)
	if err != nil {
		return err
	}
	defer end()
	c, err := s.readers.get(ctx)
	if err != nil {
		return err
	}
	if err := do(ctx, c, "BEGIN"); err != nil {
		s.readers.put(c)
		return err
	}
	defer func() {
		if _, err := c.exec("ROLLBACK"); err != nil { // the connection is still in the transaction
			s.readers.drop(c)
			return
		}
		s.readers.put(c)
	}()
	return view(ctx, s.gate, c, a, fn)
}

// view calls fn with a Reader of account a, and returns the error of fn. e must have an open
// transaction. If the account's row cannot be read, view returns the engine's error.
func view(ctx context.Context, g *gate.Gate, e engine, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	r := &reader{asker: asker{e}, account: string(a)}
	r.begin(g, false)
	defer r.End()
	v, ok, err := one(e, selectAccount, string(a))
	if err != nil {
		return named(ctx, err)
	}
	if ok {
		r.open(v)
	}
	return fn(g.Inside(ctx), r)
}

// Close ends all running calls, waits until they have returned, and closes the file. New calls
// return storage.ErrClosed. A second call only waits for the running calls and returns nil. Do not
// call Close in the function of a View or Update, because it would wait for itself. Errors: those
// of closing the connections.
func (s *Store) Close() error {
	if !s.gate.Close() {
		return nil
	}
	s.waiters.Running.Wait()
	var err error
	if s.writer != nil {
		err = s.writer.close()
	}
	return errors.Join(s.readers.close(), err)
}

// DeleteAccount implements storage.Storage. It runs as one Update, so nothing else writes to the
// file meanwhile. The account's row, its sequences and its compaction are kept.
//
// Errors: those of Update.
func (s *Store) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.Update(ctx, a, deleteAccount)
}

// DeleteAccount implements storage.Storage.
func (s *txStore) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.Update(ctx, a, deleteAccount)
}

// deleteAccount is the function that DeleteAccount passes to Update; sw must be a *writer. It
// deletes the data of the writer's account, also from the index for parts of names. It does nothing
// if the account has no row. Errors: those of the Writer; the engine's.
func deleteAccount(ctx context.Context, sw storage.Writer) error {
	w := sw.(*writer)
	before, err := w.Counters(ctx)
	if err != nil || w.number == 0 {
		return err
	}
	// An index that keeps no text has to be told what it forgets.
	if _, err := w.engine.exec(`INSERT INTO roster_user_grams (roster_user_grams, rowid, grams)
		SELECT 'delete', document, folded || ? FROM roster_user_texts WHERE account = ?`,
		record.Separator+accountGram(w.number), w.account); err != nil {
		return w.Fail(ctx, err)
	}
	w.Row.Units = 0
	return w.Writer.DeleteAccount(ctx, before)
}

// Accounts implements storage.Storage. It returns at most limit account ids that are greater than
// the parameter after, in ascending order by bytes. If limit is 0, it returns at most
// storage.MaxPage. The parameter state selects deleted accounts, accounts that are not deleted, or
// both. An account that was never written to is not listed.
//
// Errors: storage.ErrClosed; the context's; storage.ErrInvalid for an invalid state or limit; the
// engine's.
func (s *Store) Accounts(
	ctx context.Context, state storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	c, err := s.readers.get(ctx)
	if err != nil {
		return nil, err
	}
	defer s.readers.put(c)
	list, err := sqlread.Accounts(ctx, asker{c}, sqlread.SQLite, state, after, limit)
	return list, named(ctx, err)
}

// Accounts implements storage.Storage. The result includes accounts that the host's transaction has
// written. Errors: see Tx.
func (s *txStore) Accounts(
	ctx context.Context, state storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	end, err := s.enter(ctx, true)
	if err != nil {
		return nil, err
	}
	defer end()
	list, err := sqlread.Accounts(ctx, asker{s.engine}, sqlread.SQLite, state, after, limit)
	return list, named(ctx, err)
}
