//go:build unix

package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
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

// readOnlyIfAsked is what the test's own program does as a second process: it changes to a user
// that the file's permissions bind, prints what it can do with the file, and ends.
func readOnlyIfAsked() {
	path := os.Getenv("ROSTER_TEST_READ_ONLY")
	if path == "" {
		return
	}
	defer os.Exit(0)
	if os.Geteuid() == 0 {
		for _, err := range []error{syscall.Setgroups(nil), syscall.Setgid(65534), syscall.Setuid(65534)} {
			if err != nil {
				fmt.Println("cannot change the user:", err)
				os.Exit(1)
			}
		}
	}
	ctx := context.Background()
	s, err := Open(ctx, path)
	if err != nil {
		fmt.Println("open:", errors.Is(err, ErrReadOnly), err)
		return
	}
	defer func() { _ = s.Close() }()
	err = s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
		n, err := r.CountUsers(ctx, storage.Query{})
		fmt.Println("users:", n)
		return err
	})
	fmt.Println("view:", err)
	_, err = s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, sample.Person(9)) })
	fmt.Println("update:", errors.Is(err, ErrReadOnly), err)
}

// TestPermissions takes the permission to write away from the file, from its directory, or both,
// for a process that is bound by it. What stays possible works, and the rest says ErrReadOnly.
func TestPermissions(t *testing.T) {
	self, err := os.Executable()
	must(t, err)
	const reads = "users: 3\nview: <nil>\nupdate: true"
	for name, c := range map[string]struct {
		file, dir os.FileMode
		says      string
	}{
		"both can be written":     {0o666, 0o777, "users: 3\nview: <nil>\nupdate: false <nil>"},
		"the file cannot":         {0o444, 0o777, reads},
		"the directory cannot":    {0o666, 0o555, "open: true"}, // readers, too, leave a mark beside the file
		"neither can be written":  {0o444, 0o555, "open: true"},
		"the file cannot be read": {0o000, 0o777, "open: false"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "roster-permissions-") // another user cannot enter the test's own
			must(t, err)
			defer func() { _ = os.RemoveAll(dir) }()
			path := filepath.Join(dir, "roster.db")
			s := openAt(t, path)
			sample.Crowd(t, s, "acme", 3)
			must(t, s.Close())
			must(t, os.Chmod(path, c.file))
			must(t, os.Chmod(dir, c.dir))
			defer func() { _ = os.Chmod(dir, 0o700) }()
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), "ROSTER_TEST_READ_ONLY="+path)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.HasPrefix(string(out), c.says) {
				t.Errorf("%v, %s, want %s", err, out, c.says)
			}
		})
	}
}
