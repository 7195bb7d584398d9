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

// Backup writes a copy of the file to path, with every commit that happened before the call. Other
// calls go on meanwhile, writes too; the copy shows none of theirs. Open can open it. A copy made
// with cp lacks what is still in the log, without an error.
//
// The copy is written beside path under another name, brought to the disk, and then renamed, so
// path names a whole copy or nothing. An error or a context that ends leaves no file. A crash can
// leave a file path.*.partial, which can be deleted. Backup does not replace a file at path; two
// Backups to one path at the same time are not kept apart. The copy has mode 0600 and is as large
// as the data: free pages and erased bytes are left behind, except in the index for parts of
// names, see Compact.
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

// copyTo copies the database to an empty file. It ends early with ctx or with Close.
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

// syncDirectory makes a new file name durable. Windows neither needs nor supports this.
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
