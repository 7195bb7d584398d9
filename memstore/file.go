package memstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// SaveFile writes a snapshot to a file that only its owner can read (mode 0600). It writes a
// temporary file, syncs it, and then renames it. So a file of that name from before stays whole
// until the new one is complete.
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

// syncFolder syncs a folder, so that the new name of a file in it survives a crash. It ignores an
// error of the sync itself, because some file systems cannot sync folders and need no sync.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("memstore: saving: %w", err)
	}
	_ = folder.Sync()
	return folder.Close()
}

// LoadFile returns a new store with the data of a file that SaveFile wrote.
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
