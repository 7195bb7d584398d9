// Package privatefile writes files that contain keys, passwords or their hashes.
package privatefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotRegular means that the path is a symbolic link, a folder, a device or a pipe.
var ErrNotRegular = errors.New("it is not a regular file, and only a regular file is replaced")

// Check returns nil if the path is a regular file or does not exist. In other cases it returns the
// error that Write would return for the path, so a program can find this error early. It does not
// check whether the folder exists or can be written.
//
// Errors: ErrNotRegular for a symbolic link, a folder, a device or a pipe; those of the file
// system.
func Check(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: %w", path, ErrNotRegular)
	}
	return nil
}

// Write creates or replaces the file at path with the bytes that fn writes. Only the owner can read
// and write the file, whatever the umask is.
//
// Write writes a temporary file in the same folder, syncs it and renames it to path. So an existing
// file stays complete until the new file is complete, and stays unchanged after an error. A program
// that has the old file open, or that uses a hard link to the old file, does not see the new bytes.
// If a symbolic link appears at path during the call, Write replaces the link and does not follow
// it.
//
// Errors: ErrNotRegular; the error of fn; those of the file system.
func Write(path string, fn func(io.Writer) error) (err error) {
	if err := Check(path); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // a new file, with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	err = fn(f)
	if err == nil {
		err = f.Chmod(0o600) // a umask can have taken bits away
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
