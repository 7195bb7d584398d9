//go:build unix

package sqlitestore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestNoLinkIsFollowed puts a symbolic link where the store keeps a file. Open refuses it, and what
// the link points to stays as it was.
func TestNoLinkIsFollowed(t *testing.T) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		for _, there := range []bool{true, false} { // what the link points to
			dir := t.TempDir()
			path, target := filepath.Join(dir, "roster.db"), filepath.Join(dir, "target")
			if suffix != "" {
				s := openAt(t, path)
				sample.Crowd(t, s, "acme", 1)
				must(t, s.Close())
			}
			if there {
				must(t, os.WriteFile(target, nil, 0o644))
			}
			must(t, os.Symlink(target, path+suffix))
			_, err := Open(t.Context(), path)
			if !errors.Is(err, storage.ErrInvalid) || !strings.Contains(err.Error(), "symbolic link") {
				t.Errorf("a link at roster.db%s: error %v", suffix, err)
			}
			switch text, err := os.ReadFile(target); {
			case there && (err != nil || len(text) > 0):
				t.Errorf("a link at roster.db%s: its target holds %d bytes, %v", suffix, len(text), err)
			case !there && !os.IsNotExist(err):
				t.Errorf("a link at roster.db%s: its target was made", suffix)
			}
		}
	}
}

// TestNoLinkIsFollowedLater: a link that comes after Open is not followed by a new connection.
func TestNoLinkIsFollowedLater(t *testing.T) {
	s := open(t)
	sample.Crowd(t, s, "acme", 1)
	moved := s.path + ".moved"
	must(t, os.Rename(s.path, moved))
	must(t, os.Symlink(moved, s.path))
	if _, err := s.dialReader(); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("a new reader: error %v", err)
	}
	if _, err := s.dialWriter(); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("a new writer: error %v", err)
	}
}

// TestGivenModesStay: the owner of a file may share it; the files beside it get the same mode.
func TestGivenModesStay(t *testing.T) {
	s := open(t)
	must(t, s.Close())
	must(t, os.Chmod(s.path, 0o660))
	s = openAt(t, s.path)
	sample.Crowd(t, s, "acme", 1)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(s.path + suffix)
		must(t, err)
		if info.Mode() != 0o660 {
			t.Errorf("roster.db%s has mode %v", suffix, info.Mode())
		}
	}
}
