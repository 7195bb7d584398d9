package memstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// SaveFile writes a snapshot to a file that only its owner can read (mode 0600). The file gets its
// name when it is whole and on the disk; until then what was there before stays.
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

// syncFolder makes the new name of a file durable. A system on which a folder cannot be synced
// makes names durable by itself.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("memstore: saving: %w", err)
	}
	_ = folder.Sync()
	return folder.Close()
}

// LoadFile returns a new store with what a file of SaveFile holds.
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
