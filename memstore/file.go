package memstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// SaveFile writes a snapshot of the store to the named file, with mode 0600. It writes a temporary
// file in the same folder, syncs it, renames it to name and then syncs the folder. So an existing
// file stays complete until the new file replaces it.
//
// If an error occurs before or during the renaming, the existing file is unchanged, and SaveFile
// removes the temporary file. If SaveFile cannot open or close the folder after the renaming, it
// returns the error, but the new file is already in place. It ignores an error of the sync of the
// folder itself.
//
// Errors: those of Snapshot and of the file system.
func (s *Store) SaveFile(ctx context.Context, name string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*") // with mode 0600
	if err != nil {
		return fmt.Errorf("memstore: saving: %w", err)
	}
	if err = s.Snapshot(ctx, f); err == nil {
		err = f.Chmod(0o600) // a umask may have taken bits away
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(name))
}

// syncFolder syncs the named folder, so that a renamed file in it keeps its new name after a crash.
// It returns an error if the folder cannot be opened or closed. It ignores an error of the sync
// itself, because some file systems cannot sync folders and need no sync.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("memstore: saving: %w", err)
	}
	_ = folder.Sync()
	return folder.Close()
}

// LoadFile returns a new store with the data of the named file, which SaveFile wrote. opts are the
// options of New. After an error LoadFile returns no store.
//
// Errors: those of Restore and of the file system.
func LoadFile(ctx context.Context, name string, opts ...Option) (*Store, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("memstore: loading: %w", err)
	}
	s, err := Restore(ctx, f, opts...)
	_ = f.Close()
	return s, err
}
