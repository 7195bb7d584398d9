package sqlitestore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/ca74b63c/roster/storage"
)

// suffixes name the file itself and those that SQLite keeps beside it. SQLite creates the others
// with the mode of the file, and follows no link to them.
var suffixes = [...]string{"", "-wal", "-shm", "-journal"}

// create makes the file for its owner alone, if it is not there: SQLite would make it with what the
// umask leaves. O_EXCL follows no link.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w (%w)", storage.ErrUnavailable, err)
	}
	return f.Close()
}

// checkFiles refuses a symbolic link or a directory in place of one of the files.
func checkFiles(path string) error {
	for _, suffix := range suffixes {
		name := path + suffix
		info, err := os.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case info.Mode()&fs.ModeSymlink != 0:
			return fmt.Errorf("%s is a symbolic link, which is not followed: %w", name, storage.ErrInvalid)
		case !info.Mode().IsRegular():
			return fmt.Errorf("%s is no regular file: %w", name, storage.ErrInvalid)
		}
	}
	return nil
}
