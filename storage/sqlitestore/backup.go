package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ca74b63c/roster/storage"
)

// Backup writes a copy of the database file to path. The copy contains every commit that happened
// before the call. Other calls, including Updates, can run at the same time; the copy contains no
// commit that happens after the copying began. Open can open the copy. Do not copy the file with
// cp: such a copy lacks the commits that are still in the log, and cp reports no error.
//
// Backup writes the copy beside path under another name, brings the copy to the disk, and then
// renames it. A copy at path is therefore always complete. Backup refuses to begin if there is a
// file at path. If Backup returns an error, there is usually no copy at path. One step comes after
// the renaming and can fail: it brings the new name to the disk. Then the copy is at path. A crash
// can leave a file path.*.partial, which can be deleted. Do not run two Backups to one path at the
// same time, because one would replace the other.
//
// The copy has mode 0600. It has no free pages. It has no erased bytes either, but the index for
// parts of names can still contain some; see Compact.
//
// Errors: storage.ErrClosed, the context's, fs.ErrExist if there is a file at path, ErrFull, and
// those of the file system and of the engine.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return err
	}
	defer end()
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("sqlitestore: backup %s: %w", path, fs.ErrExist)
	}
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.partial") // with mode 0600
	if err != nil {
		return fmt.Errorf("sqlitestore: backup: %w", err)
	}
	if err = s.copyTo(ctx, part.Name()); err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("sqlitestore: backup: %w", errors.Join(err, os.Remove(part.Name())))
	}
	return syncDirectory(filepath.Dir(path))
}

// copyTo copies the Store's database to the file at path, which must be empty. It stops when ctx
// ends or the Store is closed. Errors: the error of ctx; storage.ErrClosed; ErrFull and other
// errors of SQLite, converted to errors of the storage contract.
func (s *Store) copyTo(ctx context.Context, path string) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-s.gate.Closing():
			cancel()
		case <-inner.Done():
		}
	}()
	c, err := dial(s.dsn, true, "busy_timeout = 5000", "temp_store = MEMORY", "trusted_schema = OFF")
	if err != nil {
		return named(ctx, err)
	}
	none := func(row) (bool, error) { return true, nil }
	err = errors.Join(named(inner, c.query(inner, "VACUUM INTO ?", none, path)), c.close())
	if err != nil && ctx.Err() == nil && s.gate.IsClosing() {
		return storage.ErrClosed
	}
	return err
}

// syncDirectory flushes the directory at path to the disk, so that the name of a new file in it
// survives a power failure. On Windows it does nothing and returns nil, because Windows neither
// needs nor supports this.
func syncDirectory(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Compact removes erased data from the bytes of the file. Call it after erasing users if the law
// requires that the bytes are gone. Without it, SQLite's write-ahead log keeps old content until
// SQLite writes over it, and the index for parts of names keeps triples of characters of former
// names. No method of the Store returns such old data. Compact rewrites the index of all accounts,
// which takes about a minute for a million users, and writers wait for it. If a running View needs
// the log, Compact leaves the log as it is and returns no error.
//
// Errors: storage.ErrClosed, storage.ErrNestedTx, the context's (before it begins), ErrBusy,
// ErrFull, ErrReadOnly, and the engine's.
func (s *Store) Compact(ctx context.Context) error {
	end, err := s.gate.EnterTx(ctx, true)
	if err != nil {
		return err
	}
	defer end()
	if err := s.turn.Take(ctx, s.gate.Closing()); err != nil {
		return err
	}
	defer s.endTurn()
	s.commit()
	if err := s.begin(ctx); err != nil {
		return err
	}
	if err := do(ctx, s.writer, "INSERT INTO roster_user_grams (roster_user_grams) VALUES ('optimize')", "COMMIT"); err != nil {
		s.rollback()
		return err
	}
	return do(ctx, s.writer, "PRAGMA wal_checkpoint(TRUNCATE)")
}
