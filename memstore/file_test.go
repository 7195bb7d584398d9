package memstore

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// A file that was saved holds a snapshot, only its owner can read it, and no other file is left.
func TestSaveFile(t *testing.T) {
	s, folder := populated(t, 1), t.TempDir()
	name := filepath.Join(folder, "roster")
	if err := os.WriteFile(name, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.SaveFile(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %o", mode)
	}
	if list, err := os.ReadDir(folder); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	loaded, err := LoadFile(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer loaded.Close()
	if !bytes.Equal(snapshot(t, s), snapshot(t, loaded)) {
		t.Error("what was loaded differs")
	}
}

// If saving fails, the old file stays and no other file is left.
func TestSaveFileKeepsTheOldFile(t *testing.T) {
	s, folder := populated(t, 1), t.TempDir()
	name := filepath.Join(folder, "roster")
	if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.SaveFile(ctx, name); !errors.Is(err, context.Canceled) {
		t.Errorf("SaveFile: %v", err)
	}
	if b, err := os.ReadFile(name); err != nil || string(b) != "old" {
		t.Errorf("the old file has %q, %v", b, err)
	}
	if list, err := os.ReadDir(folder); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if err := s.SaveFile(t.Context(), filepath.Join(folder, "none", "roster")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("SaveFile to a folder that is not there: %v", err)
	}
	if _, err := LoadFile(t.Context(), name); !errors.Is(err, ErrDamaged) {
		t.Errorf("LoadFile of another file: %v", err)
	}
	if _, err := LoadFile(t.Context(), filepath.Join(folder, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("LoadFile of no file: %v", err)
	}
}
