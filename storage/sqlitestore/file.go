package sqlitestore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/ca74b63c/roster/storage"
)

// suffixes are the endings of the names of the file and of the files that SQLite keeps beside it.
// SQLite creates those with the mode of the file itself, and follows no symbolic link to them.
var suffixes = [...]string{"", "-wal", "-shm", "-journal"}

// create creates an empty file at path with mode 0600, unless path exists, even as a symbolic link.
// SQLite would create the file with the mode that the umask leaves. Errors: storage.ErrUnavailable.
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

// checkFiles returns an error if one of the files is a symbolic link or a directory.
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
